"""Pictures to calibrate with: drawn from chance alone, so that nothing has to be fetched.

They need not show anything. They must have what photos have: soft light, hard edges, textures of several
sizes, strong and weak colours, and dark and bright parts, so that every layer meets its usual range.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from studylens.analysis.seeing.network import SIDE_PX

Pixels = NDArray[np.uint8]
_SHAPES = ("ellipse", "rectangle", "polygon", "line")


def draw(count: int, *, seed: int = 1) -> Iterator[Pixels]:
    """Yield the pixels (224, 224, RGB) of so many pictures, the same ones every time."""
    chance = np.random.default_rng(seed)
    for _ in range(count):
        yield np.asarray(_picture(chance))


def _picture(chance: np.random.Generator) -> Image.Image:
    image = _ground(chance)
    canvas = ImageDraw.Draw(image)
    for _ in range(int(chance.integers(2, 14))):
        _shape(canvas, chance)
    image = Image.blend(image, _texture(chance), float(chance.uniform(0.05, 0.45)))
    return image.filter(ImageFilter.GaussianBlur(float(chance.choice((0.0, 0.7, 1.5)))))


def _ground(chance: np.random.Generator) -> Image.Image:
    """Light that falls from one side: four colours of the corners, mixed."""
    corners = chance.integers(0, 256, (2, 2, 3), dtype=np.uint8)
    return Image.fromarray(corners).resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR)


def _texture(chance: np.random.Generator) -> Image.Image:
    """Noise of several sizes, added up, as bark, cloth or skin have it."""
    total = np.zeros((SIDE_PX, SIDE_PX, 3), np.float32)
    for side in (4, 14, 56, SIDE_PX):
        noise = Image.fromarray(chance.integers(0, 256, (side, side, 3), dtype=np.uint8))
        total += np.asarray(noise.resize((SIDE_PX, SIDE_PX), Image.Resampling.BICUBIC), np.float32)
    return Image.fromarray((total / 4).astype(np.uint8))


def _shape(canvas: ImageDraw.ImageDraw, chance: np.random.Generator) -> None:
    colour = tuple(int(part) for part in chance.integers(0, 256, 3))
    left, top = (int(place) for place in chance.integers(-40, SIDE_PX, 2))
    width, height = (int(side) for side in chance.integers(8, 150, 2))
    match chance.choice(_SHAPES):
        case "ellipse":
            canvas.ellipse((left, top, left + width, top + height), fill=colour)
        case "rectangle":
            canvas.rectangle((left, top, left + width, top + height), fill=colour)
        case "line":
            canvas.line(
                (left, top, left + width, top + height), fill=colour, width=int(chance.integers(1, 9))
            )
        case _:
            corners = np.array((left, top)) + chance.integers(0, 150, (int(chance.integers(3, 9)), 2))
            canvas.polygon([(int(x), int(y)) for x, y in corners], fill=colour)
