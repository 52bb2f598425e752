"""Lines of the log as programs of the platform write them, in both formats."""

import json
import subprocess
import sys

import pytest

LOGS = """
import logging, django
django.setup()
logging.getLogger("annotation.imports").warning("%d of them, one named %r", 3, 'a "b".png')
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("workers.tasks").exception("It failed")
"""


def lines(monkeypatch: pytest.MonkeyPatch, log_format: str) -> list[str]:
    monkeypatch.setenv("GULLERY_LOG_FORMAT", log_format)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "webapp.settings")
    return subprocess.run([sys.executable, "-c", LOGS], capture_output=True, text=True, check=True).stderr.splitlines()


def test_with_json_each_line_is_an_object_also_with_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    warned, failed = (json.loads(line) for line in lines(monkeypatch, "json"))

    assert {name: value for name, value in warned.items() if name != "asctime"} == {
        "levelname": "WARNING",
        "name": "annotation.imports",
        "message": "3 of them, one named 'a \"b\".png'",
    }
    assert (failed["levelname"], failed["name"], failed["message"]) == ("ERROR", "workers.tasks", "It failed")
    assert failed["exc_info"].splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert set(failed) - set(warned) == {"exc_info"}


def test_as_text_a_line_begins_with_time_level_and_name(monkeypatch: pytest.MonkeyPatch) -> None:
    warned = lines(monkeypatch, "")[0]

    assert warned.split(" ", 2)[2] == "WARNING annotation.imports: 3 of them, one named 'a \"b\".png'"
