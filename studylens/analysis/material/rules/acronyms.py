"""Acronyms whose letters the words beside them begin with."""

import re
from collections.abc import Iterator

from studylens.analysis.material.reading.sentences import Sentence
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.wording.phrases import PHRASES
from studylens.judging.languages import SMALL_WORDS

_SHORT = re.compile(r"[A-Z]{2,6}")
_MOST_WORDS = 8


def find_acronyms(sentence: Sentence, language: str) -> Iterator[Found]:
    """Yield each acronym of the sentence whose letters its words begin with."""
    text = sentence.text
    for found in re.finditer(
        r"((?:[\w’'-]+\s){1,7}[\w’'-]+)(?:\s\(|,\sor\s)([A-Z][A-Za-z]{1,6}s?)(?:\)|(?=[,.]))", text
    ):
        short = found[2].rstrip("s")
        if short.isupper() and 2 <= len(short) <= 6:
            yield from _expanded(sentence, short, found[1].split(), place=found.start(2), language=language)
    for found in re.finditer(r"\b([A-Z]{2,6})\s\(((?:[\w’'-]+[\s-]){1,6}[\w’'-]+)\)", text):
        if found[1] in _initials(re.split(r"[\s-]", found[2]), language):
            yield _acronym(sentence, found[1], found[2], place=found.start(1), language=language)


def spelled(short: str, text: str, language: str) -> str:
    """Return the first words of `text` that the letters of the acronym `short` begin, or nothing."""
    if not _SHORT.fullmatch(short):
        return ""
    parts = re.split(r"\s[–—-]\s|[.,;:()]", text.strip())[0].split()
    counts = range(2, min(len(parts), _MOST_WORDS) + 1)
    found = next((count for count in counts if short in _initials(parts[:count], language)), 0)
    return " ".join(parts[:found]) if found == len(parts) else ""


def _expanded(
    sentence: Sentence, short: str, before: list[str], *, place: int, language: str
) -> Iterator[Found]:
    for start in range(len(before) - 2, -1, -1):
        if short in _initials(before[start:], language):
            yield _acronym(sentence, short, " ".join(before[start:]), place=place, language=language)
            return


def _initials(parts: list[str], language: str) -> set[str]:
    """Return the acronyms that these words may have: with their hyphens apart, or with capitals kept
    whole."""
    telling = [part for part in parts if part and part.lower() not in SMALL_WORDS.get(language, ())]
    split = [piece for part in telling for piece in part.split("-") if piece]
    kept = "".join(part if part.isupper() else part[0] for part in telling)
    return {"".join(w[0] for w in telling).upper(), "".join(w[0] for w in split).upper(), kept.upper()}


def _acronym(sentence: Sentence, short: str, long: str, *, place: int, language: str) -> Found:
    front = PHRASES[language].acronym.format(term=short)
    return Found(front, long, "definition", sentence.line_of(place), "acronym", 0.95, short, long)
