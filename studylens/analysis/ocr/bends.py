"""Lines of text that bend, as on an open book: their middle line is followed, not their rectangle.

A straight rectangle around a bent line is mostly paper, so the network's mean probability in it is low and
the line would be dropped in silence. Imports numpy and OpenCV at the top: only `ocr.read` imports it, late.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studylens.analysis.ocr.order.placing import Corners

FILL = 0.72
"""A contour that fills less of its rectangle is bent: straight lines fill 0.8 and more."""
LONG = 8.0
"""A bend shows in lines at least this many times longer than thick..."""
WIDER = 1.5
"""...that run across, not down."""
LEAST_THICK = 3.0
"""Px of the network's picture; thinner contours have no middle to follow."""
CUBIC_LENGTH = 20.0
"""Lines longer than this (in thicknesses) may bend both ways: a cubic; shorter ones a parabola."""
OFF_LINE = 0.45
"""Nine tenths of the middles lie within this share of the thickness from the curve, or it is no line."""
LEAST_BEND = 0.3
"""In thicknesses: less is read as well from a rectangle."""
STEEPEST = 0.3
"""Slope; steeper lines are tilted rather than bent."""
LEAST_BENT = 4
"""Fewer bent lines say nothing about the whole page."""
FIELD_OFF = 0.35
"""In heights of a line: a page's bend is believed when it explains its lines to within this much."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class Bend:
    """The middle line of a bent line of text in px of the picture: `ys[n]` at x = `first` + n; its height."""

    first: float
    ys: Floats
    height: int

    @property
    def corners(self) -> Corners:
        """Return the four ends, clockwise from the top left."""
        half, last = self.height / 2, self.first + len(self.ys) - 1
        left, right = float(self.ys[0]), float(self.ys[-1])
        return (
            (self.first, left - half),
            (last, right - half),
            (last, right + half),
            (self.first, left + half),
        )

    @property
    def top(self) -> float:
        """The highest px that it reaches."""
        return float(self.ys.min()) - self.height / 2

    @property
    def bottom(self) -> float:
        """The lowest px that it reaches."""
        return float(self.ys.max()) + self.height / 2


def follow(
    contour: Any, probability: Floats, *, least: float, unclip: float
) -> tuple[Floats, Floats, float] | None:
    """Return the middle line of a bent contour (xs, ys) and its height grown by `unclip`, in px of the map.

    None for a straight one, for what is no line, and where the mean probability inside is under `least`.
    """
    x, y, wide, high = cv2.boundingRect(contour)
    thick = cv2.contourArea(contour) / max(wide, high, 1)
    if wide < WIDER * high or wide < LONG * thick or thick < LEAST_THICK:
        return None
    inside = np.zeros((high, wide), np.uint8)
    cv2.drawContours(inside, [contour - [x, y]], -1, 1, -1)
    if probability[y : y + high, x : x + wide][inside > 0].mean() < least:
        return None
    curve, thick = _middle(inside)
    if curve is None:
        return None
    grown = thick * wide * unclip / (2 * (thick + wide))
    xs = np.arange(-grown, wide + grown, dtype=np.float32)
    ys = np.polyval(curve, np.clip(xs, 0, wide - 1)).astype(np.float32)
    return xs + x, ys + y, thick + 2 * grown


def _middle(inside: NDArray[np.uint8]) -> tuple[NDArray[Any] | None, float]:
    """Return the curve through the middles of a mask's columns (None: straight), and its thickness."""
    counts = inside.sum(axis=0)
    xs = np.flatnonzero(counts)
    middles = (inside * np.arange(inside.shape[0])[:, np.newaxis]).sum(axis=0)[xs] / counts[xs]
    thick = float(np.median(counts[xs]))
    curve = np.polyfit(xs, middles, 3 if len(xs) > CUBIC_LENGTH * thick else 2, w=np.sqrt(counts[xs]))
    chord = np.polyfit(xs, middles, 1)
    along = np.polyval(curve, xs)
    off = np.percentile(abs(along - middles), 90)
    bent = abs(along - np.polyval(chord, xs)).max()
    holds = off < OFF_LINE * thick and bent > LEAST_BEND * thick and abs(chord[0]) < STEEPEST
    return (curve if holds else None), thick


def scaled(found: tuple[Floats, Floats, float], scale: Floats) -> Bend:
    """Return the middle line in px of the picture, which is `scale` (x, y) times as large as the map."""
    xs, ys, high = found
    first, last = float(xs[0] * scale[0]), float(xs[-1] * scale[0])
    at = np.arange(first, last, 1, dtype=np.float32)
    return Bend(
        first, np.interp(at / scale[0], xs, ys).astype(np.float32) * scale[1], max(8, round(high * scale[1]))
    )


def straightened(image: Image.Image, bend: Bend) -> Image.Image:
    """Cut the line out, straight and upright, RGB; only its own rows of the picture are copied."""
    top, bottom = max(0, math.floor(bend.top) - 2), min(image.height, math.ceil(bend.bottom) + 3)
    pixels = np.asarray(image.crop((0, top, image.width, bottom)))
    down = np.arange(bend.height, dtype=np.float32)[:, np.newaxis] - (bend.height / 2 - 0.5)
    ys = bend.ys[np.newaxis] - top + down
    xs = np.broadcast_to(bend.first + np.arange(len(bend.ys), dtype=np.float32), ys.shape)
    cut = cv2.remap(pixels, np.ascontiguousarray(xs), ys, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return Image.fromarray(cut)


def flattened(corners: Sequence[Corners], lines: Sequence[Bend]) -> list[Corners] | None:
    """Return all corners of a page as they would be if it lay flat, from what its bent lines show.

    One smooth sheet is fitted to all bent lines by least squares: a cubic in x that may grow or fade down the
    page. None where it does not explain them (a spread of two pages), or where too few lines are bent.
    """
    sheet = _sheet(lines)
    if sheet is None:
        return None
    return [tuple((x, y - float(sheet(x, y))) for x, y in quad) for quad in corners]  # type: ignore[misc]


def _sheet(lines: Sequence[Bend]) -> Any:
    """Return how far the page is bent down at (x, y), as a function; None when no one sheet is."""
    if len(lines) < LEAST_BENT:
        return None
    size = max(line.first + len(line.ys) for line in lines)
    rows, shifts = [], []
    for line in lines:
        xs = (line.first + np.linspace(0, len(line.ys) - 1, 16)) / size
        ys = line.ys[np.linspace(0, len(line.ys) - 1, 16).astype(int)]
        terms = _terms(xs, ys.mean() / size)
        rows.append(terms - terms.mean(axis=0))
        shifts.append(ys - ys.mean())
    matrix, shift = np.concatenate(rows), np.concatenate(shifts)
    weights = np.linalg.lstsq(matrix, shift, rcond=1e-4)[0]
    height = float(np.median([line.height for line in lines]))
    if np.percentile(abs(matrix @ weights - shift), 90) > FIELD_OFF * height:
        return None
    return lambda x, y: _terms(np.array([x / size]), y / size)[0] @ weights


def _terms(xs: NDArray[Any], y: float) -> NDArray[Any]:
    powers = np.stack([xs, xs**2, xs**3], axis=1)
    return np.concatenate([powers, powers * y], axis=1)
