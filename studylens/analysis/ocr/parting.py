"""Boxes that detection drew over a gutter are parted there, before they are read.

A gap in one line may be a wide space; where lines above and below keep the same place clear, too, it is a
gutter, or the border of two cells. Cutting the text afterwards does harm: no letter of it has a place.
Imports numpy at the top: only `ocr.read` imports this room, late.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from studylens.analysis.ocr.detection import Found
from studylens.analysis.ocr.order.placing import Corners

if TYPE_CHECKING:
    from PIL import Image

LEAST_WIDTH = 6.0
"""Heights: a shorter box holds a word or two, not parts of two columns."""
GAP_HEIGHTS = 0.55
"""A gap worth asking about, in heights of the box, which is some 1.5 times as high as the letters."""
INK_SHARE = 0.25
"""What differs from the paper by this share of the line's contrast is ink."""
LEAST_CONTRAST = 24
"""Grey levels; in a fainter line everything may be noise."""
NEAR_HEIGHTS = 6.0
"""Lines within so many heights above and below have a say."""
LEAST_CLEAR = 3
"""So many of them must be clear at the gap..."""
CLEAR_SHARE = 0.75
"""...and this share of those that stand there at all."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A box by its upright extent in px, and its gaps from left to right."""

    corners: Corners
    left: float
    top: float
    right: float
    bottom: float
    gaps: tuple[tuple[float, float], ...]

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)

    def is_clear(self, left: float, right: float) -> bool:
        """Tell whether nothing of it stands between two x."""
        return any(
            a <= right and b >= left and min(b, right) - max(a, left) >= 0.5 * (right - left)
            for a, b in self.gaps
        )


def parted(image: "Image.Image", found: Sequence[Found]) -> list[Found]:
    """Return what was found, boxes over a gutter of the RGB picture cut in two or more."""
    grey = np.asarray(image.convert("L"))
    lines = [_line(grey, one.corners) for one in found if one.bend is None]
    straight = [Found(piece) for line in lines for piece in _pieces(line, lines)]
    return [*straight, *(one for one in found if one.bend is not None)]


def _line(grey: NDArray[np.uint8], corners: Corners) -> _Line:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
    high = math.dist(corners[0], corners[3])
    gaps = _gaps(grey, corners, high) if right - left > LEAST_WIDTH * high else ()
    return _Line(corners, left, top, right, bottom, gaps)


def _gaps(grey: NDArray[np.uint8], corners: Corners, high: float) -> tuple[tuple[float, float], ...]:
    """Return from which x to which there is no ink along the middle of the box."""
    pixels = _along(grey, corners, high)
    low, paper = np.percentile(pixels, (2, 50))
    ink = abs(pixels - paper) > INK_SHARE * max(abs(paper - low), np.percentile(pixels, 98) - paper)
    if pixels.max() - pixels.min() < LEAST_CONTRAST:
        return ()
    bare = np.flatnonzero(np.diff(np.concatenate([[True], ink.any(axis=0), [True]]).astype(np.int8)))
    runs = zip(bare[::2].tolist(), bare[1::2].tolist(), strict=False)
    first = corners[0][0]
    return tuple((first + a, first + b) for a, b in runs if b - a >= GAP_HEIGHTS * high and a > 0)


def _along(grey: NDArray[np.uint8], corners: Corners, high: float) -> NDArray[np.float32]:
    """Return the inner rows of the box, one column for each px of x, level even when the line is tilted."""
    (x0, y0), (x1, y1), _, (_, y3) = corners
    xs = np.arange(max(0, round(x0)), min(grey.shape[1], round(x1)))
    centre = (y0 + y3) / 2 + (xs - x0) * (y1 - y0) / max(x1 - x0, 1.0)
    rows = centre[np.newaxis] + np.arange(-0.38 * high, 0.38 * high)[:, np.newaxis]
    rows = np.clip(rows.round().astype(int), 0, grey.shape[0] - 1)
    return np.asarray(grey[rows, xs], np.float32)


def _pieces(line: _Line, lines: Sequence[_Line]) -> list[Corners]:
    cuts = [
        (a + b) / 2
        for a, b in line.gaps
        if a > line.left and b < line.right and _is_gutter(line, a, b, lines)
    ]
    edges = [line.left, *cuts, line.right]
    return [_between(line.corners, a, b) for a, b in itertools.pairwise(edges)] if cuts else [line.corners]


def _is_gutter(line: _Line, left: float, right: float, lines: Sequence[_Line]) -> bool:
    """Ask the lines above and below whether they keep this place clear."""
    reach = NEAR_HEIGHTS * line.height
    near = [o for o in lines if o is not line and o.top < line.bottom + reach and o.bottom > line.top - reach]
    over = [o for o in near if o.left < right and o.right > left]
    covering = [o for o in over if min(o.right, right) - max(o.left, left) > 0.5 * (right - left)]
    gapped = sum(o.is_clear(left, right) for o in covering)
    beside = _rows_beside(near, left, right)
    clear = gapped + beside
    return clear >= LEAST_CLEAR and clear >= CLEAR_SHARE * (len(covering) + beside)


def _rows_beside(near: Sequence[_Line], left: float, right: float) -> int:
    """Count rows with one box that ends before the gap and another that begins after it."""
    slack = 0.5 * (right - left)
    before = [o for o in near if o.right <= left + slack and o.right > left - 4 * o.height]
    after = [o for o in near if o.left >= right - slack and o.left < right + 4 * o.height]
    return sum(
        any(min(a.bottom, b.bottom) - max(a.top, b.top) > 0.5 * min(a.height, b.height) for b in after)
        for a in before
    )


def _between(corners: Corners, left: float, right: float) -> Corners:
    """Return the part of a box between two x."""
    top_left, top_right, bottom_right, bottom_left = corners
    return (
        _at(top_left, top_right, left),
        _at(top_left, top_right, right),
        _at(bottom_left, bottom_right, right),
        _at(bottom_left, bottom_right, left),
    )


def _at(start: tuple[float, float], end: tuple[float, float], x: float) -> tuple[float, float]:
    share = min(max((x - start[0]) / max(end[0] - start[0], 1.0), 0.0), 1.0)
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])
