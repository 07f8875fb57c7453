"""A typed answer beside the one that was wanted: how near it is, why, and where the two differ.

Nobody is graded here: the student decides. So more is said than `grading` counts as right, with its reason.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from studylens.judging.differences import Differences, Piece, Swap, differences, letters_apart
from studylens.judging.grading import is_right, normalise, same_words, without_article
from studylens.judging.languages import TURNING
from studylens.judging.letters import in_capitals, seen, small
from studylens.judging.plain import has_formula, only_formula, plain, squeezed
from studylens.judging.quantities import amount
from studylens.judging.text import EASTERN, NUMBER, content, words
from studylens.judging.typed.parts import differs_by_ending, missing_parts, parts_of, turns_by_a_part

_ACCENTS = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x064B, 0x065F), (0x0670, 0x0670), (0x0640, 0x0640))
"""Marks that a word can be read without: of Latin, Greek, Cyrillic, Hebrew and Arabic script."""
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"})
_A_SLIP = 5
"""One letter in so many may be a slip: chlorofyll is one, mitosis for meiosis is not."""
_MOST_SLIPS = 3


class Nearness(StrEnum):
    """How near a typed answer is."""

    SAME = "same"
    NEARLY = "nearly"
    OTHER = "other"
    EMPTY = "empty"


class Why(StrEnum):
    """What was found; pages have a sentence for each."""

    EXACT = "exact"
    CAPITALS = "capitals"
    SIGNS = "signs"
    ARTICLE = "article"
    AMOUNT = "amount"
    ACCEPTED = "accepted"
    ACCENTS = "accents"
    OTHER_ARTICLE = "other_article"
    LETTERS = "letters"
    ENDING = "ending"
    ORDER = "order"
    PART = "part"
    MORE = "more"
    SMALL_WORDS = "small_words"
    UNIT_MISSING = "unit_missing"
    UNIT = "unit"
    NUMBER = "number"
    WORDS = "words"
    DIFFERENT = "different"
    NOTHING = "nothing"


class Kind(StrEnum):
    """What an answer is: words, a formula, or both."""

    WORDS = "words"
    FORMULA = "formula"
    MIXED = "mixed"


_SAME = {Why.EXACT, Why.CAPITALS, Why.SIGNS, Why.ARTICLE, Why.AMOUNT, Why.ACCEPTED}
_NEARLY = {
    Why.ACCENTS,
    Why.OTHER_ARTICLE,
    Why.LETTERS,
    Why.ENDING,
    Why.ORDER,
    Why.PART,
    Why.MORE,
    Why.SMALL_WORDS,
    Why.UNIT_MISSING,
}


_BY_WORDS = {Why.ORDER, Why.PART, Why.MORE, Why.SMALL_WORDS, Why.WORDS}


@dataclass(frozen=True)
class Comparison:
    """What was found; `count` of `total`: letters that differ, parts that lack, or words that are in it."""

    why: Why
    count: int = 0
    total: int = 0
    given: tuple[Piece, ...] = ()
    wanted: tuple[Piece, ...] = ()
    """The answer in pieces; empty when it is a formula, which is shown as one."""
    swaps: tuple[Swap, ...] = ()
    """Letters for letters, to be said in words; none where they would be too many."""

    @property
    def nearness(self) -> Nearness:
        """Say how near that is."""
        if self.why is Why.NOTHING:
            return Nearness.EMPTY
        if self.why in _SAME:
            return Nearness.SAME
        return Nearness.NEARLY if self.why in _NEARLY else Nearness.OTHER


def compare(given: str, answers: Sequence[str], language: str = "", *, literal: bool = False) -> Comparison:
    """Compare what was typed with `answers`: the wanted one, then others that the student let count.

    `literal`: no dollar in them begins a formula.
    """
    if literal:
        typed, wanted = given.strip(), answers[0].strip()
        return _compared(typed, wanted, answers[1:], language, kind=Kind.WORDS)
    kind = Kind.FORMULA if only_formula(answers[0]) else Kind.MIXED if has_formula(answers[0]) else Kind.WORDS
    return _compared(plain(given).strip(), plain(answers[0]).strip(), answers[1:], language, kind=kind)


def _compared(typed: str, wanted: str, others: Sequence[str], language: str, *, kind: Kind) -> Comparison:
    if not typed:
        return Comparison(Why.NOTHING)
    near = Comparison(*_found(seen(typed), seen(wanted), language, formula=kind is not Kind.WORDS))
    if kind is Kind.FORMULA and near.nearness is not Nearness.SAME:
        near = Comparison(Why.DIFFERENT)  # Parts of a formula are not nearly it.
    if near.nearness is not Nearness.SAME and is_right(typed, others, language):
        near = Comparison(Why.ACCEPTED)
    marked = near.nearness is not Nearness.SAME and kind is Kind.WORDS
    mine, theirs, swaps = (
        _parts(typed, wanted, near.why) if marked else ((Piece(typed),), (Piece(wanted),), ())
    )
    return Comparison(near.why, near.count, near.total, mine, theirs if kind is Kind.WORDS else (), swaps)


def _parts(typed: str, wanted: str, why: Why) -> Differences:
    return differences(typed, wanted, by_words=why in _BY_WORDS)


_Found = tuple[Why, int, int] | tuple[Why]


def _found(typed: str, wanted: str, language: str, *, formula: bool) -> _Found:
    if formula and small(squeezed(typed)) == small(squeezed(wanted)):
        return (Why.EXACT if squeezed(typed) == squeezed(wanted) else Why.CAPITALS,)
    if " ".join(typed.split()) == " ".join(wanted.split()):
        return (Why.EXACT,)
    found = _amounts(typed, wanted) or _same(typed, wanted, language)
    if formula:  # A letter of it is no slip of the finger.
        return found or _by_words(normalise(typed), normalise(wanted), language)
    return found or _nearly(typed, wanted, language)


def _same(typed: str, wanted: str, language: str) -> _Found | None:
    if same_words(typed, wanted) or _close(typed) == _close(wanted):
        mine, theirs = "".join(typed.split()), "".join(wanted.split())
        only_case = any(small(one) == small(other) for one, other in in_capitals(mine, theirs))
        return (Why.CAPITALS if only_case and mine != theirs else Why.SIGNS,)
    return (Why.ARTICLE,) if is_right(typed, [wanted], language) else None


def _close(text: str) -> str:
    """Return a text without the blanks and hyphens that writers set as they like, but not beside digits."""
    return re.sub(r"(?<!\d)[ -]++(?!\d)", "", normalise(text))


def _amounts(typed: str, wanted: str) -> _Found | None:
    """Compare two amounts, or what begins as one: nothing about them is a slip of the finger."""
    mine, theirs = amount(typed), amount(wanted)
    if mine is None or theirs is None:
        return None
    if mine.same(theirs):
        return (Why.AMOUNT,)
    if not mine.same_number(theirs):
        return (Why.NUMBER,)
    if mine.unit.casefold() == theirs.unit.casefold() and not mine.is_known:
        return (Why.AMOUNT if mine.unit == theirs.unit else Why.CAPITALS,)
    return (Why.UNIT_MISSING if not mine.unit else Why.MORE if not theirs.unit else Why.UNIT,)


def _nearly(typed: str, wanted: str, language: str) -> _Found:
    mine, theirs = normalise(typed), normalise(wanted)
    if _bare(mine) == _bare(theirs) or mine.translate(_SPELT) == theirs.translate(_SPELT):
        return (Why.ACCENTS,)
    if without_article(mine, language) == without_article(theirs, language):
        return (Why.OTHER_ARTICLE,)
    found = _ordered(typed, wanted, language)
    if found or _digits(mine) == _digits(theirs):
        return found or _slipped(mine, theirs) or _by_words(mine, theirs, language)
    return (Why.NUMBER,) if _digits(mine) and _digits(theirs) else _by_words(mine, theirs, language)


def _ordered(typed: str, wanted: str, language: str) -> _Found | None:
    """Compare the words, and the parts of a list, whatever their order."""
    if sorted(normalise(typed).split()) == sorted(normalise(wanted).split()):
        return (Why.ORDER,)
    missing = missing_parts(typed, wanted, language)
    if missing is None:
        return None
    return (Why.PART, len(missing), len(parts_of(wanted, language))) if missing else (Why.ORDER,)


def _slipped(mine: str, theirs: str) -> _Found | None:
    """Compare two normalised texts letter by letter; nothing where a letter makes another thing of a word."""
    if differs_by_ending(mine, theirs):
        return (Why.ENDING,)
    letters = letters_apart(mine, theirs)
    few = letters <= min(_MOST_SLIPS, len(theirs) // _A_SLIP)
    if few and _turning(mine) == _turning(theirs) and not turns_by_a_part(mine, theirs):
        return Why.LETTERS, letters, 0
    return None


def _by_words(mine: str, theirs: str, language: str) -> _Found:
    """Count the words of the answer that matter, and those that are among the typed ones."""
    if f" {theirs} " in f" {mine} ":
        return (Why.MORE,)
    matter, typed = _matter(theirs, language), _matter(mine, language)
    known = matter & typed
    if known and known == matter:
        return (Why.SMALL_WORDS if typed == matter else Why.MORE,)
    return (Why.WORDS, len(known), len(matter)) if known else (Why.DIFFERENT,)


def _matter(text: str, language: str) -> frozenset[str]:
    """Return the words that carry an answer, its numbers, and the words that turn it round; pairs of Eastern
    characters. Whole words: photosystem is not photosynthesis.
    """
    bare = _bare(text)
    western = EASTERN.sub(" ", bare)
    found = content(western, language)
    found = [*found, *NUMBER.findall(bare)] if found else western.split()
    pairs = [run[i : i + 2] for run in re.findall(f"{EASTERN.pattern}+", bare) for i in range(len(run))]
    return frozenset((*found, *pairs)) | _turning(text)


def _turning(text: str) -> frozenset[str]:
    return TURNING.intersection(words(text))


def _digits(text: str) -> list[str]:
    return [sign for sign in text if sign.isdigit()]


def _bare(text: str) -> str:
    """Return a text without its accents."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in apart if not any(low <= ord(sign) <= high for low, high in _ACCENTS))
