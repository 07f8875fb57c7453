"""What all tables share: random ids, moments in UTC, and words for what a column holds.

The words stand in a column's `info`: an account file that comes back is checked by them, and a pack's lines
and pages are found by them when packs are merged and pages move.
"""

import math
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, TypeDecorator
from sqlalchemy.engine import Dialect


def new_id() -> str:
    """Return a fresh 128-bit random id, 32 hexadecimal digits."""
    return secrets.token_hex(16)


def now() -> datetime:
    """Return the current time, in UTC with its zone."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored as naive UTC, returned with its zone; refuses naive values."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware time into naive UTC; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Attach UTC again."""
        return value.replace(tzinfo=UTC) if value else None


HOLDS, RANGE, INSIDE = "holds", "range", "lines_inside"
"""Keys of a column's `info`."""


class Holds(StrEnum):
    """What a column holds besides its type."""

    LINE = "line"
    """`n` of a transcript line of the row's pack."""
    PAGE = "page"
    """`n` of a page of the row's pack."""
    PACK = "pack"
    """The id of a pack, though no foreign key says so."""
    ROW = "row"
    """The id of another row, though no foreign key says so."""
    DAY = "day"
    """A study day, `YYYY-MM-DD`."""
    RANDOM_ID = "random id"
    """One of our 128-bit random ids."""


def between(least: float, most: float = math.inf) -> dict[str, Any]:
    """Return the `info` of a number: the least and the most that this app writes."""
    return {RANGE: (least, most)}


def lines_inside(*paths: str) -> dict[str, Any]:
    """Return the `info` of a JSON column: where numbers of lines stand in it, as `cards.*.source_line`.

    `*` is every item of a list. Without paths no line is named in it.
    """
    return {INSIDE: paths}


FROM_ZERO, FROM_ONE = between(0), between(1)
LINE: dict[str, Any] = {HOLDS: Holds.LINE, **FROM_ONE}
PAGE: dict[str, Any] = {HOLDS: Holds.PAGE, **FROM_ONE}
PACK: dict[str, Any] = {HOLDS: Holds.PACK}
ROW: dict[str, Any] = {HOLDS: Holds.ROW}
DAY: dict[str, Any] = {HOLDS: Holds.DAY}
RANDOM_ID: dict[str, Any] = {HOLDS: Holds.RANDOM_ID}
NO_LINES = lines_inside()
