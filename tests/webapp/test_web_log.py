import json
import logging
from collections.abc import Iterator

import pytest
from gunicorn.config import Config

from webapp import web_log


@pytest.fixture
def web_s_own() -> Iterator[logging.Logger]:
    log = logging.getLogger("gunicorn.error")
    before = (log.propagate, log.handlers[:])
    yield log
    log.propagate, log.handlers = before


@pytest.mark.parametrize("log_format, words", [("json", ("INFO", "gunicorn.error", "Booting")), ("text", None)])
def test_the_web_server_s_own_lines_are_in_the_format_of_the_others(
    web_s_own: logging.Logger,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    log_format: str,
    words: tuple[str, ...] | None,
) -> None:
    monkeypatch.setattr(web_log, "LOG_FORMAT", log_format)

    web_log.WebLog(Config()).info("Booting")
    line = capsys.readouterr().err.splitlines()[-1]

    if words is None:
        assert line.endswith("[INFO] Booting")
    else:
        told = json.loads(line)
        assert (told["levelname"], told["name"], told["message"]) == words
