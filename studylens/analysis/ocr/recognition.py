"""What a line says: a quad straightened, run through the recognition network in chunks, decoded.

Imports numpy and Pillow at the top: only `ocr.read` imports this room, late.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studylens.analysis.ocr.crops import HEIGHT_PX, cut_out, is_tall, to_line
from studylens.analysis.ocr.detection import Found
from studylens.analysis.picture.canvas import turned_clockwise

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
SURE = 0.9
"""Something tall that scores this one way is not read the other ways as well."""
LETTER_RATIO = 3.0
"""A box less tall than this may be a single upright letter or digit."""
NOTHING = 0
"""The index of "no character here"."""

Steps = tuple[NDArray[np.int64], NDArray[np.float32]]
"""For each step the best character's index, and its probability."""


class Recognizer:
    """One open recognition network and the characters that it can write."""

    def __init__(self, session: Any, *, is_exact: bool = True) -> None:
        self.is_exact = is_exact
        """Not the quantised form."""
        self._session = session
        self._input = session.get_inputs()[0].name
        known = session.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._characters = ["", *known, " "]
        self._stretch = 1.0  # What the last line wanted: most lines of a page are of one print.

    def read(self, image: Image.Image, found: Found) -> tuple[str, float]:
        """Return what a line of the picture (RGB) says, its mean score 0-1; tall ones are tried both ways."""
        cut = cut_out(image, found)
        if not is_tall(found):
            return self._read_line(to_line(cut))
        best = ("", 0.0)
        for degrees in (0, 90, 270) if cut.height < LETTER_RATIO * cut.width else (90, 270):
            best = max(best, self._read_line(to_line(turned_clockwise(cut, degrees))), key=lambda way: way[1])
            if best[1] >= SURE:
                break
        return best

    def glance(self, line: Image.Image) -> tuple[str, float]:
        """Return what a piece of a line says as it is, 48 px high, and its mean score 0-1."""
        return self._read_at(line, 1.0)

    def _read_line(self, line: Image.Image) -> tuple[str, float]:
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
