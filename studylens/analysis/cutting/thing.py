"""The thing in a box, cut out with a soft edge: by GrabCut, a brush, or a network that finds it itself."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from studylens.analysis.cutting import masks, window
from studylens.analysis.cutting.arrays import Floats, Pixels, scaled_to, sized_as
from studylens.analysis.cutting.guided import guided
from studylens.analysis.cutting.window import Rect
from studylens.analysis.protocol.cutting import CutWish
from studylens.errors import BadBox, NothingCut
from studylens.language import mark
from studylens.limits import CUTOUT_PX

SMALL_PX = 256
"""Longest side of the picture in which GrabCut works: at 800 px it takes up to 58 s, and is no better."""
MOST = 0.985
"""Share of the box, from which its edge is the edge of the cut-out."""
RADIUS_PX, SLACK = 6, 1e-4
"""Of the guided filter, at 800 px: as wide as a step of the small mask is there."""
STEEP = 1.7
"""By how much the filter's slope is made steeper again, so that edges are soft over 2-3 px."""
EDGE_PX = 5
"""How far the thing's own colour is carried out under its soft edge."""
EMPTY = mark(
    "Nothing in the box could be told apart from what is around it. Draw the box closer, or paint over the "
    "thing with the brush."
)
NOTHING_AROUND = mark(
    "The box is the whole picture, so nothing shows what the thing lies on. Draw the box around the thing, "
    "or paint over what does not belong to it."
)
NEEDS_BOX = mark(
    "Say where the thing is: draw a box around it. Without a box it would be guessed wrong too often."
)
ALL_OF_IT = mark("Everything in the box was kept: its edge is the edge of the cut-out.")
Finder = Callable[[Pixels], Floats]
"""A network: RGB (height, width, 3) in, mask in 0-1 (height, width) out, in any size."""


@dataclass(frozen=True)
class Source:
    """`pixels`: RGB; `original`: width and height that a box in px counts in; `side`: of the result."""

    pixels: Pixels
    original: tuple[int, int]
    side: int = CUTOUT_PX

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True)
class _Part:
    """What is looked at: `pixels` of the picture's `rect`, and the box in them."""

    pixels: Pixels
    rect: Rect
    box: Rect


@dataclass(frozen=True)
class Thing:
    """`pixels`: RGB of the part that was looked at; `alpha` (height, width) in 0-1: the thing in it.

    `part`: where that part lies in the picture, px; `note`: for the student.
    """

    pixels: Pixels
    alpha: Floats
    part: Rect
    note: str = ""


def cut_thing(source: Source, wish: CutWish, find: Finder | None = None) -> Thing:
    """Cut the thing out of a picture; `find`: a network, where there is one. Raises BadBox and NothingCut."""
    box = window.box_in(wish.box, source.size, source.original)
    if find is None:
        _require_ground(wish, box, source.size)
    part = _part(source, box)
    found = None if find is None else _from_network(find, part.pixels)
    if found is None or wish.strokes:
        found = _from_box(part, wish, source.size, start=found)
    alpha = _soft(part.pixels, sized_as(found, part.pixels), part.box)
    share = float(alpha.sum()) / max(1, part.box.width * part.box.height)
    if share < masks.LEAST:
        raise NothingCut(EMPTY)
    return Thing(_own_colours(part.pixels, alpha), alpha, part.rect, ALL_OF_IT if share > MOST else "")


def _part(source: Source, box: Rect) -> _Part:
    rect = window.around(box, source.size)
    pixels = scaled_to(source.pixels[rect.top : rect.bottom, rect.left : rect.right], source.side)
    return _Part(pixels, rect, box.within(rect, pixels.shape[1] / rect.width))


def _require_ground(wish: CutWish, box: Rect, size: tuple[int, int]) -> None:
    """Raise BadBox or NothingCut when neither the box nor the brush says what the thing lies on."""
    if any(not stroke.keep for stroke in wish.strokes):
        return
    if not wish.box:
        raise NothingCut(NEEDS_BOX)
    if window.is_everything(box, size):
        raise BadBox(NOTHING_AROUND)


def _from_box(part: _Part, wish: CutWish, size: tuple[int, int], *, start: Floats | None) -> Floats:
    small = scaled_to(part.pixels, SMALL_PX)
    shape = small.shape[1], small.shape[0]
    marks = masks.brush_marks(wish.strokes, part.rect, size, small.shape[1] / part.rect.width)
    marks = np.asarray(cv2.resize(marks, shape, interpolation=cv2.INTER_NEAREST))
    begin = None if start is None else sized_as(start, small)
    step = small.shape[1] / part.pixels.shape[1]
    box = part.box.within(Rect(0, 0, 0, 0), step)
    return masks.mask_of(small, box, marks, begin)


def _from_network(find: Finder, there: Pixels) -> Floats:
    return sized_as(masks.without_specks(find(there)), there)


def _soft(there: Pixels, mask: Floats, inner: Rect) -> Floats:
    """Give the mask the picture's own edges, and nothing outside the box."""
    grey = cv2.cvtColor(there, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    alpha = guided(grey, mask, radius=RADIUS_PX, slack=SLACK)
    alpha = np.clip((alpha - 0.5) * np.float32(STEEP) + 0.5, 0, 1)
    bounded = np.zeros_like(alpha)
    rows, columns = slice(max(0, inner.top), inner.bottom), slice(max(0, inner.left), inner.right)
    bounded[rows, columns] = alpha[rows, columns]
    return bounded


def _own_colours(there: Pixels, alpha: Floats) -> Pixels:
    """Return the pixels with the thing's colours under its soft edge, where the ground shines through."""
    sure = (alpha > 0.95).astype(np.float32)
    edge = (alpha > 0) & (alpha <= 0.95)
    reach = (2 * EDGE_PX + 1, 2 * EDGE_PX + 1)
    weight = cv2.blur(sure, reach)
    edge &= weight > 0.02
    found = there.copy()
    for channel in range(3):
        mean = cv2.blur(there[..., channel].astype(np.float32) * sure, reach)
        found[..., channel][edge] = np.clip(mean[edge] / weight[edge], 0, 255).astype(np.uint8)
    return found
