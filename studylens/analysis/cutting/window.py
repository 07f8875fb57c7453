"""The box that a student drew, in the pixels of a picture, and the part around it that is looked at."""

from dataclasses import dataclass

from studylens.errors import BadBox
from studylens.language import mark

LEAST_PX = 8
"""Of the 1600 px picture: a smaller box is a slip of the finger."""
AROUND = 0.2
"""Of the box's sides: how much around it shows what the thing lies on."""
EVERYTHING = 0.98
"""Share of the picture from which a box leaves nothing around it to compare with."""
SMALL = mark("The box is too small: draw it around the whole thing.")
OUTSIDE = mark("The box lies outside the picture. Its numbers are left, top, right, bottom.")


@dataclass(frozen=True)
class Rect:
    """Left, top, right, bottom in px; the last two are the first that do not belong to it."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Px from left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Px from top to bottom."""
        return self.bottom - self.top

    def within(self, outer: "Rect", scale: float) -> "Rect":
        """Return where this lies in a picture of `outer` that is `scale` times as large."""
        sides = (
            (self.left - outer.left) * scale,
            (self.top - outer.top) * scale,
            (self.right - outer.left) * scale,
            (self.bottom - outer.top) * scale,
        )
        return Rect(*(round(side) for side in sides))


def box_in(
    box: tuple[float, ...], picture: tuple[int, int], original: tuple[int, int], least: int = LEAST_PX
) -> Rect:
    """Return the box in px of a picture (width, height); the whole of it for ().

    `box` is in 0-1, or in px of the `original`. Raises BadBox, saying what is wrong with it.
    """
    width, height = picture
    if not box:
        return Rect(0, 0, width, height)
    if max(box) > 1:
        box = tuple(side / size for side, size in zip(box, original * 2, strict=True))
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in box)
    if max(box[0], box[1]) >= 1 or min(box[2], box[3]) <= 0 or right <= left or bottom <= top:
        raise BadBox(OUTSIDE)
    found = Rect(round(left * width), round(top * height), round(right * width), round(bottom * height))
    if min(found.width, found.height) < least:
        raise BadBox(SMALL)
    return found


def around(box: Rect, picture: tuple[int, int]) -> Rect:
    """Return the box with some of what is around it."""
    width, height = picture
    wide, high = (max(2, round(AROUND * side)) for side in (box.width, box.height))
    return Rect(
        max(0, box.left - wide), max(0, box.top - high),
        min(width, box.right + wide), min(height, box.bottom + high),
    )  # fmt: skip


def is_everything(box: Rect, picture: tuple[int, int]) -> bool:
    """Say whether the box leaves nothing around it."""
    return box.width * box.height >= EVERYTHING * picture[0] * picture[1]
