"""Draw `static/sample-photo.jpg`, the newcomer's first photo: `python -m tests.make_sample`.

A page of a made-up biology book, in our own words, as a phone would see it: on a desk, slightly
turned, lit from one side, a little grain. Run by hand when the page changes; needs Liberation fonts.
"""

import random
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

TARGET = Path(__file__).parent.parent / "static" / "sample-photo.jpg"
SIZE = (1200, 1600)
PAPER, INK, ACCENT = (246, 241, 228), (38, 34, 32), (30, 88, 64)
LEFT, BODY_PX, PITCH = 116, 35, 52
CORNERS = ((42, 34), (1172, 22), (1186, 1584), (26, 1572))
"""Where the corners of the page lie in the photo, in px from the top left, clockwise."""

TITLE = "Photosynthesis"
HEADER = "Chapter 4   Energy in living cells"
FOOTER = "61"
BODY = (
    "Photosynthesis is the process in which plants, algae and some",
    "bacteria use light to make sugar from carbon dioxide and water.",
    "Oxygen is released as a by-product.",
    "",
    "Chloroplast: the organelle in which photosynthesis takes place.",
    "Chlorophyll: the green pigment that absorbs red and blue light.",
    "Thylakoid: a flat membrane sac that carries the chlorophyll.",
    "Stroma: the fluid that surrounds the thylakoids.",
    "Stoma: a pore in the leaf through which gases pass.",
    "",
    "# Two stages",
    "The light reactions take place in the thylakoid membranes. Light",
    "energy splits water into oxygen, protons and electrons, and is",
    "stored in the carriers ATP and NADPH.",
    "The Calvin cycle takes place in the stroma. The enzyme rubisco",
    "binds carbon dioxide, and ATP and NADPH drive the building of",
    "sugar. It needs no light itself, but stops when ATP runs out.",
    "",
    "# What limits the rate",
    "The rate depends on light, carbon dioxide and temperature. The",
    "factor in shortest supply is called the limiting factor.",
    "Above about 40 degrees the enzymes lose their shape and the rate",
    "falls quickly.",
)


def text() -> str:
    """Return the words of the page, one line a row, without its header and page number."""
    return "\n".join([TITLE, *(line.removeprefix("# ") for line in BODY if line)])


def face(style: str, px: int) -> ImageFont.FreeTypeFont:
    """Return Liberation Serif in `style` (Regular, Bold, Italic)."""
    return ImageFont.truetype(f"LiberationSerif-{style}.ttf", px)


def page() -> Image.Image:
    """Return the flat printed page, RGB."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((LEFT, 84), HEADER, font=face("Italic", 26), fill=INK)
    draw.line((LEFT, 124, SIZE[0] - 110, 124), fill=INK, width=2)
    draw.text((LEFT, 158), TITLE, font=face("Bold", 58), fill=ACCENT)
    top = 256
    for line in BODY:
        top += _write(draw, line, top)
    draw.text((SIZE[0] // 2, 1500), FOOTER, font=face("Regular", 28), fill=INK)
    return image


def _write(draw: ImageDraw.ImageDraw, line: str, top: int) -> int:
    """Write one line and return how far down the next one starts, in px."""
    if not line:
        return PITCH // 2
    if line.startswith("# "):
        draw.text((LEFT, top), line.removeprefix("# "), font=face("Bold", 42), fill=ACCENT)
        return PITCH + 12
    term, colon, rest = line.partition(": ")
    bold = f"{term}{colon}" if colon else ""
    draw.text((LEFT, top), bold, font=face("Bold", BODY_PX), fill=INK)
    start = LEFT + draw.textlength(bold, font=face("Bold", BODY_PX))
    draw.text((start, top), rest if colon else line, font=face("Regular", BODY_PX), fill=INK)
    return PITCH


def desk() -> Image.Image:
    """Return a dark wooden desk, RGB: long soft streaks."""
    order = random.Random(61)
    streaks = Image.new("L", (40, 1))
    streaks.putdata([order.randrange(50, 95) for _ in range(40)])
    grain = streaks.resize(SIZE, Image.Resampling.BICUBIC)
    return Image.merge("RGB", (grain, grain.point(lambda v: v * 0.72), grain.point(lambda v: v * 0.5)))


def laid_on(desk_image: Image.Image, sheet: Image.Image) -> Image.Image:
    """Lay the page on the desk as the camera sees it: turned, in perspective, with a soft edge."""
    mask = Image.new("L", SIZE, 0)
    ImageDraw.Draw(mask).polygon(CORNERS, fill=255)
    shadow = ImageChops.offset(mask, 10, 14).filter(ImageFilter.GaussianBlur(16))
    desk_image.paste((14, 10, 8), mask=shadow.point(lambda v: v * 0.7))
    seen = sheet.transform(SIZE, Image.Transform.PERSPECTIVE, _perspective(), Image.Resampling.BICUBIC)
    desk_image.paste(seen, mask=mask.filter(ImageFilter.GaussianBlur(1)))
    return desk_image


def _perspective() -> tuple[float, ...]:
    """Return the eight numbers that map a point of the photo to its point on the flat page."""
    import numpy as np

    flat = ((0, 0), (SIZE[0], 0), SIZE, (0, SIZE[1]))
    rows, values = [], []
    for (x, y), (u, v) in zip(CORNERS, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(float(number) for number in np.linalg.solve(np.array(rows, float), np.array(values, float)))


def lit(image: Image.Image) -> Image.Image:
    """Light the photo from the upper right, with the shade of a hand at the lower left and grain."""
    shade = Image.new("L", SIZE, 255)
    draw = ImageDraw.Draw(shade)
    draw.polygon(((0, 1050), (200, 1300), (320, 1600), (0, 1600)), fill=190)
    draw.rectangle((0, 0, 90, 1600), fill=205)
    shade = shade.filter(ImageFilter.GaussianBlur(110))
    turned = Image.linear_gradient("L").rotate(35, Image.Resampling.BICUBIC).crop((50, 50, 206, 206))
    slope = turned.resize(SIZE, Image.Resampling.BICUBIC).point(lambda v: 255 - v * 0.16)
    light = ImageChops.multiply(shade, slope)
    photo = ImageChops.multiply(image, Image.merge("RGB", (light, light, light)))
    grain = Image.effect_noise(SIZE, 5).convert("RGB")
    return ImageChops.add(photo.filter(ImageFilter.GaussianBlur(0.6)), grain, offset=-128)


def main() -> None:
    """Write the photo."""
    lit(laid_on(desk(), page())).save(TARGET, "JPEG", quality=72, optimize=True)


if __name__ == "__main__":
    main()
