"""One operation of the API: who may call it, what it takes and gives, said once beside its view.

The view gets the caller, then what was sent as a dataclass, then the parts of its address. The OpenAPI
document is made from the same words (describing.py).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from studylens.web.door.errors import PREFIX

__all__ = ["OPERATIONS", "PREFIX", "Given", "Operation", "Query", "Scope"]


class Scope(StrEnum):
    """What a token may do; `all` may everything, also outside of the API."""

    READ = "read"
    STUDY = "study"
    WRITE = "write"


@dataclass(frozen=True)
class Query:
    """A parameter in the address: a whole number where `most` is set, else a text."""

    name: str
    about: str
    most: int = 0
    pattern: str = ""
    """Of a text, as a regular expression."""


@dataclass(frozen=True)
class Given:
    """What a view gives beside its value: a status of its own, the version of what it is about."""

    value: Any
    status: HTTPStatus = HTTPStatus.OK
    version: int | None = None


@dataclass(frozen=True)
class Operation:
    """How an operation is called. `takes`: the dataclass of its body; None: it has none."""

    method: str
    path: str
    scope: Scope
    gives: Any
    takes: type | None = None
    query: tuple[Query, ...] = ()
    status: HTTPStatus = HTTPStatus.OK
    is_idempotent: bool = False
    """The same id sent again is answered with 200."""
    takes_file: bool = False
    """A file is in its body, which is refused when it is of another kind or damaged."""
    needs_version: bool = False
    """Needs `If-Match`: what changes must be what the caller has seen."""


OPERATIONS: dict[str, tuple[Operation, Callable[..., Any]]] = {}
"""By the name of the view."""
