"""Labels that cards of another program hide in a picture: their shapes, and the boxes of ours. Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from studylens.errors import BadText
from studylens.study.exchange.html_pictures import Img
from studylens.study.labels.boxes import Box, checked

_PIXELS = 2.0
"""Sides beyond this are told in pixels: a shape may stand a little over the picture's edge."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Shape:
    """A shape that covers something: its corners as they are told, and whether others are covered with it."""

    corners: tuple[Point, ...]
    angle: float
    """A turn about the first corner, in radians."""
    hides_all: bool

    def placed(self, width: int, height: int) -> list[Point]:
        """Return its corners in px of a picture of this size."""
        is_pixels = any(abs(side) > _PIXELS for corner in self.corners for side in corner)
        across, down = (1, 1) if is_pixels else (width, height)
        corners = [(x * across, y * down) for x, y in self.corners]
        return [_turned(corner, corners[0], self.angle) for corner in corners] if self.angle else corners


@dataclass(frozen=True)
class HiddenLabel:
    """What a card hides of a picture, beside its words.

    `set_uid`: the same for all labels of the picture; `n`: the label's number in it; `labels`: how many it
    has at the most.
    """

    set_uid: str
    n: int
    labels: int
    image: Img
    shapes: tuple[Shape, ...]
    extra: str = ""
    """What stands below the answer."""

    @property
    def hides_all(self) -> bool:
        """Whether the others are covered while this one is asked."""
        return any(shape.hides_all for shape in self.shapes)


def box_of(shapes: Iterable[Shape], width: int, height: int) -> Box | None:
    """Return the box round shapes that are asked together, in a picture of this size (px).

    None when nothing of them lies in the picture.
    """
    placed = [corner for shape in shapes for corner in shape.placed(width, height)]
    across, down = [x / width for x, _y in placed], [y / height for _x, y in placed]
    try:
        return checked(
            *(min(1.0, max(0.0, side)) for side in (min(across), min(down), max(across), max(down)))
        )
    except (BadText, ValueError):
        return None


def _turned(corner: Point, about: Point, angle: float) -> Point:
    x, y = corner[0] - about[0], corner[1] - about[1]
    sine, cosine = math.sin(angle), math.cos(angle)
    return about[0] + x * cosine - y * sine, about[1] + x * sine + y * cosine
