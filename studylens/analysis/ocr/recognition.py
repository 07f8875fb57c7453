"""What a line says: a quad straightened, run through the recognition network in chunks, decoded.

Imports numpy and Pillow at the top: only `ocr.read` imports this room, late.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studylens.analysis.ocr.reading_order import Corners

HEIGHT_PX = 48
"""The height of every line that the network was trained on."""
MIN_WIDTH_PX = 160
"""Shorter lines are filled up with grey, as in training."""
STEP_PX = 8
"""The network looks at the line in steps of this width and names one character, or none, for each."""
CHUNK_PX = 640
"""Longer lines are read in chunks: 18,710 probabilities a step make a 2,300 px line cost 40 MB."""
CHUNK_MARGIN_PX = 64
"""How far two chunks overlap."""
CROWDED = 0.55
"""Characters a step above which narrow letters get lost, so the line is stretched to this: a page
of 0.74 was read at 93.7 % of words as it was, 99.7 % at 0.61 and 99.95 % at 0.53."""
MAX_STRETCH = 1.6
"""Wider only costs time."""
STRETCH_STEP = 1.1
"""A line is read again only when it wants to be wider by more than this."""
MIN_CHARACTERS = 8
"""Fewer say nothing about how narrow the print is."""
SIDEWAYS_RATIO = 1.5
"""A crop this much taller than wide is text that runs upwards."""
NOTHING = 0
"""The index of "no character here"."""

Steps = tuple[NDArray[np.int64], NDArray[np.float32]]
"""For each step the best character's index, and its probability."""


class Recognizer:
    """One open recognition network and the characters that it can write."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._input = session.get_inputs()[0].name
        known = session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *known, " "]
        self._stretch = 1.0  # What the last line wanted: most lines of a page are of one print.

    def read(self, image: Image.Image, corners: Corners) -> tuple[str, float]:
        """Return the text inside the corners (px of the RGB picture), and its mean score 0-1."""
        line = _straightened(image, corners)
        used = self._stretch
        text, score = self._read_at(line, used)
        if len(text) >= MIN_CHARACTERS:
            self._stretch = _wanted_stretch(len(text), line.width)
        if self._stretch > used * STRETCH_STEP:
            text, score = self._read_at(line, self._stretch)
        return text, score

    def _read_at(self, line: Image.Image, stretch: float) -> tuple[str, float]:
        wide = line.resize((max(1, round(line.width * stretch)), HEIGHT_PX), Image.Resampling.BICUBIC)
        indices, scores = self._stitched(np.asarray(wide))
        new = np.concatenate([[True], indices[1:] != indices[:-1]]) & (indices != NOTHING)
        if not new.any():
            return "", 0.0
        text = "".join(self._characters[index] for index in indices[new])
        return text.strip(), float(scores[new].mean())

    def _stitched(self, pixels: NDArray[np.uint8]) -> Steps:
        """Read all chunks of a straightened line (48, width, RGB) and join them where nothing is."""
        width = pixels.shape[1]
        indices, scores = self._steps(pixels[:, :CHUNK_PX])
        start = 0
        while start + CHUNK_PX < width:
            start += CHUNK_PX - CHUNK_MARGIN_PX
            more = self._steps(pixels[:, start : start + CHUNK_PX])
            seam, first = start // STEP_PX, start // STEP_PX
            seam += _quiet_step(indices[first:], more[0])
            indices = np.concatenate([indices[:seam], more[0][seam - first :]])
            scores = np.concatenate([scores[:seam], more[1][seam - first :]])
        return indices, scores

    def _steps(self, pixels: NDArray[np.uint8]) -> Steps:
        width = max(pixels.shape[1], MIN_WIDTH_PX)
        planes = np.zeros((1, 3, HEIGHT_PX, width), np.float32)
        planes[0, :, :, : pixels.shape[1]] = pixels[..., ::-1].transpose(2, 0, 1) / np.float32(127.5) - 1
        found = self._session.run(None, {self._input: planes})[0][0]
        return found.argmax(axis=1), found.max(axis=1)


def _quiet_step(before: NDArray[np.int64], after: NDArray[np.int64]) -> int:
    """Return the step of the overlap, nearest its middle, where both chunks see no character."""
    overlap = min(len(before), len(after))
    middle = overlap // 2
    quiet = [n for n in range(overlap) if before[n] == NOTHING and after[n] == NOTHING]
    return min(quiet, key=lambda n: abs(n - middle), default=middle)


def _wanted_stretch(characters: int, width: int) -> float:
    return min(max(characters * STEP_PX / width / CROWDED, 1.0), MAX_STRETCH)


def _straightened(image: Image.Image, corners: Corners) -> Image.Image:
    """Cut the quad out, 48 px high and upright, RGB."""
    top_left, top_right, bottom_right, bottom_left = corners
    width = max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right), 1.0)
    height = max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right), 1.0)
    data = (*top_left, *bottom_left, *bottom_right, *top_right)
    size = (math.ceil(width), math.ceil(height))
    cut = image.transform(size, Image.Transform.QUAD, data, Image.Resampling.BICUBIC)
    if height >= SIDEWAYS_RATIO * width:
        cut = cut.transpose(Image.Transpose.ROTATE_90)
    across = max(1, math.ceil(HEIGHT_PX * cut.width / cut.height))
    return cut.resize((across, HEIGHT_PX), Image.Resampling.BILINEAR)
