"""PNG and WebP as small as they may be: few colours for pages, a palette with alpha for things."""

import base64
import io

import numpy as np
from PIL import Image

from studylens.analysis.cutting.arrays import Pixels
from studylens.analysis.cutting.ink import Ink
from studylens.analysis.picture import vips
from studylens.analysis.protocol.cutting import PNG, WEBP, Cut

COLOURS = 64
"""Of a page: white, and 63 for its ink."""
SAMPLE = 60_000
"""Pixels of ink from which the colours are chosen."""
WEBP_QUALITY = 82
"""Letters stay clean; a cut-out of 800 px has 20-60 kB."""


def page_cut(ink: Ink, *, webp: bool) -> Cut:
    """Return a page on white."""
    return _written(_few_colours(ink), webp=webp, way="page")


def rgba_cut(pixels: Pixels, *, webp: bool, way: str) -> Cut:
    """Return RGB, RGBA or grey pixels as they are, with at most 256 colours in a PNG."""
    if pixels.ndim == 2 or webp:
        return _written(Image.fromarray(pixels), webp=webp, way=way)
    height, width = pixels.shape[:2]
    return Cut(_text(vips.palette_png(pixels)), PNG, width, height, way)


def _few_colours(ink: Ink) -> Image.Image:
    """Return the page in 64 colours, chosen from its ink alone, since white would take most of them."""
    page = Image.fromarray(ink.page)
    inked = ink.page[ink.strength > 0]
    step = max(1, len(inked) // SAMPLE)
    strip = np.ascontiguousarray(inked[::step][None])
    chosen = Image.fromarray(strip).quantize(COLOURS - 1, Image.Quantize.MEDIANCUT, kmeans=2)
    palette = Image.new("P", (1, 1))
    palette.putpalette([255, 255, 255, *(chosen.getpalette() or [])[: 3 * (COLOURS - 1)]])
    return page.quantize(palette=palette, dither=Image.Dither.NONE)


def _written(image: Image.Image, *, webp: bool, way: str) -> Cut:
    buffer = io.BytesIO()
    if webp:
        image.convert(image.mode if image.mode in {"RGB", "RGBA"} else "RGB").save(
            buffer, "WEBP", quality=WEBP_QUALITY, method=4
        )
    else:
        image.save(buffer, "PNG", optimize=True)
    return Cut(_text(buffer.getvalue()), WEBP if webp else PNG, image.width, image.height, way)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
