"""A found line cut out of the picture: straight, upright and 48 px high, as the recognition network wants it.

Imports Pillow and numpy at the top: only `ocr.read` imports this room, late.
"""

import math

from PIL import Image

from studylens.analysis.ocr import bends
from studylens.analysis.ocr.detection import Found
from studylens.analysis.ocr.order.placing import Corners

HEIGHT_PX = 48
"""The height of every line that the network was trained on."""
SIDEWAYS_RATIO = 1.5
"""A crop this much taller than wide is text that runs up or down."""


def sides(corners: Corners) -> tuple[float, float]:
    """Return the width and the height of a quad in px."""
    return math.dist(corners[0], corners[1]), math.dist(corners[0], corners[3])


def is_tall(found: Found) -> bool:
    """Tell whether the text runs up or down."""
    width, height = sides(found.corners)
    return found.bend is None and height >= SIDEWAYS_RATIO * width


def cut_out(image: Image.Image, found: Found) -> Image.Image:
    """Cut a line out of the RGB picture as it stands there, straight, in the picture's own px."""
    if found.bend is not None:
        return bends.straightened(image, found.bend)
    top_left, top_right, bottom_right, bottom_left = found.corners
    width = max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right), 1.0)
    height = max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right), 1.0)
    data = (*top_left, *bottom_left, *bottom_right, *top_right)
    size = (math.ceil(width), math.ceil(height))
    return image.transform(size, Image.Transform.QUAD, data, Image.Resampling.BICUBIC)


def to_line(cut: Image.Image) -> Image.Image:
    """Return the upright cut as a line, 48 px high."""
    across = max(1, math.ceil(HEIGHT_PX * cut.width / cut.height))
    return cut.resize((across, HEIGHT_PX), Image.Resampling.BILINEAR)
