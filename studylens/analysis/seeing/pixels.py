"""A picture as the network takes it: its middle square, 224 px, in planes. Used by the export as well."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studylens.analysis.seeing.network import SIDE_PX

MIDDLE, SPREAD = np.float32(127), np.float32(128)
"""What the network was trained with: (value - 127) / 128."""
WHOLE_SHARE = 0.875
"""Share of the shorter side that is looked at: what the network was trained and measured with, 224 of 256."""


def square(image: Image.Image) -> NDArray[np.uint8]:
    """Return the middle of an RGB picture as (224, 224, 3): a subject fills the middle of its photo."""
    side = min(image.size) * WHOLE_SHARE
    left, top = (image.width - side) / 2, (image.height - side) / 2
    box = (left, top, left + side, top + side)
    small = image.resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC, box=box, reducing_gap=3.0)
    return np.asarray(small, np.uint8)


def planes(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return (224, 224, 3) of 0-255 as (1, 3, 224, 224), as the network was trained with."""
    turned = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)
    return (turned - MIDDLE) / SPREAD
