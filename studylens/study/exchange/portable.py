"""Rows as plain JSON and back: one rule for every column, taken from the models themselves.

Additive columns travel without a change here. What comes back is checked for type, length and range, so
that no page meets a value that the app itself would never have written.
"""

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, LargeBinary, String, Table

from studylens.errors import BadFile
from studylens.models import UtcDateTime

MAX_DEPTH = 12
"""Nesting of a JSON column; our own have 4."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ID = re.compile("[0-9a-f]{32}")
_YEARS = range(1970, 2200)
"""Outside of them zones and dates overflow."""
_RANGES: dict[str, tuple[float, float]] = {
    "rating": (1, 4),
    "state": (0, 3),
    "state_before": (0, 3),
    "local_hour": (0, 23),
    "retention": (0.7, 0.97),
    "stability": (0.001, 1_000_000),
    "difficulty": (1, 10),
    "retrievability": (0, 1),
    "score": (0, 1),
    "step": (0, 100),
    "n": (1, 2**31 - 1),
    "page": (1, 2**31 - 1),
    "version": (1, 2**31 - 1),
    "tier": (1, 1_000),
    "daily_cap": (0, 100_000),
    "new_per_day": (0, 100_000),
    "catch_up_days": (0, 10_000),
}
_FROM_ZERO = {"duration_ms", "reps", "lapses", "answer_index", "position", "width", "height"}
_DAYS = {"local_date", "exam_date", "catch_up_from", "buried_on"}
_IDS = {"uid", "card_uid"}
_TEXTS = {"notes", "options", "accepted", "also_right", "sent_to", "advice"}
_OBJECTS = {"quality", "receipt", "material", "evidence", "before", "after"}
_LISTS_OF_OBJECTS = {"engines", "lines"}
_INSIDE: dict[str, type | tuple[type, ...]] = {
    "uploaded_bytes": int,
    "bytes_kept": int,
    "width": int,
    "height": int,
    "engine": str,
    "outcome": str,
    "reason": str,
    "n": int,
    "text": str,
}
"""What pages read out of JSON columns."""
_NEVER_NONE = {"uploaded_bytes", "sent_to", "engine", "outcome", "advice"}


def to_plain(row: Mapping[str, Any], table: Table, *, leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """Return a row as plain JSON types: times in ISO 8601 with zone, bytes in base64."""
    names = [column.name for column in table.columns if column.name not in set(leave_out)]
    return {name: _plain(row[name]) for name in names}


def from_plain(plain: Any, table: Table, *, leave_out: Iterable[str] = ()) -> dict[str, Any]:
    """Return the columns of a row as the database takes them; unknown names are left out. Raises BadFile."""
    if not isinstance(plain, dict):
        raise BadFile
    skipped = set(leave_out)
    wanted = [column for column in table.columns if column.name not in skipped and column.name in plain]
    row = {column.name: _value(column, plain[column.name]) for column in wanted}
    for column in table.columns:
        if column.name not in {*row, *skipped} and _is_needed(column):
            raise BadFile(f"This file is damaged: “{column.name}” is missing. Nothing of it was kept.")
    return row


def revive(plain: Any, table: Table) -> dict[str, Any]:
    """Return the columns of a row that this service wrote itself; only the database checks them again.

    Raises BadFile for what cannot be a row of this table.
    """
    if not isinstance(plain, dict) or not plain.keys() <= set(table.columns.keys()):
        raise BadFile
    row = dict(plain)
    for column in table.columns:
        if isinstance(column.type, UtcDateTime | LargeBinary) and row.get(column.name) is not None:
            row[column.name] = _value(column, row[column.name])
    return row


def check_known(plain: Any, table: Table) -> None:
    """Raise BadFile when a value is none that its column could have; other names may hold anything."""
    if plain is not None and not isinstance(plain, dict):
        raise BadFile
    for name, value in (plain or {}).items():
        if name in table.columns:
            _value(table.columns[name], value)


def bad(name: str) -> BadFile:
    """Return the error for a value that makes no sense."""
    return BadFile(f"This file is damaged: “{name}” makes no sense. Nothing of it was kept.")


def checked_id(text: Any) -> str:
    """Return a 128-bit id of ours. Raises BadFile."""
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise bad("id")
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _is_needed(column: Column[Any]) -> bool:
    has_default = column.default is not None or column.server_default is not None
    return not column.nullable and not has_default and column.autoincrement is not True


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        if column.nullable:
            return None
        raise bad(column.name)
    read = next(read for kind, read in _READERS if isinstance(column.type, kind))
    return read(column, value)


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
    most = 2**63 if isinstance(column.type, BigInteger) else 2**31
    if isinstance(value, bool) or not isinstance(value, int) or not -most <= value < most:
        raise bad(column.name)
    return int(_in_range(column.name, value))


def _float(column: Column[Any], value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise bad(column.name)
    return float(_in_range(column.name, value))


def _in_range(name: str, value: float) -> float:
    least, most = _RANGES.get(name, (0 if name in _FROM_ZERO else -math.inf, math.inf))
    if not least <= value <= most:
        raise bad(name)
    return value


def _text(column: Column[Any], value: Any) -> str:
    longest = getattr(column.type, "length", None) or math.inf
    if not isinstance(value, str) or len(value) > longest or _UNSTORABLE.search(value):
        raise bad(column.name)
    if column.name in _DAYS:
        _check_day(column.name, value)
    if column.name in _IDS and not _ID.fullmatch(value):
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
    _check_json(value, column.name, MAX_DEPTH)
    if column.name == "box":
        numbers = isinstance(value, list) and [n for n in value if isinstance(n, int | float)]
        if not numbers or len(value) != 4 or len(numbers) != 4:
            raise bad("box")
    return value


def _check_json(value: Any, name: str, depth: int) -> None:
    """Raise BadFile for what a database or a page could not bear."""
    if not depth or not _is_right(value, name):
        raise bad(name)
    if isinstance(value, dict):
        for key, inside in value.items():
            _check_json(key, "key", depth - 1)
            _check_json(inside, key, depth - 1)
    elif isinstance(value, list):
        for inside in value:
            _check_json(inside, "", depth - 1)


def _is_right(value: Any, name: str) -> bool:
    if isinstance(value, str) and _UNSTORABLE.search(value):
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False
    if value is None:
        return name not in _NEVER_NONE
    if name in _TEXTS | _LISTS_OF_OBJECTS:
        inside = str if name in _TEXTS else dict
        return isinstance(value, list) and all(isinstance(item, inside) for item in value)
    return isinstance(value, dict if name in _OBJECTS else _INSIDE.get(name, object))


_READERS: tuple[tuple[type, Callable[[Column[Any], Any], Any]], ...] = (
    (UtcDateTime, _time),
    (Boolean, _bool),
    (Float, _float),
    (Integer, _int),
    (LargeBinary, _bytes),
    (JSON, _json),
    (String, _text),
)
