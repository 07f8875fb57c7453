"""Where pieces of text stand: in px of the picture, placed upright once the page's tilt is out. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]
"""In px from the text's own top left, clockwise."""

GROWN_SHARE = 0.22
"""Of a line's height: how far detection grows a line at each end past its ink, and half as far above and
below. Without this gutters look narrower than they are, and so do the gaps between lines."""
IDEOGRAMS = "\u3040"
"""The first of the characters of Chinese and Japanese."""
WIDE = 3.0
"""A piece this many times wider than high shows the tilt of its line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of one line of text as it was found: its text, score (0-1) and corners in px."""

    text: str
    score: float
    corners: Corners
    is_exact: bool = True
    """Read by the wheel's own network, not by its quantised form."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece with the upright box of its ink in px, once the page's tilt is taken out."""

    piece: Piece
    left: float
    top: float
    right: float
    bottom: float
    height: float
    """Of the line, at least 1 px."""
    middle: float
    """How far down the line's centre is."""
    words: int
    lines: int = 1
    """How many lines of text it stands for: a table is placed as one piece."""


def place(pieces: Sequence[Piece], tilt: float) -> list[Placed]:
    """Return the pieces of a page with this tilt (degrees) upright, from the highest middle to the lowest."""
    return sorted((placed(piece, tilt) for piece in pieces), key=lambda p: p.middle)


def tilt_degrees(pieces: Sequence[Piece]) -> float:
    """Return the tilt of the text lines, clockwise positive: the median of the clearly wide ones."""
    return median([_angle(piece.corners) for piece in pieces if _is_wide(piece.corners)] or [0.0])


def overlap(one: Placed, other: Placed) -> float:
    """Return how many px of height two pieces share; negative: so far apart."""
    return min(one.bottom, other.bottom) - max(one.top, other.top)


def extent(side: Sequence[Placed]) -> tuple[float, float]:
    """Return the top and the bottom of all these pieces together."""
    return min(p.top for p in side), max(p.bottom for p in side)


def _angle(corners: Corners) -> float:
    (left, top), (right, bottom) = corners[0], corners[1]
    return math.degrees(math.atan2(bottom - top, right - left))


def _is_wide(corners: Corners) -> bool:
    return math.dist(corners[0], corners[1]) > WIDE * math.dist(corners[0], corners[3])


def placed(piece: Piece, tilt: float) -> Placed:
    """Return one piece of a page with this tilt (degrees), upright."""
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    xs = [x * cos + y * sin for x, y in piece.corners]
    ys = [y * cos - x * sin for x, y in piece.corners]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    grown = GROWN_SHARE * max(bottom - top, 1.0)
    left, right = _shrunk(left, right, grown)
    top, bottom = _shrunk(top, bottom, grown / 2)
    height = max(bottom - top, 1.0)
    return Placed(piece, left, top, right, bottom, height, (top + bottom) / 2, _words(piece.text))


def _words(text: str) -> int:
    """Chinese and Japanese are written without spaces, about two characters a word."""
    return len(text.split()) + sum(character >= IDEOGRAMS for character in text) // 2


def _shrunk(low: float, high: float, by: float) -> tuple[float, float]:
    by = min(by, (high - low) / 4)
    return low + by, high - by
