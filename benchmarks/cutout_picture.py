"""Draw the README's picture of cutting out, from drawn truth: `python -m benchmarks.cutout_picture`."""

import base64
import io

import numpy as np
from PIL import Image

from studylens.analysis.cutting import cut
from studylens.analysis.cutting.thing import Source
from studylens.analysis.protocol.cutting import OBJECT, Cut, CutWish, Stroke
from studylens.places import HOME
from tests.analysis.cutting import scenes

TARGET = HOME / "docs" / "screenshots" / "cutting-out.png"
HEIGHT_PX = 300
GAP_PX = 12
BRUSH = (
    Stroke(keep=True, points=((0.45, 0.5), (0.55, 0.5)), width=0.1),
    Stroke(keep=False, points=((0.77, 0.2), (0.747, 0.37)), width=0.03),
    Stroke(keep=False, points=((0.76, 0.63), (0.87, 0.82)), width=0.025),
)
"""What the box alone gets wrong: the middle, in the ground's colour, and two stalks in the petals'."""
GROUND = (246, 244, 238)


def pictures() -> list[Image.Image]:
    """Return notes in a shadow, the white page, a thing on busy ground, and the thing alone."""
    table, _ = scenes.on_table(5, scenes.notes(6, (1300, 1000)).photo)
    thing = scenes.thing("flower", 2, busy=True, side=800)
    page = cut.cut_page(_source(table), CutWish())
    alone = cut.cut_object(
        _source(thing.photo), CutWish(mode=OBJECT, box=thing.box, strokes=BRUSH, whole=True)
    )
    return [Image.fromarray(table), _opened(page), Image.fromarray(thing.photo), _opened(alone)]


def main() -> None:
    """Put the four side by side."""
    drawn = [_high(image) for image in pictures()]
    width = sum(image.width for image in drawn) + GAP_PX * (len(drawn) - 1)
    sheet = Image.new("RGB", (width, HEIGHT_PX), GROUND)
    left = 0
    for image in drawn:
        sheet.paste(image, (left, 0), image if image.mode == "RGBA" else None)
        left += image.width + GAP_PX
    sheet.quantize(128).save(TARGET, optimize=True)
    print(TARGET.name, sheet.size)


def _source(photo: np.ndarray) -> Source:
    return Source(photo, (photo.shape[1], photo.shape[0]))


def _opened(made: Cut) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(made.picture_base64)))
    return image.convert("RGBA" if "transparency" in image.info or image.mode == "RGBA" else "RGB")


def _high(image: Image.Image) -> Image.Image:
    size = (round(image.width * HEIGHT_PX / image.height), HEIGHT_PX)
    return image.resize(size, Image.Resampling.LANCZOS)


if __name__ == "__main__":
    main()
