"""The API's answers as an assistant is told them. Raises StrangeAnswer for what no Studylens sends."""

from collections.abc import Mapping
from typing import Any, TypeVar

from studylens.assistants.shapes import CardTold, PackTold, ProgressTold
from studylens.remote.faults import StrangeAnswer

Kind = TypeVar("Kind", str, int)
_STRANGE = "The service's answer is not what Studylens sends. Is it of an older release?"


def pack_of(body: Any) -> PackTold:
    """Return a pack."""
    one = _mapping(body)
    texts = {name: _field(one, name, str) for name in ("id", "title", "subject", "summary", "url")}
    return PackTold(**texts, tags=[str(tag) for tag in items_of(one, "tags")])


def card_of(body: Any) -> CardTold:
    """Return a card; its answers so far are its showing."""
    one = _mapping(body)
    texts = {name: _field(one, name, str) for name in ("id", "pack", "front", "back", "state")}
    return CardTold(**texts, due_at=str(one.get("due_at") or ""), showing=_field(one, "reps", int))


def progress_of(body: Any) -> ProgressTold:
    """Return the numbers of today."""
    one = _mapping(body)
    names = ("due", "answers_today", "streak_days", "known_cards", "cards")
    return ProgressTold(_field(one, "today", str), **{name: _field(one, name, int) for name in names})


def items_of(body: Any, name: str = "items") -> list[Any]:
    """Return a list that stands in an answer."""
    found = _mapping(body).get(name)
    if not isinstance(found, list):
        raise StrangeAnswer(_STRANGE)
    return found


def next_of(body: Any) -> str:
    """Return the cursor of the next part; empty: there is none."""
    return str(_mapping(body).get("next") or "")


def is_counted(body: Any) -> bool:
    """Say whether an answer was counted."""
    return _mapping(body).get("counted") is True


def part(body: Any, name: str) -> Any:
    """Return what stands under a name."""
    return _mapping(body).get(name)


def _mapping(body: Any) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise StrangeAnswer(_STRANGE)
    return body


def _field(one: Mapping[str, Any], name: str, kind: type[Kind]) -> Kind:
    value = one.get(name)
    if type(value) is not kind:
        raise StrangeAnswer(_STRANGE)
    return value
