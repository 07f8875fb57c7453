"""Test pages: pictures rendered from known text, and how much of the text a reader got right."""

import difflib
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from PIL.ImageFont import FreeTypeFont
from PIL.ImageFont import ImageFont as BitmapFont

TYPE_FACES = ("LiberationSerif-Regular.ttf", "DejaVuSerif.ttf", "DejaVuSans.ttf")
"""Tried in order; Pillow's own face (Latin letters without accents) needs no system font."""
PAPER = (250, 248, 242)
INK = (28, 28, 34)

SENTENCES = (
    "Photosynthesis turns light, water and carbon dioxide into glucose and oxygen.",
    "The light reactions take place in the thylakoid membranes of the chloroplast.",
    "Chlorophyll absorbs mainly red and blue light and reflects green light.",
    "In the Calvin cycle the enzyme rubisco binds carbon dioxide to a sugar.",
    "Mitochondria release energy from glucose and store it in molecules of ATP.",
    "Osmosis is the movement of water through a membrane that lets only water pass.",
    "Ribosomes read messenger RNA and join amino acids into proteins.",
    "During mitosis one nucleus divides into two nuclei with the same chromosomes.",
    "Meiosis halves the number of chromosomes and mixes the genes of both parents.",
    "An enzyme lowers the activation energy of a reaction without being used up.",
    "The French Revolution began in 1789 with the storming of the Bastille.",
    "In 1804 Napoleon crowned himself emperor in the cathedral of Notre Dame.",
    "The Congress of Vienna redrew the map of Europe between 1814 and 1815.",
    "A catalyst speeds up a chemical reaction and can be recovered afterwards.",
    "Acids give protons away, while bases accept them, as Bronsted stated in 1923.",
    "The pH value of pure water at 25 degrees is 7, which is called neutral.",
    "Velocity is the change of position in a given time and has a direction.",
    "The momentum of a body is the product of its mass and its velocity.",
    "Inflation means that prices rise over time and money buys less than before.",
    "Supply and demand together decide the price of goods on a free market.",
    "A prime number has exactly two divisors, namely one and the number itself.",
    "The derivative of a function tells how quickly its value is changing.",
    "Limestone forms when shells of tiny sea animals settle and are pressed together.",
    "Tectonic plates move by a few centimetres each year and cause earthquakes.",
    "A metaphor describes one thing by naming another without using the word like.",
    "The heart of a mammal has two atria and two ventricles that beat in turn.",
    "Neurons pass signals on at synapses with the help of chemical messengers.",
    "Classical conditioning was first described by Pavlov, who worked with dogs.",
    "A binary search halves the remaining list with every single comparison.",
    "Memory that was freed may be handed out again by the operating system.",
)


SHORT = ("Osmosis is the movement of water", "through a membrane.", "ATP stores energy.")
"""Three lines that are read in a second."""


@dataclass(frozen=True)
class Page:
    """A rendered page: the upright RGB picture and its lines in reading order."""

    image: Image.Image
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@cache
def font(px: int) -> FreeTypeFont | BitmapFont:
    """Return the first face of `TYPE_FACES` that this machine has, else Pillow's own."""
    for name in TYPE_FACES:
        try:
            return ImageFont.truetype(name, px)
        except OSError:
            continue
    return ImageFont.load_default(px)


def sheet(width: int, height: int) -> Image.Image:
    """Return an empty sheet of paper, RGB."""
    return Image.new("RGB", (width, height), PAPER)


def write(image: Image.Image, lines: Iterable[str], at: tuple[int, int], px: int, pitch: float) -> None:
    """Write the lines one below the other from the point `at`, `pitch` px from line to line."""
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((at[0], at[1] + row * pitch), line, font=font(px), fill=INK)


def wrap(text: str, width: int, px: int) -> tuple[str, ...]:
    """Break the text into lines that are at most `width` px wide in the face of `px`."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font(px).getlength(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    return (*lines, line)


def prose(seed: int = 0, repeats: int = 8) -> str:
    """Return study sentences in a random but repeatable order, each `repeats` times."""
    order = random.Random(seed)
    return " ".join(s for _ in range(repeats) for s in order.sample(SENTENCES, len(SENTENCES)))


def column_page(lines: Sequence[str], *, size: tuple[int, int] = (900, 1200), px: int = 28) -> Page:
    """Render one column of lines, spread from the top with one and a half line height."""
    image = sheet(*size)
    write(image, lines, (size[0] // 14, size[1] // 16), px, px * 1.5)
    return Page(image, tuple(lines))


def dense_page(width: int = 1600, height: int = 1600, rows: int = 70, px: int = 18) -> Page:
    """Render the page that costs most: `rows` long lines, the whole sheet full."""
    lines = wrap(prose(), width - 80, px)[:rows]
    image = sheet(width, height)
    write(image, lines, (40, 30), px, (height - 60) / rows)
    return Page(image, lines)


def two_column_page(title: str, left: Sequence[str], right: Sequence[str], px: int = 24) -> Page:
    """Render a title across both columns and the columns below it, 1200 x 900 px."""
    image = sheet(1200, 900)
    write(image, [title], (120, 40), 44, 60)
    write(image, left, (60, 140), px, px * 1.5)
    write(image, right, (640, 140), px, px * 1.5)
    return Page(image, (title, *left, *right))


def table_page(rows: Sequence[Sequence[str]], px: int = 30) -> Page:
    """Render a ruled table; its lines are its rows, read cell by cell."""
    image = sheet(1200, 120 + 80 * len(rows))
    draw = ImageDraw.Draw(image)
    step = 1080 // len(rows[0])
    for index, row in enumerate(rows):
        draw.line((60, 50 + 80 * index, 1140, 50 + 80 * index), fill=INK, width=2)
        for column, cell in enumerate(row):
            write(image, [cell], (80 + step * column, 70 + 80 * index), px, px)
    return Page(image, tuple(" ".join(row) for row in rows))


def tilted(page: Page, degrees: float) -> Page:
    """Turn the picture clockwise by `degrees` without changing its size."""
    turned = page.image.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=PAPER)
    return Page(turned, page.lines)


def blurred(page: Page, radius: float) -> Page:
    """Blur the picture as a slightly unsteady hand does (Gaussian, radius in px)."""
    return Page(page.image.filter(ImageFilter.GaussianBlur(radius)), page.lines)


def phone_page() -> Page:
    """Render the first test photo: a phone screen of 1080 x 1920 px full of study text."""
    title = "Cell biology: energy and division"
    body = wrap(" ".join(SENTENCES[:10]), 920, 40)
    image = sheet(1080, 1920)
    write(image, [title], (80, 100), 56, 70)
    write(image, body, (80, 240), 40, 62)
    return Page(image, (title, *body))


def phone_page_png() -> tuple[bytes, str]:
    """Return the phone page as the bytes of a PNG, and its text (one line a row)."""
    page = phone_page()
    return png(page), page.text


def png(page: Page) -> bytes:
    """Return the page's picture as the bytes of a PNG."""
    buffer = io.BytesIO()
    page.image.save(buffer, "PNG")
    return buffer.getvalue()


def scribbles(seed: int = 4) -> Image.Image:
    """Draw a few rows of zigzags that look like writing and say nothing."""
    order = random.Random(seed)
    image = sheet(800, 400)
    for row in range(5):
        points = [(40 + 6 * n, 60 + 70 * row + order.randrange(-14, 14)) for n in range(110)]
        ImageDraw.Draw(image).line(points, fill=INK, width=3)
    return image


def words_right(expected: str, got: str) -> float:
    """Return the share (0-1) of expected words that were read exactly and in their order."""
    wanted, found = expected.split(), got.split()
    matcher = difflib.SequenceMatcher(None, wanted, found, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(wanted)
