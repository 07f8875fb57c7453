"""Log lines as JSON: one object a line whatever is in it, with the request and the job that it is about."""

import json
import logging
import sys

import pytest

from studylens.sight import lines, trace
from studylens.sight.lines import JsonLines


def line(message: str, *arguments: object, error: BaseException | None = None) -> dict[str, str]:
    told = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("studylens.jobs", logging.WARNING, __file__, 1, message, arguments, told)
    text = JsonLines().format(record)
    assert "\n" not in text
    found: dict[str, str] = json.loads(text)
    return found


def test_a_line_is_one_object() -> None:
    found = line("Attempt %d at\njob", 2)
    assert found.pop("at").endswith("+00:00")
    assert found == {"level": "WARNING", "logger": "studylens.jobs", "message": "Attempt 2 at\njob"}


def test_an_error_is_told_with_its_line() -> None:
    assert "ValueError: no\nsuch page" in line("failed", error=ValueError("no\nsuch page"))["error"]


def test_a_line_names_the_request_and_the_job_that_it_is_about() -> None:
    with trace.following("request-1", "job-1"):
        assert {"request_id": "request-1", "job_id": "job-1"}.items() <= line("x").items()
    assert not {"request_id", "job_id"} & set(line("x"))


@pytest.mark.parametrize("told", ["abcdefgh", "A-Z_0.9-" * 8])
def test_a_harmless_id_is_taken_over(told: str) -> None:
    assert trace.accepted(told) == told


@pytest.mark.parametrize("told", ["", "short", "a" * 65, "abcdefgh\n", 'abc"defgh', "abc defgh", "abcdefgé"])
def test_any_other_id_is_replaced(told: str) -> None:
    found = trace.accepted(told)
    assert found != told
    assert len(found) == 16
    assert found != trace.accepted(told)


def bare(monkeypatch: pytest.MonkeyPatch) -> logging.Logger:
    """Return the root logger without the handlers of pytest, which come back."""
    found = logging.getLogger()
    monkeypatch.setattr(found, "handlers", [])
    monkeypatch.setattr(logging.getLogger("studylens"), "handlers", [])
    return found


def test_with_json_every_logger_writes_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    root = bare(monkeypatch)
    lines.configure("json")
    lines.configure("json")
    (handler,) = root.handlers
    assert isinstance(handler.formatter, JsonLines)
    assert logging.getLogger("studylens").handlers == []


def test_plain_lines_are_ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    root = bare(monkeypatch)
    lines.configure("plain")
    lines.configure("plain")
    (handler,) = logging.getLogger("studylens").handlers
    assert isinstance(handler, logging.StreamHandler)
    assert root.handlers == []


def test_gunicorn_is_told_the_same_form() -> None:
    told = lines.for_gunicorn()
    module, _, name = told["formatters"]["json"]["()"].rpartition(".")
    assert getattr(sys.modules[module], name) is JsonLines
    assert {"gunicorn.error", "gunicorn.access"} == set(told["loggers"])
