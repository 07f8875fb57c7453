"""Rows as plain JSON and back: one rule for every column, taken from the models themselves.

Additive columns travel without a change here. What comes back is checked for type, length and range, so
that no page meets a value that the app itself would never have written.
"""

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, LargeBinary, String, Table

from studylens.errors import BadFile
from studylens.language import _
from studylens.models import UtcDateTime
from studylens.models.columns import HOLDS, RANGE, Holds
from studylens.storable import LARGEST_BIG_INTEGER, LARGEST_INTEGER, is_id, is_number, is_storable
from studylens.study.exchange.portable_json import fits

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(1970, 2200)
"""Outside of them zones and dates overflow."""


def to_plain(row: Mapping[str, Any], table: Table, *, leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """Return a row as plain JSON types: times in ISO 8601 with zone, bytes in base64."""
    return {name: _plain(row[name]) for name in table.columns.keys() if name not in leave_out}  # noqa: SIM118


def from_plain(plain: Any, table: Table, *, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the columns of a row as the database takes them; unknown names are left out. Raises BadFile."""
    if not isinstance(plain, dict):
        raise BadFile
    row = {}
    for field in _fields(table, leave_out):
        if field.name in plain:
            row[field.name] = field.read(plain[field.name])
        elif field.is_needed:
            raise BadFile(
                _("This file is damaged: “%(name)s” is missing. Nothing of it was kept.", name=field.name)
            )
    return row


def revive(plain: Any, table: Table) -> dict[str, Any]:
    """Return the columns of a row that this service wrote itself; only the database checks them again.

    Raises BadFile for what cannot be a row of this table.
    """
    if not isinstance(plain, dict) or not plain.keys() <= set(table.columns.keys()):
        raise BadFile
    row = dict(plain)
    for field in _fields(table, ()):
        if field.is_wrapped and row.get(field.name) is not None:
            row[field.name] = field.read(row[field.name])
    return row


def check_known(plain: Any, table: Table) -> None:
    """Raise BadFile when a value is none that its column could have; other names may hold anything."""
    if plain is not None and not isinstance(plain, dict):
        raise BadFile
    known = plain or {}
    for field in _fields(table, ()):
        if field.name in known:
            field.read(known[field.name])


def bad(name: str) -> BadFile:
    """Return the error for a value that makes no sense."""
    return BadFile(_("This file is damaged: “%(name)s” makes no sense. Nothing of it was kept.", name=name))


def checked_id(text: Any) -> str:
    """Return a 128-bit id of ours. Raises BadFile."""
    if not isinstance(text, str) or not is_id(text):
        raise bad("id")
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


@dataclass(frozen=True)
class _Field:
    """How one column is read."""

    name: str
    is_needed: bool
    is_wrapped: bool
    """JSON has no such type, so it stands there as text."""
    read: Callable[[Any], Any]


@lru_cache(maxsize=128)
def _fields(table: Table, leave_out: tuple[str, ...]) -> tuple[_Field, ...]:
    """Return the table's columns as they are read; looked up once, since files have 100,000 rows."""
    return tuple(_field(column) for column in table.columns if column.name not in leave_out)


def _field(column: Column[Any]) -> _Field:
    has_default = column.default is not None or column.server_default is not None
    is_needed = not column.nullable and not has_default and column.autoincrement is not True
    read = next(read for kind, read in _READERS if isinstance(column.type, kind))
    wrapped = isinstance(column.type, UtcDateTime | LargeBinary)
    return _Field(column.name, is_needed, wrapped, partial(_value, column, read, nullable=column.nullable))


def _value(
    column: Column[Any], read: Callable[[Column[Any], Any], Any], value: Any, *, nullable: bool | None
) -> Any:
    if value is not None:
        return read(column, value)
    if not nullable:
        raise bad(column.name)
    return None


def _time(column: Column[Any], value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (ValueError, TypeError) as error:
        raise bad(column.name) from error
    if found.tzinfo is None or found.year not in _YEARS:
        raise bad(column.name)
    return found


def _bool(column: Column[Any], value: Any) -> bool:
    if not isinstance(value, bool):
        raise bad(column.name)
    return value


def _int(column: Column[Any], value: Any) -> int:
    most = LARGEST_BIG_INTEGER if isinstance(column.type, BigInteger) else LARGEST_INTEGER
    if isinstance(value, bool) or not isinstance(value, int) or not -most <= value <= most:
        raise bad(column.name)
    return int(_in_range(column, value))


def _float(column: Column[Any], value: Any) -> float:
    if not is_number(value):
        raise bad(column.name)
    return float(_in_range(column, value))


def _in_range(column: Column[Any], value: float) -> float:
    least, most = column.info.get(RANGE, (-math.inf, math.inf))
    if not least <= value <= most:
        raise bad(column.name)
    return value


def _text(column: Column[Any], value: Any) -> str:
    longest = getattr(column.type, "length", None) or math.inf
    if not isinstance(value, str) or len(value) > longest or not is_storable(value):
        raise bad(column.name)
    if column.info.get(HOLDS) is Holds.DAY:
        _check_day(column.name, value)
    if column.info.get(HOLDS) is Holds.RANDOM_ID and not is_id(value):
        raise bad(column.name)
    return value


def _check_day(name: str, value: str) -> None:
    try:
        found = date.fromisoformat(value if _DAY.fullmatch(value) else "")
    except ValueError as error:
        raise bad(name) from error
    if found.year not in _YEARS:
        raise bad(name)


def _bytes(column: Column[Any], value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise bad(column.name) from error


def _json(column: Column[Any], value: Any) -> Any:
    if not fits(value, column.name):
        raise bad(column.name)
    return value


_READERS: tuple[tuple[type, Callable[[Column[Any], Any], Any]], ...] = (
    (UtcDateTime, _time),
    (Boolean, _bool),
    (Float, _float),
    (Integer, _int),
    (LargeBinary, _bytes),
    (JSON, _json),
    (String, _text),
)
