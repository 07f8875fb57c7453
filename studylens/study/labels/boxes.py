"""A part of a picture in 0-1 of its sides, checked once."""

import math
from dataclasses import astuple, dataclass

from studylens.errors import BadText
from studylens.language import mark, said

LEAST_SIDE = 0.004
"""Of the picture: 3 px of a kept copy. What is smaller covers nothing that could be read."""
_DIGITS = 4
"""Decimals: a tenth of a pixel of the largest picture that is drawn."""
_SIDES = 4
_LONGEST = 100
"""Characters of a box as a form sends it."""
BAD_BOX = mark("One of the boxes makes no sense. Draw it again.")
_PLACES = (
    (mark("at the top left"), mark("at the top"), mark("at the top right")),
    (mark("at the left"), mark("in the middle"), mark("at the right")),
    (mark("at the bottom left"), mark("at the bottom"), mark("at the bottom right")),
)

_NEAR = 0.002
"""Sides that differ by less are the same."""


@dataclass(frozen=True)
class Box:
    """Left, top, right and bottom in 0-1 of the picture as it was turned to be read."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Share of the picture's width."""
        return round(self.right - self.left, _DIGITS)

    @property
    def height(self) -> float:
        """Share of the picture's height."""
        return round(self.bottom - self.top, _DIGITS)

    @property
    def where(self) -> str:
        """Where in the picture it stands, in the reader's words."""
        down = min(2, int((self.top + self.bottom) / 2 * 3))
        across = min(2, int((self.left + self.right) / 2 * 3))
        return said(_PLACES[down][across])

    def __str__(self) -> str:
        return " ".join(f"{side:g}" for side in astuple(self))


def checked(left: float, top: float, right: float, bottom: float) -> Box:
    """Return a box of these sides. Raises BadText unless it lies in the picture and covers something."""
    sides = (left, top, right, bottom)
    if not all(math.isfinite(side) and 0 <= side <= 1 for side in sides):
        raise BadText(said(BAD_BOX))
    if right - left < LEAST_SIDE or bottom - top < LEAST_SIDE:
        raise BadText(said(BAD_BOX))
    return Box(*(round(side, _DIGITS) for side in sides))


def parse_box(text: str) -> Box:
    """Return the box that stands in a form as four numbers with spaces between. Raises BadText."""
    try:
        left, top, right, bottom = map(float, text[:_LONGEST].split())
    except ValueError as error:
        raise BadText(said(BAD_BOX)) from error
    return checked(left, top, right, bottom)


def kept(x0: float, y0: float, x1: float, y1: float) -> Box:
    """Return a box that a table holds; one from a damaged file is put in order, never refused."""
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def of_line(box: list[float] | None) -> Box | None:
    """Return where a line stands, or None for one without a place, or that fills the whole picture."""
    if not box or len(box) != _SIDES:
        return None
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in box)
    if right - left < LEAST_SIDE or bottom - top < LEAST_SIDE or (left, top, right, bottom) == (0, 0, 1, 1):
        return None
    return Box(*(round(side, _DIGITS) for side in (left, top, right, bottom)))


def is_near(one: Box, other: Box) -> bool:
    """Say whether two boxes are the same one, sent twice."""
    sides = ("left", "top", "right", "bottom")
    return all(abs(getattr(one, side) - getattr(other, side)) < _NEAR for side in sides)
