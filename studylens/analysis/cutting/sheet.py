"""Where the sheet lies in a photo, and how it looks from straight above.

A sheet is a bright four-sided area on something darker. Frames, tables and coloured boxes on a page are not:
on their other side there is paper as well, or they are the darker ones.
"""

from collections.abc import Iterator

import cv2
import numpy as np

from studylens.analysis.cutting.arrays import Floats, Pixels, scaled_to

SMALL_PX = 400
"""Longest side of the picture in which the sheet is looked for: its edges are long."""
LEAST_SHARE = 0.25
"""Of the picture; a smaller bright area is a note on a page, or a window."""
ALL_OF_IT = 0.97
"""From this share on nothing is gained by flattening."""
BRIGHTER = 12
"""Levels (0-255) by which a sheet is brighter than what it lies on, on both sides of its edge."""
EDGE_SHARE = 0.6
"""Of the points along the edges, at which that must hold: shadows and objects hide some."""
BAND_PX = 6
"""How far from the edge both sides are looked at, in the small picture: beyond the line of a frame."""
REACH_PX = 14
"""How far an edge is looked for around where it was guessed: what lies beside a sheet bends its outline."""
INWARD = 0.006
"""By which share of its diagonals a sheet is taken smaller: its own edge is blurred, and casts a shadow."""
_POINTS = np.linspace(0.08, 0.92, 32, dtype=np.float32)
_THRESHOLDS = (90, 120, 150, 180, 205)


def find_sheet(pixels: Pixels) -> Floats | None:
    """Return the corners (4, 2) in px, clockwise from the upper left; None where no sheet's edges are seen.

    `pixels`: RGB (height, width, 3).
    """
    small = scaled_to(pixels, SMALL_PX)
    grey = cv2.medianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), 5)
    area = grey.shape[0] * grey.shape[1]
    best, most = None, 0.0
    for guess in _guesses(grey, least=LEAST_SHARE * area):
        for corners in (guess, _drawn_to_edges(grey, guess)):
            share = float(cv2.contourArea(corners)) / area
            score = share * _support(grey, corners) ** 2
            if LEAST_SHARE < share < ALL_OF_IT and score > most:
                best, most = corners, score
    if best is None:
        return None
    scale = pixels.shape[1] / small.shape[1]
    found = (_clockwise(best) + 0.5) * np.float32(scale) - 0.5  # Middles of pixels, small and large.
    return np.asarray(found, np.float32)


def flattened(pixels: Pixels, corners: Floats) -> Pixels:
    """Return the sheet from straight above, as large as its longer sides are in the photo."""
    corners = corners + INWARD * (corners[[2, 3, 0, 1]] - corners)
    (a, b, c, d) = corners
    width = max(1, round(max(_length(a, b), _length(d, c))))
    height = max(1, round(max(_length(a, d), _length(b, c))))
    straight = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(corners.astype(np.float32), straight)
    flat = cv2.warpPerspective(
        pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(flat, np.uint8)


def _guesses(grey: Pixels, *, least: float) -> Iterator[Floats]:
    """Yield four-sided areas of at least this many px, none of them twice."""
    seen = set()
    for mask in _masks(grey):
        for corners in _four_sided(mask, least=least):
            place = tuple((corners // 4).astype(int).ravel())
            if place not in seen:
                seen.add(place)
                yield corners


def _masks(grey: Pixels) -> Iterator[Pixels]:
    """Yield what may be the sheet: bright areas at several levels, and areas within strong edges."""
    level, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    for threshold in {int(level), *_THRESHOLDS}:
        bright = (grey > threshold).astype(np.uint8)
        closed = cv2.morphologyEx(bright, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
        yield closed
        yield cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((25, 25), np.uint8))
    for low in (20, 50):
        edges = cv2.dilate(cv2.Canny(grey, low, 3 * low), np.ones((3, 3), np.uint8))
        yield (edges > 0).astype(np.uint8)


def _four_sided(mask: Pixels, *, least: float) -> Iterator[Floats]:
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours:
        hull = cv2.convexHull(contour)
        if cv2.contourArea(hull) < least:
            continue
        length = cv2.arcLength(hull, closed=True)
        for slack in (0.01, 0.02, 0.035, 0.05):
            corners = cv2.approxPolyDP(hull, slack * length, closed=True)
            if len(corners) == 4:
                yield corners.reshape(4, 2).astype(np.float32)
                break


def _sides(corners: Floats) -> Iterator[tuple[Floats, Floats]]:
    """Yield points (n, 2) along each side, and the side's normal into the area."""
    centre = corners.mean(axis=0)
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        normal = np.array([start[1] - end[1], end[0] - start[0]], np.float32)
        normal /= max(1e-6, float(np.linalg.norm(normal)))
        if float(np.dot(normal, centre - (start + end) / 2)) < 0:
            normal = -normal
        yield start + _POINTS[:, None] * (end - start), normal


def _support(grey: Pixels, corners: Floats) -> float:
    """Return at how many points of its edges (0-1) the area is brighter than what it lies on; 0 for too few.

    Where an edge leaves the picture nothing can be said, and nothing is held against it.
    """
    height, width = grey.shape
    holds, seen = 0, 0
    for points, normal in _sides(corners):
        inside, outside = points + BAND_PX * normal, points - BAND_PX * normal
        in_view = ((outside >= 0) & (outside < (width, height))).all(axis=1)
        seen += int(in_view.sum())
        brighter = _levels(grey, inside[in_view]) - _levels(grey, outside[in_view]) >= BRIGHTER
        holds += int(brighter.sum())
    share = holds / max(1, seen)
    return share if seen >= len(_POINTS) and share >= EDGE_SHARE else 0.0


def _drawn_to_edges(grey: Pixels, corners: Floats) -> Floats:
    """Return the corners where straight lines through the strongest steps near the sides meet."""
    steps = np.arange(-REACH_PX, REACH_PX + 1, dtype=np.float32)
    lines = []
    for points, normal in _sides(corners):
        profile = np.stack([_levels(grey, points + step * normal) for step in steps], axis=1)
        rise = profile[:, 6:] + profile[:, 5:-1] - profile[:, 1:-5] - profile[:, :-6]
        at = steps[3:-3][rise.argmax(axis=1)]
        found = points + at[:, None] * normal
        strong = found[rise.max(axis=1) >= 2 * BRIGHTER]
        if len(strong) < len(_POINTS) // 3:
            strong = points
        lines.append(cv2.fitLine(strong, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel())
    meeting = [_meeting(lines[n - 1], lines[n]) for n in range(4)]
    if any(corner is None for corner in meeting):
        return corners
    return np.array(meeting, np.float32)


def _meeting(one: Floats, other: Floats) -> Floats | None:
    """Return where two lines (direction, point) meet; None for parallel ones."""
    turn = np.array([[one[0], -other[0]], [one[1], -other[1]]])
    if abs(np.linalg.det(turn)) < 1e-3:
        return None
    along = np.linalg.solve(turn, np.array([other[2] - one[2], other[3] - one[3]]))
    return np.asarray(one[2:4] + along[0] * one[:2], np.float32)


def _levels(grey: Pixels, points: Floats) -> Floats:
    height, width = grey.shape
    x = np.clip(points[:, 0].round().astype(int), 0, width - 1)
    y = np.clip(points[:, 1].round().astype(int), 0, height - 1)
    return np.asarray(grey[y, x], np.float32)


def _clockwise(corners: Floats) -> Floats:
    """Return the corners clockwise, the one nearest to the upper left first."""
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    around = corners[np.argsort(angles)]
    first = int(np.argmin(around.sum(axis=1)))
    return np.roll(around, -first, axis=0)


def _length(one: Floats, other: Floats) -> float:
    return float(np.linalg.norm(one - other))
