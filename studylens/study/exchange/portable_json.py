"""What may stand in a JSON column: nothing that a database refuses, and what pages read has its type."""

import math
from typing import Any

from studylens.storable import is_storable

MAX_DEPTH = 12
"""Nesting; our own columns have 4."""
_TEXTS = {"notes", "options", "accepted", "also_right", "sent_to", "advice", "cells", "reasons", "scripts"}
_OBJECTS = {"quality", "receipt", "material", "evidence", "before", "after", "trust"}
_LISTS_OF_OBJECTS = {"engines", "lines", "tokens"}
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
    "turned": int,
    "document_page": int,
    "sentence": str,
    "trusted": bool,
}
"""What pages read out of JSON columns."""
_NEVER_NONE = {"uploaded_bytes", "sent_to", "engine", "outcome", "advice"}

_RESTRICTED = frozenset({*_TEXTS, *_OBJECTS, *_LISTS_OF_OBJECTS, *_INSIDE, *_NEVER_NONE, "box"})


def fits(value: Any, name: str, depth: int = MAX_DEPTH) -> bool:
    """Say whether a value may stand in the JSON column or under the key `name`."""
    if isinstance(value, str) and not is_storable(value):
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False
    if name in _RESTRICTED and not _has_its_type(value, name):
        return False
    if isinstance(value, dict | list):
        return depth > 0 and _inside_fits(value, depth - 1)
    return True


def _inside_fits(value: dict[str, Any] | list[Any], depth: int) -> bool:
    if isinstance(value, list):
        return all(fits(item, "", depth) for item in value)
    return all(is_storable(key) and fits(item, key, depth) for key, item in value.items())


def _has_its_type(value: Any, name: str) -> bool:
    if value is None:
        return name not in _NEVER_NONE
    if name == "box":
        return isinstance(value, list) and len(value) == 4 and all(type(n) in {int, float} for n in value)
    if name in _TEXTS | _LISTS_OF_OBJECTS:
        inside = str if name in _TEXTS else dict
        return isinstance(value, list) and all(isinstance(item, inside) for item in value)
    return isinstance(value, dict if name in _OBJECTS else _INSIDE.get(name, object))
