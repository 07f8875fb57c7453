"""The paper that a study figure is drawn on: its pen, its inks, its words and what a camera does to it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]

NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four"}

# Four names far apart in hue: a tiny model must never be in doubt between two of them.
COLOURS: dict[str, Colour] = {
    "red": (205, 35, 40),
    "blue": (40, 85, 205),
    "green": (40, 150, 60),
    "yellow": (240, 200, 30),
}
SLICE_COLOURS: tuple[Colour, ...] = (*COLOURS.values(), (140, 60, 170), (240, 130, 40), (60, 190, 200))

# What stands in tables, on pages and at labels; no caption speaks of it.
_WORDS = """
energy water light root leaf force mass field north king year trade cell wall number angle side sum heat cold
speed time growth rain soil city law vote war peace art music verb noun acid base metal gas atom star moon
planet river lake coast farm iron salt sugar blood heart bone nerve skin eye ear
""".split()  # noqa: SIM905 (a list literal would take sixty lines)


@dataclass(frozen=True)
class Sheet:
    """One picture in the making, its size in pixels, and the luck that decides everything drawn on it."""

    image: Image.Image
    pen: ImageDraw.ImageDraw
    luck: random.Random
    ink: Colour
    paper: Colour

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the drawable area in pixels, inside a margin of 9 %."""
        width, height = self.image.size
        return int(width * 0.09), int(height * 0.09), int(width * 0.91), int(height * 0.91)

    def write(self, at: Point, text: str, size: int, *, ink: Colour | None = None) -> None:
        """Write text whose middle is at the point."""
        self.pen.text(at, text, fill=ink or self.ink, font=font(size), anchor="mm")

    def arrow(self, start: Point, end: Point) -> None:
        """Draw an arrow that is horizontal or vertical."""
        self.pen.line([start, end], fill=self.ink, width=3)
        (x, y), head = end, 8
        down = start[0] == end[0]
        back = (
            [(x - head, y - head), (x + head, y - head)]
            if down
            else [(x - head, y - head), (x - head, y + head)]
        )
        self.pen.polygon([end, *back], fill=self.ink)


def new_sheet(luck: random.Random, *, dark: bool = False) -> Sheet:
    """Take a light sheet of 300 to 400 by 260 to 380 px, or a dark board of the same size."""
    size = (luck.randint(300, 400), luck.randint(260, 380))
    light, deep = luck.randint(225, 255), luck.randint(10, 60)
    paper: Colour = (light, light, light - luck.randint(0, 25))
    ink: Colour = (deep, deep, deep + luck.randint(0, 30))
    if dark:
        paper, ink = (deep, deep + luck.randint(10, 45), deep + 10), (light, light, light)
    image = Image.new("RGB", size, paper)
    return Sheet(image, ImageDraw.Draw(image), luck, ink, paper)


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Give Pillow's own font at a size in pixels, so that no machine's fonts change a drawing."""
    return ImageFont.load_default(size)


def word(luck: random.Random) -> str:
    """Give a word as it stands in school books."""
    return luck.choice(_WORDS)


def tint(luck: random.Random, colour: Colour, spread: int = 18) -> Colour:
    """Give a shade of the colour, each channel within the spread."""
    red, green, blue = (max(0, min(255, part + luck.randint(-spread, spread))) for part in colour)
    return red, green, blue


def named_colour(luck: random.Random, names: Sequence[str] = tuple(COLOURS)) -> tuple[str, Colour]:
    """Give a colour's name and a shade of it."""
    name = luck.choice(names)
    return name, tint(luck, COLOURS[name])


def photographed(sheet: Sheet) -> Image.Image:
    """Give the sheet as a camera sees it: slightly turned, blurred, brighter or darker, noisy."""
    luck = sheet.luck
    image = sheet.image
    if luck.random() < 0.6:
        image = image.rotate(luck.uniform(-4, 4), Image.Resampling.BILINEAR, fillcolor=sheet.paper)
    if luck.random() < 0.3:
        image = image.filter(ImageFilter.BoxBlur(luck.uniform(0.3, 1)))
    image = ImageEnhance.Brightness(image).enhance(luck.uniform(0.85, 1.05))
    return _with_noise(image, luck)


def _with_noise(image: Image.Image, luck: random.Random) -> Image.Image:
    # Pillow's own effect_noise takes no seed, so the grain comes from our luck: same seed, same bytes.
    width, height = (side // 2 + 1 for side in image.size)
    grain = Image.frombytes("L", (width, height), luck.randbytes(width * height)).resize(image.size)
    strength = luck.uniform(0, 0.10)
    grain = grain.point([int(value * strength) for value in range(256)])
    return ImageChops.subtract(image, Image.merge("RGB", (grain, grain, grain)))
