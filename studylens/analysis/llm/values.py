"""Values of an answer that are meant well: a number written as text, one item where a list was asked for."""

import math
import re
from collections.abc import Sequence
from typing import Any

MAX_DIGITS = 18
"""Longer numbers are none of ours, and Python refuses to read more than 4,300 digits."""

_DIGITS = re.compile(r"\s*(-?\d{1,9})(?:\.0+)?\s*")


def as_integer(value: Any) -> int | None:
    """Return an integer also of `1.0` and "1"; nothing for what names none for certain."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    found = _DIGITS.fullmatch(value) if isinstance(value, str) else None
    return int(found[1]) if found else None


def as_text(value: Any) -> Any:
    """Return a number as the text that was meant, e.g. a year as a card's back; anything else as it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


def as_list(value: Any) -> list[Any]:
    """Return a list; one object or text alone is a list of one, nothing is an empty one."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict | str) and value else []


def joined(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of a name given twice the lists are joined, else the last value counts."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    lists: dict[str, list[Any]] = {}
    for name, value in pairs:
        if isinstance(value, list):
            lists.setdefault(name, []).extend(value)
    return found | lists


def whole_number(digits: str) -> int | None:
    """Return an integer, or nothing for one that is too long for any field of ours."""
    return int(digits) if len(digits) <= MAX_DIGITS else None


def fraction(digits: str) -> float | None:
    """Return a number, or nothing for one that is not finite."""
    number = float(digits)
    return number if math.isfinite(number) else None
