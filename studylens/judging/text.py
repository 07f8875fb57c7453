"""Texts compared as a reader compares them: words, the words that carry a fact, what two texts share."""

import re
import unicodedata

from studylens.judging.languages import SMALL_WORDS

GAP = re.compile(r"_{3,}")
"""The missing words of a cloze card."""
STEM_CHARS = 6
"""Words count as one when so many first letters agree: `membrane` and `membranes`."""
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_TOKEN = re.compile(r"[^\W_]+")
_HYPHENATED = re.compile(r"(?<=[^\W\d_])[-\u00ad]\s+(?=[a-zà-ÿ])")
_ALL_SMALL = frozenset().union(*SMALL_WORDS.values())


def folded(text: str) -> str:
    """Return `text` in one form: compatible characters, small letters, one space, words joined at hyphens."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'")
    return " ".join(_HYPHENATED.sub("", plain).casefold().split())


def normalised(text: str) -> str:
    """Return what two texts share that a reader takes for the same: letters and digits, articles let go."""
    words = _TOKEN.findall(folded(text))
    kept = [word for word in words if word not in {"the", "a", "an", "der", "die", "das", "el", "la", "le"}]
    return " ".join(kept or words) or folded(text)


def words(text: str) -> list[str]:
    """Return the words in small letters."""
    return [word.lower() for word in WORD.findall(text)]


def count_words(text: str) -> int:
    """Return how many words a reader counts; two characters of Chinese or Japanese count as one."""
    eastern = len(EASTERN.findall(text))
    return eastern // 2 + len(EASTERN.sub(" ", text).split())


def content(text: str, language: str = "") -> list[str]:
    """Return the words that carry a fact, in small letters; without a language small words of all are let
    go."""
    small = SMALL_WORDS.get(language, _ALL_SMALL)
    return [word for word in words(text) if word not in small and len(word) > 2]


def stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words that carry a fact, and all numbers; pairs of Eastern characters."""
    plain = folded(text)
    found = {word[:STEM_CHARS] for word in content(EASTERN.sub(" ", plain))}
    found.update(NUMBER.findall(plain))
    for run in re.findall(EASTERN.pattern + "+", plain):
        found.update(run[i : i + 2] for i in range(len(run) - 1))
    return frozenset(found)


def shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of the smaller set is in the other, 0-1; 0 when one is empty."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of both sets that they have in common, 0-1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def contains(longer: str, shorter: str) -> bool:
    """Say whether the words of `shorter` stand in `longer`, in a row."""
    return f" {normalised(shorter)} " in f" {normalised(longer)} "


def filled(front: str, answer: str) -> str:
    """Return the sentence of a cloze card with its gap filled."""
    return GAP.sub(lambda _: answer, front, count=1)
