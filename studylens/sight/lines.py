"""Log lines: plain ones for people, JSON for machines that collect them (LOG_FORMAT=json)."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from studylens.sight import trace

PLAIN = "%(asctime)s %(levelname)s %(message)s"


class JsonLines(logging.Formatter):
    """One object a line: at, level, logger, message; request_id and job_id where there are such."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; line breaks in a message or traceback cannot end it."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": trace.request_id(),
            "job_id": trace.job_id(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in told.items() if value})


def configure(log_format: str) -> None:
    """Give our own loggers a handler once, and with `json` everybody else's: nothing may break its lines."""
    ours, root = logging.getLogger("studylens"), logging.getLogger()
    ours.setLevel(logging.INFO)
    if log_format == "json":
        if not any(isinstance(handler.formatter, JsonLines) for handler in root.handlers):
            root.addHandler(_handler(JsonLines()))
    elif not ours.handlers:
        ours.addHandler(_handler(logging.Formatter(PLAIN)))


def for_gunicorn() -> dict[str, Any]:
    """Return what gunicorn is told of its own log, so that its lines are JSON as ours are."""
    console = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    own = {"level": "INFO", "handlers": ["console"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": f"{__name__}.{JsonLines.__name__}"}},
        "handlers": {"console": console},
        "root": {"level": "WARNING", "handlers": ["console"]},
        "loggers": {"gunicorn.error": own, "gunicorn.access": own},
    }


def _handler(formatter: logging.Formatter) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    return handler
