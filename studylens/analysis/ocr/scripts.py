"""What is written on a page and cannot be read: scripts that the network has no letters for, accents. Pure.

In a line of Arabic, Hebrew, Cyrillic, Korean or Thai the network sees letters that it was taught to leave
out: a wide box comes back empty, or nearly. Hard handwriting and blur come back as wrong letters instead.
"""

import math
import re
from collections.abc import Sequence

from studylens.analysis.ocr.order.placing import Piece

OTHER = "another script"
"""Its name where it is not known."""
VIETNAMESE = "Vietnamese"
LONG = 3.0
"""A line is this many times wider than high; in shorter boxes little can be told."""
EMPTY_LETTERS = 0.5
"""Letters a height of width, under which a line counts as left out; print has 1.2-2.5."""
LEAST_SHARE = 0.08
"""Of the width of all lines: what is left out must be so much of a page, or it is a figure or a scribble."""
LIKELY = 0.55
"""Share of the strokes' vote that names a script whose letters were left out..."""
CLEAR = 0.75
"""...and that names one whose lines came out as wrong letters, as in Hindi; handwriting has up to 0.55."""
MOST = 0.5
"""One line alone counts only when it is so much of a page: one of many may be a scribble or a formula."""
VIETNAMESE_LETTERS = re.compile("[đĐơƠưƯ]")
VIETNAMESE_WORDS = re.compile(
    r"\b(?:là|và|có|cho|các|của|cůa|cua|hàm|phân|không|mt|nh|ta|trong|nhng|đưc|đ|vi|mi|t)\b", re.IGNORECASE
)
LEAST_WORDS = 12
LETTER_SHARE, WORD_SHARE = 0.03, 0.08
"""Words of Vietnamese that show its letters, and that are among its commonest, in what is left of it."""


def unreadable_scripts(
    pieces: Sequence[Piece], shapes: tuple[str, float] = ("", 0.0), *, is_read: bool = False
) -> tuple[str, ...]:
    """Return the English names of what is on a page and cannot be read, () for nothing.

    `shapes`: what unread lines look like, and how much; `is_read`: the page as a whole was read well.
    """
    likely, share = shapes
    lines = [piece for piece in pieces if _width(piece) > LONG * _height(piece)]
    whole = sum(map(_width, lines))
    left_out = [_width(piece) for piece in lines if is_left_out(piece)]
    found = []
    several = len(left_out) > 1 or sum(left_out) > MOST * whole
    if several and sum(left_out) > LEAST_SHARE * whole:
        found.append(likely if likely and share >= LIKELY else OTHER)
    elif likely and share >= CLEAR and not is_read:
        found.append(likely)
    if _is_vietnamese(" ".join(piece.text for piece in pieces)):
        found.append(VIETNAMESE)
    return tuple(found)


def is_left_out(piece: Piece) -> bool:
    """Tell whether the network saw letters that it has none for: a wide box, and next to nothing in it."""
    letters = sum(character.isalnum() for character in piece.text)
    return letters < EMPTY_LETTERS * _width(piece) / _height(piece)


def _is_vietnamese(text: str) -> bool:
    words = text.split()
    if len(words) < LEAST_WORDS:
        return False
    with_letters = sum(bool(VIETNAMESE_LETTERS.search(word)) for word in words)
    common = len(VIETNAMESE_WORDS.findall(text))
    return with_letters >= LETTER_SHARE * len(words) and common >= WORD_SHARE * len(words)


def _width(piece: Piece) -> float:
    return max(math.dist(piece.corners[0], piece.corners[1]), 1.0)


def _height(piece: Piece) -> float:
    return max(math.dist(piece.corners[0], piece.corners[3]), 1.0)
