"""From a request to its job to whoever carries it: which one this thread works for."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

MOST_CHARS = 64
_HARMLESS = re.compile(rf"[A-Za-z0-9._-]{{8,{MOST_CHARS}}}")
"""What an id may look like that somebody before us has chosen: it goes into logs and a header."""
_ID_BYTES = 8

_request: ContextVar[str] = ContextVar("request_id", default="")
_job: ContextVar[str] = ContextVar("job_id", default="")


def accepted(told: str) -> str:
    """Return the id that a proxy has given to a request, or one of our own where it is none."""
    return told if _HARMLESS.fullmatch(told) else secrets.token_hex(_ID_BYTES)


def begin_request(told: str) -> str:
    """Let this thread work for a request from now on; return its id."""
    found = accepted(told)
    _request.set(found)
    return found


def end_request() -> None:
    """Let this thread work for nobody: it serves somebody else next."""
    _request.set("")


@contextmanager
def following(request_id: str, job_id: str) -> Iterator[None]:
    """Let this thread work for a job that a request has asked for, in this block."""
    before = _request.set(request_id), _job.set(job_id)
    try:
        yield
    finally:
        _request.reset(before[0])
        _job.reset(before[1])


def request_id() -> str:
    """Return the request that this thread works for, or an empty text."""
    return _request.get()


def job_id() -> str:
    """Return the job that this thread works for, or an empty text."""
    return _job.get()
