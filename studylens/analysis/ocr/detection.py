"""Where text is: the detection network run in strips, its probability map turned into quads.

Imports numpy and OpenCV at the top: only `ocr.read` imports this room, late. The steps and numbers
are those of rapidocr's own post-processing (Differentiable Binarization); tests compare the two.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from studylens.analysis.ocr import bends
from studylens.analysis.ocr.order.placing import Corners

if TYPE_CHECKING:
    from PIL import Image

STEP_PX = 32
"""The network halves its input five times, so its sides are multiples of this."""
STRIP_PX = 128
"""Rows of a strip: a whole 800 x 800 picture would cost 45 MB more than strips do."""
STRIP_MARGIN_PX = 64
"""Rows read on either side of a strip and thrown away, so that no seam shows."""
INK_PROBABILITY = 0.3
BOX_PROBABILITY = 0.5
UNCLIP_RATIO = 1.6
"""The network marks shrunken lines; this brings back their full height (rapidocr's number)."""
MIN_SIDE_PX = 3
MAX_BOXES = 1000

Floats = NDArray[np.float32]

cv2.setNumThreads(1)


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """Where a piece of text is, in px of the picture; with its middle line when that bends."""

    corners: Corners
    """Of a bent line: those of its two ends."""
    bend: bends.Bend | None = None

    @property
    def outline(self) -> Corners:
        """The corners of what it covers."""
        if self.bend is None:
            return self.corners
        left, right = self.corners[0][0], self.corners[1][0]
        top, bottom = self.bend.top, self.bend.bottom
        return (left, top), (right, top), (right, bottom), (left, bottom)


def find_text(session: Any, image: "Image.Image", detection_px: int) -> list[Found]:
    """Return where text is in `image` (RGB), found in a copy of at most `detection_px`."""
    small = image.resize(_network_size(image.size, detection_px))
    probability = _in_strips(session, np.asarray(small))
    scale = np.array([image.width / small.width, image.height / small.height], np.float32)
    limit = np.array([image.width - 1, image.height - 1], np.float32)
    found = (_found(contour, probability, scale, limit) for contour in _contours(probability))
    return [one for one in found if one and min(_sides(one.corners)) > MIN_SIDE_PX]


def _network_size(size: tuple[int, int], longest: int) -> tuple[int, int]:
    ratio = min(1.0, longest / max(size))
    width, height = (max(STEP_PX, round(side * ratio / STEP_PX) * STEP_PX) for side in size)
    return width, height


def _in_strips(session: Any, pixels: NDArray[np.uint8]) -> Floats:
    """Run the network over `pixels` (rows, columns, RGB); returns the map of text (rows, columns)."""
    rows = pixels.shape[0]
    probability = np.empty(pixels.shape[:2], np.float32)
    for top in range(0, rows, STRIP_PX):
        bottom = min(rows, top + STRIP_PX)
        first, last = max(0, top - STRIP_MARGIN_PX), min(rows, bottom + STRIP_MARGIN_PX)
        strip = _normalised(pixels[first:last])
        found = session.run(None, {session.get_inputs()[0].name: strip})[0][0, 0]
        probability[top:bottom] = found[top - first : bottom - first]
    return probability


def _normalised(pixels: NDArray[np.uint8]) -> Floats:
    """Return the pixels as the networks want them: (1, BGR, rows, columns) from -1 to 1."""
    planes = pixels[..., ::-1].transpose(2, 0, 1)[np.newaxis].astype(np.float32)
    planes /= 127.5
    planes -= 1.0
    return planes


def _contours(probability: Floats) -> Any:
    ink = (probability > INK_PROBABILITY).astype(np.uint8)
    ink = cv2.dilate(ink, np.ones((2, 2), np.uint8)).astype(np.uint8)
    contours = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]
    return [contour for contour in contours if min(cv2.boundingRect(contour)[2:]) > MIN_SIDE_PX][:MAX_BOXES]


def _found(contour: Any, probability: Floats, scale: Floats, limit: Floats) -> Found | None:
    """Return the line that a contour of the probability map is, straight or bent; None for no line."""
    rectangle = cv2.minAreaRect(contour)
    width, height = rectangle[1]
    if min(width, height) < MIN_SIDE_PX:
        return None
    if cv2.contourArea(contour) < bends.FILL * width * height:
        middle = bends.follow(contour, probability, least=BOX_PROBABILITY, unclip=UNCLIP_RATIO)
        if middle is not None:
            bend = bends.scaled(middle, scale)
            return Found(_clockwise(np.clip(np.array(bend.corners, np.float32), 0, limit)), bend)
    if _mean_inside(probability, rectangle) < BOX_PROBABILITY:
        return None
    quad = cv2.boxPoints(_unclipped(rectangle)).astype(np.float32)
    return Found(_clockwise(np.clip(quad * scale, 0, limit)))


def _mean_inside(probability: Floats, rectangle: Any) -> float:
    """Return the mean probability inside the rotated rectangle."""
    corners = cv2.boxPoints(rectangle)
    limit = np.array([probability.shape[1] - 1, probability.shape[0] - 1])
    low = np.clip(np.floor(corners.min(axis=0)), 0, limit).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)), 0, limit).astype(int)
    window = probability[low[1] : high[1] + 1, low[0] : high[0] + 1]
    mask = np.zeros(window.shape, np.uint8)
    cv2.fillPoly(mask, [(corners - low).astype(np.int32)], 1)
    return float(cv2.mean(window, mask)[0])


def _unclipped(rectangle: Any) -> Any:
    """Grow the rotated rectangle by area x ratio / perimeter on each side."""
    centre, (width, height), angle = rectangle
    distance = width * height * UNCLIP_RATIO / (2 * (width + height))
    return centre, (width + 2 * distance, height + 2 * distance), angle


def _clockwise(quad: Floats) -> Corners:
    """Return the corners from the top left, clockwise: the two leftmost are the left side."""
    points = sorted(((float(x), float(y)) for x, y in quad), key=lambda point: point[0])
    top_left, bottom_left = sorted(points[:2], key=lambda point: point[1])
    top_right, bottom_right = sorted(points[2:], key=lambda point: point[1])
    return top_left, top_right, bottom_right, bottom_left


def _sides(corners: Corners) -> tuple[float, float]:
    top_left, top_right, _, bottom_left = (np.array(point) for point in corners)
    return float(np.hypot(*(top_right - top_left))), float(np.hypot(*(bottom_left - top_left)))
