"""What people type into forms of accounts, and the answer when it is refused."""

from flask import request
from flask.typing import ResponseReturnValue

from studylens.errors import Refused

MOST_CHARS = 4_096
"""What is read of a typed name or password: more is neither."""


def field(name: str) -> str:
    """Return what was typed into a field; empty without it."""
    return request.form.get(name, "")[:MOST_CHARS]


def shown(typed: str) -> str:
    """Return what was typed as a page may hold it: without what cannot be seen."""
    return "".join(letter for letter in typed if letter.isprintable())


def refused(page: str, error: Refused) -> ResponseReturnValue:
    """Return the form's page with the error's status, and with the time after which to try again."""
    wait = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return page, error.status, wait
