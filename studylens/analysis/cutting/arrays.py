"""Pixels as numpy has them, to and from Pillow, and smaller."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[Any]
"""(height, width) grey, (height, width, 3) RGB or (height, width, 4) RGBA; uint8, 0-255."""
Floats = NDArray[Any]
"""float32."""
Mask = NDArray[Any]
"""bool."""


def pixels_of(image: Image.Image) -> Pixels:
    """Return an RGB picture's pixels, which cannot be written to."""
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def scaled_to(pixels: Pixels, longest: int) -> Pixels:
    """Return the pixels with a longest side of at most `longest` px; the same ones when they are smaller."""
    height, width = pixels.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def sized_as(pixels: Pixels, like: Pixels) -> Pixels:
    """Return the pixels enlarged to the size of others."""
    height, width = like.shape[:2]
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR))
