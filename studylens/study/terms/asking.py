"""Which cards ask for a key term: their answer is the term, or they ask what it is. By words alone.

A question that names a term asks for it when its answer tells what the page says the term is, or, of a term
without a definition, when both stand on one line. "Osmosis moves _____" with "water" names osmosis, and asks
for one word of it: that proves little, so it does not count.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, Self

from studylens.judging.text import EASTERN, GAP, folded, normalised, shared, stems

LEAST_TOLD, LEAST_WORDS = 0.5, 2
"""Telling words that answer and definition have in common: as a share of the shorter, and in number."""
TEXTS_READ = 1_024
"""Texts of cards whose words are kept, some 500 bytes each: pages are looked at more often than changed."""
_stems, _plain = lru_cache(TEXTS_READ)(stems), lru_cache(TEXTS_READ)(normalised)
_BRACKET = re.compile(r"\s*[(（]([^()（）]{2,})[)）]\s*")


class Term(Protocol):
    """The columns of PackTerm that this looks at."""

    id: Any
    term: Any
    definition: Any
    source_line: Any


class Sides(Protocol):
    """The columns of Flashcard that this looks at."""

    id: Any
    front: Any
    back: Any
    source_line: Any


def names_of(term: str) -> frozenset[str]:
    """Return a term as it may be called: `adenosine triphosphate (ATP)` by its word and by its letters."""
    called = {term, *_BRACKET.findall(term), _BRACKET.sub(" ", term)}
    return frozenset(name for name in map(normalised, called) if name)


@dataclass(frozen=True)
class Text:
    """A text as it is searched: all its words with a blank at both ends, and its letters as they stand."""

    plain: str
    folded: str

    @classmethod
    @lru_cache(TEXTS_READ)
    def of(cls, text: str) -> Self:
        """Read a text; the gap of a cloze card is no word."""
        return cls(f" {normalised(GAP.sub(' ', text))} ", folded(text))

    def names(self, called: Iterable[str]) -> bool:
        """Say whether it names a term, by whole words; Eastern scripts have no blanks between them."""
        return any(
            f" {name} " in self.plain or (EASTERN.search(name) and name in self.folded) for name in called
        )


def asked_by(terms: Sequence[Term], cards: Iterable[Sides]) -> dict[int, list[int]]:
    """Return for each term, by its id, the ids of the cards that ask for it, in their order."""
    index = _Index(terms)
    found: dict[int, list[int]] = {term.id: [] for term in terms}
    for card in cards:
        for term in index.asked(card):
            found[term.id].append(card.id)
    return found


class _Index:
    """The terms of one pack by their names, so that a card is not held against each of hundreds."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._names: dict[str, list[Term]] = defaultdict(list)
        self._meant = {term.id: stems(term.definition or "") for term in terms}
        for term in terms:
            for name in names_of(term.term):
                self._names[name].append(term)
        self._sizes = sorted({len(name.split()) for name in self._names})
        self._eastern = [name for name in self._names if EASTERN.search(name)]

    def asked(self, card: Sides) -> list[Term]:
        """Return the terms that a card asks for, each once."""
        found: Mapping[int, Term] = {term.id: term for term in self._names.get(_plain(card.back), ())}
        named = (term for name in self._named(card.front) for term in self._names[name])
        found = {**found, **{term.id: term for term in named if self._tells(card, term)}}
        return list(found.values())

    def _named(self, front: str) -> Iterator[str]:
        text = Text.of(front)
        yield from (name for name in self._eastern if text.names((name,)))
        words = text.plain.split()
        for size in self._sizes:
            rows = (" ".join(words[n : n + size]) for n in range(len(words) - size + 1))
            yield from (row for row in rows if row in self._names)

    def _tells(self, card: Sides, term: Term) -> bool:
        meant, told = self._meant[term.id], _stems(card.back)
        if not meant:
            return term.source_line is not None and term.source_line == card.source_line
        enough = min(LEAST_WORDS, len(meant))
        return len(meant & told) >= enough and shared(meant, told) >= LEAST_TOLD
