"""Ruled tables: the lines that were drawn around cells, found in the pixels.

Imports numpy and OpenCV at the top: only `ocr.read` imports this room, late.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from studylens.analysis.ocr.order.grids import Grid

if TYPE_CHECKING:
    from PIL import Image

PAPER_PX = 25
"""A rule is darker or brighter than what surrounds it for so many px."""
CONTRAST = 10
"""Grey levels between a rule and its paper; hair lines of scans have 20 and more."""
ACROSS_PX = 60
"""A horizontal stroke this long is no letter."""
DOWN_PX = 40
"""A vertical stroke this long is hardly one; letters that are do not meet horizontal rules."""
JOIN_PX = 5
"""Rules that end this near to each other meet."""
SPAN_ACROSS = 0.4
"""A rule between two rows runs over at least this share of the table's width: beside a high cell it stops."""
SPAN_DOWN = 0.3
"""The same for a rule between two columns."""
LEAST_LINE_PX = 12
"""Rules nearer to each other are one, drawn double."""
MOST_GRIDS = 20
"""Tables of a page; a page of boxes and arrows has more parts than this."""

Mask = NDArray[np.uint8]


def find_grids(image: "Image.Image") -> list[Grid]:
    """Return the grids of rules in an RGB picture, in its px; takes 30 ms for 1600 x 1200."""
    grey = np.asarray(image.convert("L"))
    ink = cv2.adaptiveThreshold(
        grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, PAPER_PX, CONTRAST
    )
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, ACROSS_PX), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((DOWN_PX, 1), np.uint8))
    joined = cv2.dilate(cv2.bitwise_or(across, down), np.ones((JOIN_PX, JOIN_PX), np.uint8))
    _, _, boxes, _ = cv2.connectedComponentsWithStats(joined)
    large = sorted(boxes[1:].tolist(), key=lambda box: -box[2] * box[3])[:MOST_GRIDS]
    found = (_grid(box, across, down) for box in large if box[2] > ACROSS_PX and box[3] > DOWN_PX)
    return [grid for grid in found if grid is not None]


def _grid(box: Sequence[int], across: Any, down: Any) -> Grid | None:
    left, top, width, height, _ = box
    window = np.s_[top : top + height, left : left + width]
    xs = _lines(down[window].sum(axis=0), SPAN_DOWN * height, width)
    ys = _lines(_meeting(across[window], xs), SPAN_ACROSS * width, height)
    if len(xs) < 3 or len(ys) < 3:
        return None
    return Grid(tuple(left + x for x in xs), tuple(top + y for y in ys))


def _meeting(across: Any, xs: Sequence[int]) -> NDArray[Any]:
    """Return the px of each row of the mask that are ruled, none where they meet fewer than two columns.

    The bar of a fraction is as long as a rule, but ends inside its cell.
    """
    ends = np.zeros(across.shape[0], np.int64)
    for x in xs:
        ends += across[:, max(0, x - JOIN_PX) : x + JOIN_PX + 1].any(axis=1)
    return np.where(_spread(ends) >= 2, across.sum(axis=1), 0)


def _lines(profile: NDArray[Any], least: float, length: int) -> list[int]:
    """Return where the rules are, and the two edges where the table is open."""
    dense = np.flatnonzero(_spread(profile) >= least).tolist()
    places = [0]
    for at in [*dense, length - 1]:
        if at - places[-1] >= LEAST_LINE_PX:
            places.append(at)
    return places


def _spread(profile: NDArray[Any]) -> NDArray[Any]:
    """Add up neighbouring px: a slightly tilted rule is spread over a few."""
    return np.convolve(profile, np.ones(JOIN_PX, np.int64), "same")
