"""A guided filter: a coarse mask takes on the edges of the picture that it is laid over.

After He, Sun and Tang, "Guided Image Filtering" (ECCV 2010): within each window the mask is a straight line
of the picture's grey. OpenCV's own is in its contrib modules, which rapidocr's build of it does not bring.
"""

import cv2
import numpy as np

from studylens.analysis.cutting.arrays import Floats


def guided(guide: Floats, mask: Floats, *, radius: int, slack: float) -> Floats:
    """Return the mask (height, width) in 0-1 with the edges of `guide` (the same size, 0-1).

    `radius`: half a window's side in px; `slack`: variance of the guide below which a window is smoothed.
    """
    window = (2 * radius + 1, 2 * radius + 1)

    def mean(values: Floats) -> Floats:
        return np.asarray(cv2.boxFilter(values, cv2.CV_32F, window, borderType=cv2.BORDER_REFLECT))

    mean_guide, mean_mask = mean(guide), mean(mask)
    slope = mean(guide * mask) - mean_guide * mean_mask
    slope /= mean(guide * guide) - mean_guide * mean_guide + np.float32(slack)
    offset = mean_mask - slope * mean_guide
    found = mean(slope) * guide + mean(offset)
    return np.asarray(np.clip(found, 0, 1), np.float32)
