"""What a program sends, checked once: parameters by name and type, a note as a dataclass. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from studylens.anki_door.faults import DoorFault

Kind = TypeVar("Kind")
MOST_NUMBERS = 1_000
"""Notes or cards of one action."""
FIELD_CHARS = 200_000
"""Of a field: a dictionary's entry of 1,000 characters with its markup and styles takes some 20,000."""
_SCOPE_KEYS = ("checkChildren", "checkAllModels")


@dataclass(frozen=True)
class Scope:
    """Where a note may not be twice. `deck` empty: anywhere; `below`: also in decks below that one."""

    deck: str = ""
    below: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture that comes along with a note, and the fields at whose end it goes."""

    filename: str
    data: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """A note that shall be added."""

    deck: str
    model: str
    fields: Mapping[str, str]
    tags: tuple[str, ...] = ()
    allows_duplicate: bool = False
    scope: Scope = field(default_factory=Scope)
    pictures: tuple[Picture, ...] = ()


def taken(params: Mapping[str, Any], name: str, kind: type[Kind]) -> Kind:
    """Return a parameter. Raises DoorFault when it is missing or of another type."""
    if name not in params:
        raise DoorFault(f"“{name}” is missing")
    value = params[name]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise DoorFault(f"“{name}” must be a {kind.__name__}")
    return value


def numbers(params: Mapping[str, Any], name: str) -> list[int]:
    """Return a list of whole numbers; what is none stands for nothing, as 0. Raises DoorFault."""
    found = taken(params, name, list)
    if len(found) > MOST_NUMBERS:
        raise DoorFault(f"“{name}” holds at most {MOST_NUMBERS}")
    return [one if isinstance(one, int) and not isinstance(one, bool) else 0 for one in found]


def texts(value: object, name: str) -> tuple[str, ...]:
    """Return a list of texts. Raises DoorFault."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise DoorFault(f"“{name}” must be a list of texts")
    return tuple(value)


def note_of(told: object) -> Note:
    """Return a note as `addNote` takes it. Raises DoorFault, naming what is wrong."""
    if not isinstance(told, dict):
        raise DoorFault("“note” must be an object")
    options = told.get("options") or {}
    if not isinstance(options, dict):
        raise DoorFault("“options” must be an object")
    allows = options.get("allowDuplicate", False)
    if not isinstance(allows, bool):
        raise DoorFault('option parameter "allowDuplicate" must be boolean')
    deck = taken(told, "deckName", str)
    return Note(
        deck, taken(told, "modelName", str), fields_of(told), texts(told.get("tags") or [], "tags"), allows,
        _scope(options, deck), pictures_of(told),
    )  # fmt: skip


def fields_of(told: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of a note. Raises DoorFault."""
    fields = taken(told, "fields", dict)
    if not all(isinstance(text, str) for text in fields.values()):
        raise DoorFault("the fields of a note must be texts")
    if any(len(text) > FIELD_CHARS for text in fields.values()):
        raise DoorFault(f"a field of a note has at most {FIELD_CHARS} characters, its HTML counted")
    return {str(name): text for name, text in fields.items()}


def pictures_of(told: Mapping[str, Any]) -> tuple[Picture, ...]:
    """Return the pictures that come along with their data; from addresses and paths nothing is fetched.

    Raises DoorFault.
    """
    found = told.get("picture") or []
    found = found if isinstance(found, list) else [found]
    if not all(isinstance(one, dict) for one in found):
        raise DoorFault("“picture” must be an object or a list of them")
    return tuple(
        Picture(
            taken(one, "filename", str), taken(one, "data", str), texts(one.get("fields") or [], "fields")
        )
        for one in found
    )


def _scope(options: Mapping[str, Any], deck: str) -> Scope:
    told = options.get("duplicateScopeOptions") or {}
    if not isinstance(told, dict):
        raise DoorFault("“duplicateScopeOptions” must be an object")
    for name in _SCOPE_KEYS:
        if not isinstance(told.get(name) or False, bool):
            raise DoorFault(f'option parameter "duplicateScopeOptions.{name}" must be boolean')
    if options.get("duplicateScope") != "deck":
        return Scope()
    return Scope(str(told.get("deckName") or deck), bool(told.get("checkChildren")))
