"""A pack's subject and title as the name of a deck of Anki, which nests with `::`, and back. Pure."""

from studylens.limits import ANSWER_TITLE_CHARS
from studylens.study.packs.subjects import SUBJECT_CHARS

ROOT = "Studylens"
"""The deck under which packs without a subject stand in Anki; left out on the way in."""
BELOW = " › "
"""Between the parts of a title that stand for decks in one another."""
PART_CHARS = 100
"""A deck's own name, without those above it."""
_NUMBER_CHARS = 10
"""Of a title: room for the number of a pack, where a deck becomes several."""


def deck_of(subject: str, title: str) -> str:
    """Return the deck's name: Subject::Title, where a title may be parts below one another."""
    parts = [subject, *title.split(BELOW)]
    return "::".join(part for part in map(_part, parts) if part)


def under_root(name: str) -> str:
    """Return the name below our own deck, unless it stands below another one."""
    return name if "::" in name else f"{ROOT}::{name}"


def place_of(deck: str) -> tuple[str, str]:
    """Return subject and title for a deck: the first part of several is the subject. Both may be empty."""
    first, *parts = [" ".join(part.split()) for part in deck.split("::") if part.strip()] or [""]
    subject = first[:SUBJECT_CHARS] if parts else ""
    return subject, BELOW.join(parts or [first])[: ANSWER_TITLE_CHARS - _NUMBER_CHARS]


def without_root(name: str) -> str:
    """Return a deck's name in a file as `place_of` takes it; the new layout separates by \\x1f."""
    return "::".join(part for part in name.replace("\x1f", "::").split("::") if part and part != ROOT)


def _part(text: str) -> str:
    """Return a part without what would cut it: Anki cuts at `::`, also where a part ends with a colon."""
    return " ".join(text.replace("::", ": ").split()).strip(":")[:PART_CHARS].strip(" :")
