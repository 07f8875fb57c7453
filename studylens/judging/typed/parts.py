"""Answers that are lists, and words that differ by their ending alone: one or many."""

import re
from collections.abc import Iterator

from studylens.judging.grading import is_right

_BETWEEN = re.compile(
    r"\s*(?:[,;\n•]|\s(?:and|und|et|y|e|i|og|och|en|&|\+)\s)\s*(?:(?:and|und|et|y)\s)?", re.IGNORECASE
)
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


def parts_of(text: str) -> tuple[str, ...]:
    """Return the parts of a list of at least two short ones; else nothing."""
    parts = tuple(part.strip(" .") for part in _BETWEEN.split(text))
    short = all(part and len(part.split()) <= _LONGEST_PART for part in parts)
    return parts if len(parts) > 1 and short else ()


def missing_parts(typed: str, wanted: str, language: str) -> tuple[str, ...] | None:
    """Return the parts of a list that were not typed; None where it is no list, or something else was typed.

    One part alone is enough to be a list that lacks the others; a part that is wrong makes it another answer.
    """
    theirs = parts_of(wanted)
    mine = parts_of(typed) or (typed,)
    if not theirs or len(mine) > len(theirs):
        return None
    left = list(theirs)
    for part in mine:
        found = next((one for one in left if is_right(part, [one], language)), None)
        if found is None:
            return None
        left.remove(found)
    return tuple(left)


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
