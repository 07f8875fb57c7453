"""The two types that a note may have here: what its fields are called, and the cards that they make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from studylens.anki_door.faults import NO_GAP, DoorFault, no_model
from studylens.study.exchange.html_pictures import pictures_in
from studylens.study.exchange.markup import from_html, words_of
from studylens.study.exchange.tables.sides import CELL_CHARS, gap_sides

BASIC, CLOZE = "Basic", "Cloze"
FIELDS = {BASIC: ("Front", "Back"), CLOZE: ("Text", "Back Extra")}
"""As Anki's own types of these names have them."""
NUMBERS = {BASIC: 1_730_481_001, CLOZE: 1_730_481_002}
"""What programs know them by: as in decks that are exported to Anki."""


@dataclass(frozen=True)
class Face:
    """What a card says, as plain text, and the names of the pictures on each side."""

    front: str
    back: str
    front_pictures: tuple[str, ...] = ()
    back_pictures: tuple[str, ...] = ()


def fields_of(model: str) -> tuple[str, ...]:
    """Return the names of a type's fields. Raises DoorFault."""
    if model not in FIELDS:
        raise no_model(model)
    return FIELDS[model]


def in_order(model: str, fields: Mapping[str, str]) -> tuple[str, str]:
    """Return the two fields of a note, "" for one that it lacks; capitals do not matter, others are left out.

    Raises DoorFault.
    """
    told = {name.casefold(): text for name, text in fields.items()}
    first, second = (told.get(name.casefold(), "") for name in fields_of(model))
    return first, second


def faces(model: str, fields: Mapping[str, str]) -> list[Face]:
    """Return the cards of a note, one for each gap. Raises DoorFault when there is none."""
    first, second = in_order(model, fields)
    if model == BASIC:
        return [Face(text_of(first), text_of(second), _names(first), _names(second))]
    made = [Face(front, back, _names(first), _names(second)) for front, back in _gaps(first, second)]
    if not made:
        raise DoorFault(NO_GAP)
    return made


def fronts(model: str, fields: Mapping[str, str]) -> list[str]:
    """Return what a note asks, of which its first field alone decides. Raises DoorFault."""
    first, _second = in_order(model, fields)
    if model == BASIC:
        return [text] if (text := text_of(first)) else []
    return [front for front, _back in _gaps(first, "")] or ([first] if first.strip() else [])


def text_of(field: str) -> str:
    """Return a field's HTML as plain text; a picture alone as a word, since a side says something."""
    return words_of(field) or from_html(field)


def _gaps(first: str, second: str) -> Iterator[tuple[str, str]]:
    if len(first) > CELL_CHARS:
        raise DoorFault(f"a text with gaps has at most {CELL_CHARS} characters, its HTML counted")
    for front, back, _answer in gap_sides(first, text_of(second), text_of):
        yield front, back


def _names(field: str) -> tuple[str, ...]:
    return tuple(name for picture in pictures_in(field) for name in picture.names[:1])
