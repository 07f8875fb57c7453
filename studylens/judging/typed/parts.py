"""Answers that are lists, and words that differ by their ending alone: one or many."""

import re
from collections.abc import Iterator
from functools import lru_cache

from studylens.judging.grading import is_right

_SIGN = r"(?<!\d),|,(?!\d)|[;\n•]"
"""Parts a list; between digits a comma is one of a number."""
_ANDS = ("and", "und", "et", "og", "och", "&")
_ALSO_ANDS = ("y", "e", "i", "en", r"\+")
"""Or a letter, another word, a sum: vitamin E, World War I, en pot. They part only what is a list anyway."""
_OWN_ANDS = {"es": ("y", "e"), "": ("y", "e", "i", "en")}
"""By the language in which they are nothing else; empty: one of many that are not told apart."""
_LONGEST_PART = 6
"""Words: what is longer is a clause, and no part of a list."""
_LEAST_STEM = 4
_ENDINGS = frozenset(
    frozenset(pair)
    for pair in (
        ("", "s"), ("", "es"), ("y", "ies"), ("f", "ves"), ("fe", "ves"), ("is", "es"), ("us", "i"),
        ("um", "a"), ("on", "a"), ("a", "ae"), ("ix", "ices"), ("ex", "ices"), ("", "e"), ("", "n"),
        ("", "en"), ("e", "en"), ("", "er"), ("um", "en"), ("us", "en"), ("a", "en"), ("o", "i"), ("a", "e"),
        ("z", "ces"), ("al", "aux"), ("", "x"),
    )
)  # fmt: skip
"""Singular and plural in English, German, French, Spanish, Italian, Latin; nitrate and nitrite are none."""

_OTHER_ENDINGS = (
    "ate", "ite", "ide", "ane", "ene", "yne", "ose", "ase", "ous", "ic", "at", "it", "id", "an", "en", "in",
)  # fmt: skip
_OTHER_BEGINNINGS = (
    ("hypo", "hyper"), ("intra", "inter"), ("micro", "macro", "mikro", "makro"), ("ab", "ad"), ("af", "ef"),
    ("endo", "exo", "ecto"), ("homo", "hetero"), ("pre", "post", "pro"), ("sub", "super", "supra"),
    ("anti", "ante"), ("mono", "poly", "di", "tri"), ("iso", "aniso"), ("para", "peri"), ("in", "ex", "im"),
)  # fmt: skip
"""Of chemistry and medicine: one letter there is another thing, and no slip of the finger."""


def parts_of(text: str, language: str = "") -> tuple[str, ...]:
    """Return the parts of a list of at least two short ones; else nothing."""
    return _parted(text, _between(text, language))


def _parted(text: str, between: re.Pattern[str]) -> tuple[str, ...]:
    parts = tuple(part.strip(" .") for part in between.split(text))
    short = all(part and len(part.split()) <= _LONGEST_PART for part in parts)
    return parts if len(parts) > 1 and short else ()


def missing_parts(typed: str, wanted: str, language: str) -> tuple[str, ...] | None:
    """Return the parts of a list that were not typed; None where it is no list, or something else was typed.

    One part alone is enough to be a list that lacks the others; a part that is wrong makes it another answer.
    """
    between = _between(wanted, language)
    theirs = _parted(wanted, between)
    mine = _parted(typed, between) or (typed,)
    if not theirs or len(mine) > len(theirs):
        return None
    left = list(theirs)
    for part in mine:
        found = next((one for one in left if is_right(part, [one], language)), None)
        if found is None:
            return None
        left.remove(found)
    return tuple(left)


def _between(text: str, language: str) -> re.Pattern[str]:
    """Return what parts this text, if it is a list: words that may be no and only beside others that are."""
    sure = _signs_and((*_ANDS, *_OWN_ANDS.get(language, ())))
    return _signs_and((*_ANDS, *_ALSO_ANDS)) if sure.search(text) else sure


@lru_cache
def _signs_and(ands: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(ands)
    return re.compile(rf"\s*(?:{_SIGN}|\s(?:{words})\s)\s*(?:(?:{words})\s)?", re.IGNORECASE)


def differs_by_ending(mine: str, theirs: str) -> bool:
    """Say whether two normalised texts are the same word for word, but that some words are one or many."""
    typed, wanted = mine.split(), theirs.split()
    if len(typed) != len(wanted) or typed == wanted:
        return False
    return all(one == other or _is_one_or_many(one, other) for one, other in zip(typed, wanted, strict=True))


def turns_by_a_part(mine: str, theirs: str) -> bool:
    """Say whether words of the texts differ by a beginning or an ending that makes another thing of them."""
    typed, wanted = mine.split(), theirs.split()
    if len(typed) != len(wanted):
        return False
    pairs = [(one, other) for one, other in zip(typed, wanted, strict=True) if one != other]
    return any(_other_ending(*pair) or _other_beginning(*pair) for pair in pairs)


def _other_ending(one: str, other: str) -> bool:
    return any(
        one.endswith(mine) and other.endswith(theirs) and one[: -len(mine)] == other[: -len(theirs)]
        for mine in _OTHER_ENDINGS
        for theirs in _OTHER_ENDINGS
        if mine != theirs
    )


def _other_beginning(one: str, other: str) -> bool:
    return any(
        one.startswith(mine) and other.startswith(theirs) and one[len(mine) :] == other[len(theirs) :]
        for group in _OTHER_BEGINNINGS
        for mine in group
        for theirs in group
        if mine != theirs
    )


def _is_one_or_many(one: str, other: str) -> bool:
    return any(frozenset(pair) in _ENDINGS for pair in _endings(one, other))


def _endings(one: str, other: str) -> Iterator[tuple[str, str]]:
    """Yield what is left of two words after each beginning that they share, the longest first."""
    shared = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        shared += 1
    for stem in range(shared, _LEAST_STEM - 1, -1):
        yield one[stem:], other[stem:]
