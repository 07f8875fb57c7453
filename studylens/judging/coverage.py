"""Which facts of a page no item asks, so that precision is not bought by silence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studylens.judging.text import shared, stems

ASKED_SHARE = 0.5
"""Share of an item's telling words that a sentence must hold to be what it asks."""


@dataclass(frozen=True)
class FactSpan:
    """A sentence that bears a fact, on the transcript lines `first` to `last`."""

    first: int
    last: int
    text: str


def unasked(facts: Sequence[FactSpan], asked: Iterable[tuple[int | None, str]]) -> tuple[FactSpan, ...]:
    """Return the facts that no item asks; `asked` holds the source line and both sides' text of each item."""
    items = [(line, stems(text)) for line, text in asked]
    return tuple(fact for fact in facts if not any(asks(line, told, fact) for line, told in items))


def asks(line: int | None, told: frozenset[str], fact: FactSpan) -> bool:
    """Say whether an item of this source line, with these telling words on both sides, asks the fact."""
    near = line is None or fact.first <= line <= fact.last
    return near and shared(told, stems(fact.text)) >= ASKED_SHARE
