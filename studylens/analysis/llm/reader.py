"""One tolerant reader of JSON for every pack and every answer to a question, whichever model gave it.

Whole JSON is read by the standard library. What slips is read by a parser of our own, in linear time and to a
bounded depth: it knows which items are whole, where a library that repairs would make up their other half.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studylens.analysis.llm.client import BadAnswer
from studylens.analysis.llm.lenient import Parser
from studylens.analysis.llm.values import fraction, joined, whole_number

CUT_OFF = "its answer was cut off"
"""Why an answer of which nothing was whole is none; the page's length may be the cause."""
_OBJECT = re.compile(r"[{\[]")


@dataclass(frozen=True)
class Read:
    """An answer's fields, and what was lost on the way."""

    fields: Mapping[str, Any]
    cut: bool = False
    """It ended before its JSON did: only what was whole by then is here."""
    broken: Mapping[str, int] = field(default_factory=dict)
    """By the name of a list: how many of its items could not be read; by "" of no list for certain."""
    slipped: bool = False
    """It was no JSON as it came."""

    def items(self, name: str) -> list[Any]:
        """Return a list of the answer; nothing for what is none."""
        found = self.fields.get(name)
        return found if isinstance(found, list) else []


def read_fields(text: str, names: Sequence[str]) -> Read:
    """Return the object with one or more of `names`, out of fences, prose or a list around it.

    Raises BadAnswer when there is none.
    """
    found = _whole(text, names) or _mended(text, names)
    if found is None:
        raise BadAnswer(
            "its answer is not JSON" if not _OBJECT.search(text) else "its answer is no JSON object"
        )
    return found


def _whole(text: str, names: Sequence[str]) -> Read | None:
    """Read what needs no mending: the common case, and the fast one."""
    try:
        loaded = json.loads(
            text,
            parse_int=whole_number,
            parse_float=fraction,
            parse_constant=_nothing,
            object_pairs_hook=joined,
            strict=False,
        )
    except (ValueError, RecursionError):
        return None
    fields = _unwrapped(loaded, names)
    return Read(fields) if fields is not None else None


def _mended(text: str, names: Sequence[str]) -> Read | None:
    """Read the objects in `text` one after the other; of two that give the same the last one counts."""
    fields: dict[str, Any] = {}
    broken: dict[str, int] = {}
    cut, at = False, 0
    while (begin := _OBJECT.search(text, at)) is not None:
        parser = Parser(text, begin.start(), names)
        found = _unwrapped(parser.value, names)
        if found is not None:
            fields |= found
            broken |= parser.broken
            cut = parser.cut
        at = max(parser.at, begin.end())
    return Read(fields, cut, broken, slipped=True) if fields else None


def _unwrapped(value: Any, names: Sequence[str]) -> dict[str, Any] | None:
    """Return the object with one of `names`, out of lists and of an object around it."""
    if isinstance(value, list):
        inner = (_unwrapped(one, names) for one in value if isinstance(one, dict))
        return {name: part for one in inner if one for name, part in one.items()} or None
    if not isinstance(value, dict):
        return None
    if any(name in value for name in names):
        return value
    held = [part for part in value.values() if isinstance(part, dict) and any(name in part for name in names)]
    return held[0] if held else None


def _nothing(_name: str) -> None:
    """Read NaN and Infinity, which no text of ours can be, as nothing."""
