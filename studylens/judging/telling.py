"""What a student tells of a page in own words, held against its facts: by words alone, never by meaning.

A fact is found where enough of its telling words stand close together. That the words are there does not say
that what was told is right, and a good paraphrase may not be found: so the page shows both, and says so.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studylens.judging.coverage import FactSpan
from studylens.judging.text import NUMBER, folded, normalised, stems

FOUND_SHARE, PARTLY_SHARE = 0.6, 0.3
"""Share of a fact's telling words that must stand close together: to be found, and to be found in part."""
CLOSE = 2
"""Sentences that are looked at together: what one fact says may take two to tell."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])|\n+")
_APOSTROPHE = re.compile("['’]")
_WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*")


class Told(StrEnum):
    """How much of a fact was found."""

    FOUND = "found"
    PARTLY = "partly"
    MISSED = "missed"


@dataclass(frozen=True)
class FactTold:
    """A fact, how much of it was found, and which of its telling words were not, as the page has them."""

    fact: FactSpan
    told: Told
    missing: tuple[str, ...]


def compare(facts: Sequence[FactSpan], text: str) -> tuple[FactTold, ...]:
    """Return for each fact, in their order, how much of it stands in `text`."""
    sentences = [part for part in _SENTENCE_ENDS.split(text) if part.strip()]
    together = (" ".join(sentences[n : n + CLOSE]) for n in range(len(sentences)))
    windows = {_telling(part) for part in together}
    return tuple(_told(fact, windows) for fact in facts)


def _told(fact: FactSpan, windows: Iterable[frozenset[str]]) -> FactTold:
    wanted = _telling(fact.text)
    best = max((wanted & window for window in windows), key=len, default=frozenset[str]())
    share = len(best) / len(wanted) if wanted else 0.0
    lacking = wanted - best
    if share >= FOUND_SHARE and not any(NUMBER.fullmatch(stem) for stem in lacking):
        told = Told.FOUND
    else:
        told = Told.PARTLY if share >= PARTLY_SHARE else Told.MISSED
    return FactTold(fact, told, _as_written(fact.text, lacking))


def _telling(text: str) -> frozenset[str]:
    """Return the telling words; where a text has none, as a formula of single letters, all that it has."""
    apart = _APOSTROPHE.sub(" ", text)  # "The plant's", "l'osmose".
    return stems(apart) or frozenset(normalised(apart).split())


def _as_written(text: str, lacking: frozenset[str]) -> tuple[str, ...]:
    """Return the words of the page that stand for these stems, each once, in the page's order."""
    words = [word for word in _WORD.findall(text) if _telling(word) & lacking or folded(word) in lacking]
    return tuple(dict.fromkeys(words))
