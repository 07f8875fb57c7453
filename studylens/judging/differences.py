"""Where two short texts differ: letter by letter where they are near, else word by word, else not at all."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_JOINED = re.compile(r"[\u0600-\u109f\u1780-\u17ff]")
"""Scripts whose letters join or stack (Arabic, India's, Thai, Khmer...): cut between words only."""
_NEAR = 0.5
"""Share of letters in common from which letters are marked: below it marks say nothing."""
_MOST_LETTERS = 80
"""Longer answers are compared by their words."""
_MOST_SWAPS = 3
"""Differences that a reader follows in words; of more the marks alone tell."""
_WORD = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Piece:
    """A part of a text; `differs`: it stands in this text only."""

    text: str
    differs: bool = False


@dataclass(frozen=True)
class Swap:
    """What was typed in one place, and what the answer has there; one of them may be empty."""

    given: str
    wanted: str


Differences = tuple[tuple[Piece, ...], tuple[Piece, ...], tuple[Swap, ...]]


def differences(given: str, wanted: str, *, by_words: bool) -> Differences:
    """Return both texts in pieces, and their differences as swaps when they are few; the same, if unlike."""
    by_letters = max(len(given), len(wanted)) <= _MOST_LETTERS and not _JOINED.search(given + wanted)
    by_words = by_words and " " in f"{given}{wanted}".strip()
    if by_letters and not by_words and (found := _cut(_letters(given), _letters(wanted))):
        return found
    return _marked(_words(given), _words(wanted)) or ((Piece(given),), (Piece(wanted),), ())


def letters_apart(one: str, other: str) -> int:
    """Return how many letters must change to make one text of the other; two neighbours that changed places
    are one."""
    mine, theirs = _letters(one), _letters(other)
    if max(len(mine), len(theirs)) > _MOST_LETTERS:
        return _MOST_LETTERS
    before: list[int] = []
    last = list(range(len(theirs) + 1))
    for i, letter in enumerate(mine, start=1):
        row = [i]
        for j, wanted in enumerate(theirs, start=1):
            least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == theirs[j - 2] and mine[i - 2] == wanted:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        before, last = last, row
    return last[-1]


def _cut(mine: Sequence[str], theirs: Sequence[str]) -> Differences | None:
    """Return the pieces of two texts by their letters; None when too little is the same in both."""
    steps = SequenceMatcher(None, _keys(mine), _keys(theirs), autojunk=False)
    if steps.ratio() < _NEAR:
        return None
    codes = [
        ("".join(mine[i1:i2]), "".join(theirs[j1:j2]), tag != "equal")
        for tag, i1, i2, j1, j2 in steps.get_opcodes()
    ]
    given = tuple(Piece(text, differs) for text, _, differs in codes if text)
    wanted = tuple(Piece(text, differs) for _, text, differs in codes if text)
    return given, wanted, _told(Swap(one, other) for one, other, differs in codes if differs)


def _marked(mine: Sequence[str], theirs: Sequence[str]) -> Differences | None:
    """Return the pieces by words, wherever they stand; None when the texts share none."""
    one, other = set(_keys(mine)), set(_keys(theirs))
    if not {word for word in one & other if word.strip()}:
        return None
    given, wanted = _runs(mine, other), _runs(theirs, one)
    odd = [Swap(piece.text, "") for piece in given if piece.differs]
    return given, wanted, _told([*odd, *(Swap("", piece.text) for piece in wanted if piece.differs)])


def _runs(words: Sequence[str], known: set[str]) -> tuple[Piece, ...]:
    """Return the words with those that are not known marked, neighbours in one piece."""
    found: list[Piece] = []
    for word, key in zip(words, _keys(words), strict=True):
        differs = bool(word.strip()) and key not in known
        if found and (found[-1].differs == differs or not word.strip()):
            found[-1] = Piece(found[-1].text + word, found[-1].differs)
        else:
            found.append(Piece(word, differs))
    return tuple(found)


def _told(swaps: Iterable[Swap]) -> tuple[Swap, ...]:
    bare = [Swap(swap.given.strip(), swap.wanted.strip()) for swap in swaps]
    told = tuple(swap for swap in bare if swap.given or swap.wanted)
    return told if len(told) <= _MOST_SWAPS else ()


def _letters(text: str) -> list[str]:
    """Return the letters, each with the accents that stand on it."""
    found: list[str] = []
    for sign in unicodedata.normalize("NFC", text):
        if found and (
            unicodedata.category(sign).startswith("M") or sign == "\u200d" or found[-1].endswith("\u200d")
        ):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text))


def _keys(parts: Sequence[str]) -> list[str]:
    """Return what makes two parts the same: neither capitals nor the signs around a word."""
    return [part.casefold().strip(".,;:!?…\"'“”„()") or part for part in parts]
