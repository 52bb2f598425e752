"""`manage.py up`, whole: every program of the platform is the real one."""

import json
import urllib.request
from shlex import quote

import pytest

from tests.webapp.supervisor.runs import PROJECT, processes_of, reachable_data, started
from tests.webapp.supervisor.strangers import as_ordinary_user

pytestmark = pytest.mark.slow

MANAGE = str(PROJECT / "manage.py")
PRODUCT = {"DJANGO_SETTINGS_MODULE": "webapp.settings", "GULLERY_SECRET_KEY": "for-this-test-alone-" + "x" * 30}


def status_of(address: str) -> int:
    with urllib.request.urlopen(address, timeout=30) as response:
        return int(response.status)


def test_the_whole_platform_serves_survives_kills_and_stops_cleanly() -> None:
    """Started by an ordinary user; root starts the same platform in the demonstration's test."""
    with reachable_data() as data:
        command, environment = as_ordinary_user(data.parent, MANAGE, "up")
        with started(data, command=command, **PRODUCT, **environment) as run:
            address = run.wait_ready()
            assert status_of(f"{address}/healthz") == 200
            run.kill_child("gunicorn")
            run.kill_child("--queues default")
            run.wait_for("again: http://")
            run.wait_for("again: queue default")
            assert status_of(f"{address}/healthz") == 200
            assert f"GULLERY_DATA={quote(str(data))} " in run.output.partition("Nobody has an account yet.")[2]
            run.process.terminate()
            assert run.ended_with() == 0
            assert processes_of(data) == []
            assert json.loads((data / "up.lock").read_text())["address"] == address
