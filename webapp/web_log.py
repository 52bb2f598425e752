"""What the web server says of itself, in the format of all other lines."""

from typing import Any

from gunicorn.glogging import Logger
from pythonjsonlogger.json import JsonFormatter

from webapp.settings import LOG_FIELDS, LOG_FORMAT


class WebLog(Logger):  # type: ignore[misc]
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if LOG_FORMAT == "json":
            for handler in self.error_log.handlers:
                handler.setFormatter(JsonFormatter(LOG_FIELDS))
