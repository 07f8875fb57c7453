"""The ink of an evened page: how strong it is at each place, and in which colour."""

from dataclasses import dataclass

import cv2
import numpy as np

from studylens.analysis.cutting.arrays import Pixels

FAINTEST = (11, 44)
"""Levels (0-255) off white from which something is ink: pencil has 40, a ruled line 25. The paper's own noise
decides between the two."""
SURE = 22
"""Levels more, from which it stays as it is; between the two it fades."""
NOISE = 3.2
"""Standard deviations of the paper's noise that are paper."""


@dataclass(frozen=True)
class Ink:
    """`strength` (height, width): 0 paper, 255 ink; `page` (height, width, 3): RGB with its paper white."""

    strength: Pixels
    page: Pixels

    @property
    def share(self) -> float:
        """Share of the page that is covered with ink."""
        return float(np.count_nonzero(self.strength > 127)) / self.strength.size


def ink_of(evened: Pixels) -> Ink:
    """Part an evened RGB page into white paper and ink."""
    off_white = cv2.bitwise_not(evened)
    darkness = off_white.max(axis=2)
    faintest = _faintest(darkness)
    curve = np.clip((np.arange(256) - faintest) * (255 / SURE), 0, 255).astype(np.uint8)
    strength = cv2.LUT(cv2.GaussianBlur(darkness, (3, 3), 0), curve)
    kept = cv2.multiply(off_white, cv2.merge([strength] * 3), scale=1 / 255)
    return Ink(np.asarray(strength, np.uint8), np.asarray(cv2.bitwise_not(kept), np.uint8))


def _faintest(darkness: Pixels) -> float:
    """Return the level from which something is ink, by how much the paper itself is uneven."""
    least, most = FAINTEST
    paper = darkness[::4, ::4]
    paper = paper[paper < most]
    if not paper.size:
        return float(least)
    middle = float(np.median(paper))
    noise = 1.4826 * float(np.median(np.abs(paper.astype(np.float32) - middle)))
    return min(float(most), max(float(least), middle + NOISE * noise))
