"""A first script for a story, made without a model: what the page's own lines say, in the page's order."""

from collections.abc import Iterator
from dataclasses import dataclass

from studylens.models import Pack
from studylens.story_limits import CAPTION_CHARS, MAX_PANELS, SCENE_CHARS
from studylens.study.material.passages import facts_of

_LEAST_WORDS = 4
"""A caption says something: a heading or a label alone does not."""


@dataclass(frozen=True)
class Draft:
    """A panel before it is drawn: its caption, what it shows, and the line of the page that it comes from."""

    caption: str
    scene: str
    line: int | None


def script(pack: Pack) -> list[Draft]:
    """Return at most MAX_PANELS drafts from facts, definitions and lines of the page, in the page's order."""
    found: dict[str, Draft] = {}
    for text, line in _sayings(pack):
        caption = _within(text, CAPTION_CHARS)
        if len(caption.split()) >= _LEAST_WORDS or _is_unspaced(caption):
            found.setdefault(caption.casefold(), Draft(caption, _within(caption, SCENE_CHARS), line))
    chosen = _spread(list(found.values()), MAX_PANELS)
    return sorted(chosen, key=lambda draft: draft.line or 0)


def _sayings(pack: Pack) -> Iterator[tuple[str, int | None]]:
    """Yield sentences with a fact; without any the defined terms; without these the lines as they are."""
    facts = [(fact.text, fact.first) for fact in facts_of(pack)]
    terms = [
        (f"{term.term}: {term.definition}", term.source_line) for term in pack.key_terms if term.definition
    ]
    lines = [(line.text, line.n) for line in pack.transcript if not line.deleted_at]
    yield from facts or terms or lines


def _spread(drafts: list[Draft], most: int) -> list[Draft]:
    """Return at most so many, from the beginning to the end of the page."""
    if len(drafts) <= most:
        return drafts
    return [drafts[place * (len(drafts) - 1) // (most - 1)] for place in range(most)]


def _within(text: str, most: int) -> str:
    """Return a text on one line, cut at a word where it is too long."""
    plain = " ".join(text.split())
    if len(plain) <= most:
        return plain
    head, space, _ = plain[: most - 1].rpartition(" ")
    return f"{head if space else plain[: most - 1]}…"


def _is_unspaced(text: str) -> bool:
    """Say whether the words of a text stand without spaces, as in Chinese and Japanese."""
    return sum("\u3040" <= sign <= "\u9fff" for sign in text) >= _LEAST_WORDS * 2
