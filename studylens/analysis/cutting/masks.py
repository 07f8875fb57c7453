"""The mask of the thing in a box: GrabCut on a small picture, from what the ground around the box looks like.

After Rother, Kolmogorov and Blake, "GrabCut" (SIGGRAPH 2004). OpenCV takes all of the box for the thing at
first, so holes and gaps with paper in them stay; here a colour that is commoner around the box than in it is
ground from the start: mean overlap 0.82 -> 0.98 on paper, 0.81 -> 0.88 on busy ground (benchmarks/cutout.py).
"""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from studylens.analysis.cutting.arrays import Floats, Mask, Pixels
from studylens.analysis.cutting.window import Rect
from studylens.analysis.protocol.cutting import Stroke

ROUNDS = 3
NO_RECT = (0, 0, 1, 1)
"""OpenCV wants one, and does not look at it where a mask is given."""
BINS = 12
"""Of each channel of Lab: fine enough for two greens, coarse enough for a few thousand pixels."""
GROUND_SHARE = 0.35
"""From this share of a colour around the box, among both shares, it is ground at first."""
ALL_GROUND = 0.95
"""More of the box than this as ground says that colours do not tell: then all of it begins as the thing."""
LEAST = 0.004
"""Share of the box, below which nothing was found in it."""
SPECK = 0.003
"""Part of the largest piece, below which a piece is a speck: the dot of an i has more."""
_KERNEL = np.array([0.25, 0.5, 0.25], np.float32)


def mask_of(small: Pixels, box: Rect, marks: Pixels, start: Floats | None = None) -> Floats:
    """Return the thing's mask (height, width), 0 or 1, in a small RGB picture.

    `marks` (height, width): GC_FGD or GC_BGD where a brush has been, GC_PR_FGD elsewhere. `start`: a mask in
    0-1 to begin with, e.g. a network's.
    """
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB))
    inside = _inside(lab, box)
    brushed, kept = marks != cv2.GC_PR_FGD, marks == cv2.GC_FGD
    found = np.zeros(inside.shape, np.float32)
    for labels in _beginnings(lab, inside, start):
        labels[brushed] = marks[brushed]
        found = without_specks(_grown(lab, labels), kept)
        if found.sum() >= LEAST * inside.sum():
            break  # Else colours misled, and all of the box begins as the thing.
    return found


def brush_marks(strokes: Sequence[Stroke], inner: Rect, picture: tuple[int, int], scale: float) -> Pixels:
    """Return what the brush says about the part `inner` of a picture (width, height), resized by `scale`."""
    width, height = picture
    shape = (max(1, round(inner.height * scale)), max(1, round(inner.width * scale)))
    marks = np.full(shape, cv2.GC_PR_FGD, np.uint8)
    for stroke in strokes:
        points = np.array([(x * width - inner.left, y * height - inner.top) for x, y in stroke.points])
        places = np.clip((points * scale).round(), -32_000, 32_000).astype(np.int32)
        thick = max(1, round(stroke.width * max(width, height) * scale))
        label = cv2.GC_FGD if stroke.keep else cv2.GC_BGD
        cv2.polylines(marks, [places], isClosed=False, color=label, thickness=thick)
    return marks


def without_specks(mask: Floats, kept: Mask | None = None) -> Floats:
    """Return the mask without pieces that are much smaller than the largest, unless a brush keeps them."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((mask > 0.5).astype(np.uint8), connectivity=8)
    if count <= 2:
        return mask
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    stays = areas >= max(2.0, SPECK * areas.max())
    if kept is not None:
        stays[np.unique(pieces[kept])] = True
    stays[0] = False
    return np.where(stays[pieces], mask, 0).astype(np.float32)


def _inside(lab: Pixels, box: Rect) -> Mask:
    inside = np.zeros(lab.shape[:2], bool)
    inside[max(0, box.top) : max(0, box.bottom), max(0, box.left) : max(0, box.right)] = True
    return inside


def _beginnings(lab: Pixels, inside: Mask, start: Floats | None) -> Iterator[Pixels]:
    """Yield what GrabCut may begin with, the likelier first."""
    labels = np.where(inside, cv2.GC_PR_FGD, cv2.GC_BGD).astype(np.uint8)
    ground = inside & (_is_ground(lab, inside) if start is None else start <= 0.5)
    if start is not None or ground.sum() < ALL_GROUND * inside.sum():
        yield np.where(ground, cv2.GC_PR_BGD, labels).astype(np.uint8)
    yield labels


def _grown(lab: Pixels, labels: Pixels) -> Floats:
    """Let GrabCut settle what is not sure."""
    if _has_both(labels):
        background, thing = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.setRNGSeed(0)  # The same picture gives the same cut.
        cv2.grabCut(lab, labels, NO_RECT, background, thing, ROUNDS, cv2.GC_INIT_WITH_MASK)
    return _thing(labels)


def _is_ground(lab: Pixels, inside: Mask) -> Mask:
    """Return where the colour is commoner around the box than in it."""
    steps = (lab // (256 // BINS + 1)).astype(np.int32)
    place = (steps[..., 0] * BINS + steps[..., 1]) * BINS + steps[..., 2]
    ground, within = _shares(place[~inside]), _shares(place[inside])
    return np.asarray((ground > GROUND_SHARE * (ground + within) + 1e-12)[place])


def _shares(places: NDArray[np.int32]) -> Floats:
    """Return how common each colour is, smoothed over its neighbours."""
    counts = np.bincount(places, minlength=BINS**3).astype(np.float32).reshape(BINS, BINS, BINS)
    for axis in range(3):
        counts = np.apply_along_axis(np.convolve, axis, counts, _KERNEL, "same")
    return np.asarray(counts.ravel() / max(1, counts.sum()), np.float32)


def _thing(labels: Pixels) -> Floats:
    return np.asarray((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD), np.float32)


def _has_both(labels: Pixels) -> bool:
    thing = _thing(labels)
    return bool(thing.any() and not thing.all())
