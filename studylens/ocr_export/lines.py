"""Lines of text to calibrate with: drawn from words of this module, so that nothing has to be fetched."""

import random
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

HEIGHT_PX = 48
FACES = ("DejaVuSans.ttf", "LiberationSerif-Regular.ttf", "DejaVuSerif.ttf", "LiberationSans-Regular.ttf")
"""Tried in turn; Pillow's own face where a machine has none of them."""
TEXT = """
photosynthesis turns light water and carbon dioxide into glucose the derivative of a function tells how
quickly its value is changing in 1789 Napoleon crowned himself emperor f(x) = 3x² + 2 P(A|B) ≤ 0.05 membrane
osmosis Mitose Größe Schärfe über señal ecuación matriz hypothèse théorème ação função ligação momentum
velocity α β σ μ Σ ∫ dx 12.5 % (2024) [3] Table 4: mean, median; variance? Newton's law — “force” DNA RNA ATP
pH NaCl H2SO4 25 °C x → ∞ https://example.org e.g. i.e. probability of an event E is P(E)
"""
INKS = (((250, 248, 242), (28, 28, 34)), ((255, 255, 255), (90, 90, 100)), ((30, 40, 60), (235, 235, 225)),
        ((225, 228, 222), (70, 74, 110)))  # fmt: skip
"""Paper and ink: print, faint pencil, chalk, pen."""

Pixels = NDArray[np.uint8]


def draw(count: int, *, seed: int = 1) -> Iterator[Pixels]:
    """Yield the pixels (48, width, RGB) of so many lines of text, sharp and blurred, plain and slanted."""
    order = random.Random(seed)  # noqa: S311 - the same lines every time.
    for _ in range(count):
        text = " ".join(order.choices(TEXT.split(), k=order.randint(2, 9)))
        line = _line(text, order)
        yield np.asarray(line)[:, : order.choice((320, 480, 640))]


def _line(text: str, order: random.Random) -> Image.Image:
    paper, ink = order.choice(INKS)
    face = _face(order.choice(FACES), order.choice((24, 28, 32)))
    image = Image.new("RGB", (int(face.getlength(text)) + 24, HEIGHT_PX), paper)
    ImageDraw.Draw(image).text((12, 5), text, font=face, fill=ink)
    slant = order.choice((0.0, 0.0, 0.2))
    sheared = image.transform(
        image.size, Image.Transform.AFFINE, (1, slant, -24 * slant, 0, 1, 0), fillcolor=paper
    )
    return sheared.filter(ImageFilter.GaussianBlur(order.choice((0.0, 0.6, 1.1))))


def _face(name: str, px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        return ImageFont.truetype(name, px)
    except OSError:
        return ImageFont.load_default(px)
