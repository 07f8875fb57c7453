"""Small pages of every kind that real ones come in, drawn from known text: columns, insets, tables, bends."""

import math

import cv2
import numpy as np
from PIL import Image, ImageDraw

from tests.pages import INK, PAPER, Page, font, sheet, two_column_page, wrap, write

LEFT = (
    "Photosynthesis turns light, water and carbon dioxide into glucose and oxygen. Chlorophyll absorbs "
    "mainly red and blue light and reflects green light."
)
RIGHT = (
    "Mitochondria release energy from glucose and store it in molecules of ATP. Ribosomes read messenger RNA "
    "and join amino acids into proteins."
)
ROWS = (
    ("Phase", "What happens", "Length"),
    ("Prophase", "condensing", "36 min"),
    ("Anaphase", "parting", "3 min"),
)


def columns() -> Page:
    """Two columns under a title, the gutter as narrow as print has it."""
    image = sheet(1000, 420)
    left, right = wrap(LEFT, 440, 24), wrap(RIGHT, 440, 24)
    write(image, ["Energy in living cells"], (300, 20), 40, 50)
    write(image, left, (40, 110), 24, 34)
    write(image, right, (510, 110), 24, 34)
    return Page(image, ("Energy in living cells", *left, *right))


def table_in_column() -> Page:
    """A ruled table inside the right one of two columns."""
    image = sheet(1300, 480)
    left, right = wrap(LEFT + " " + RIGHT, 480, 24), wrap(RIGHT, 600, 24)[:2]
    write(image, left, (40, 40), 24, 34)
    write(image, right, (620, 40), 24, 34)
    ruled(image, (620, 140))
    return Page(image, (*left, *right, *(" ".join(row) for row in ROWS)))


def ruled(image: Image.Image, at: tuple[int, int], width: int = 600, step: int = 60) -> None:
    """Draw the table `ROWS` with rules around its cells."""
    draw, cell = ImageDraw.Draw(image), width // len(ROWS[0])
    left, top = at
    for row in range(len(ROWS) + 1):
        draw.line((left, top + row * step, left + width, top + row * step), fill=INK, width=2)
    for column in range(len(ROWS[0]) + 1):
        x = left + column * cell
        draw.line((x, top, x, top + len(ROWS) * step), fill=INK, width=2)
    for row, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            write(image, [text], (left + column * cell + 14, top + row * step + 16), 24, 24)


def bent(page: Page, share: float) -> Page:
    """Bow the page as an open book does: its middle lies `share` of the width lower than its sides."""
    pixels = np.asarray(page.image)
    width, sag = pixels.shape[1], share * pixels.shape[1]
    room = math.ceil(sag) + 4
    tall = cv2.copyMakeBorder(pixels, room, room, 0, 0, cv2.BORDER_REPLICATE)
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(tall.shape[0], dtype=np.float32))
    along = xs / width
    moved = (ys - sag * 4 * along * (1 - along)).astype(np.float32)
    return Page(Image.fromarray(cv2.remap(tall, xs, moved, cv2.INTER_CUBIC)), page.lines)


def turned(page: Page, degrees: int) -> Image.Image:
    """Return the picture turned clockwise."""
    return page.image.rotate(-degrees, expand=True, fillcolor=PAPER)


def with_upward_label() -> Page:
    """A chart whose axis is labelled from the bottom up."""
    image = sheet(700, 520)
    label = Image.new("RGB", (330, 44), PAPER)
    ImageDraw.Draw(label).text((6, 4), "Concentration in mol", font=font(30), fill=INK)
    image.paste(label.rotate(90, expand=True, fillcolor=PAPER), (30, 90))
    draw = ImageDraw.Draw(image)
    draw.line((110, 60, 110, 440, 640, 440), fill=INK, width=3)
    draw.line((110, 400, 300, 300, 600, 100), fill=(180, 40, 40), width=4)
    write(image, ["Growth of the culture"], (220, 14), 32, 40)
    write(image, ["Time in hours after the start"], (200, 456), 30, 40)
    return Page(image, ("Growth of the culture", "Concentration in mol", "Time in hours after the start"))


def half_in_shadow(page: Page) -> Page:
    """Darken the right half to a third, with a soft edge."""
    ramp = np.clip((np.arange(page.image.width) / page.image.width - 0.45) * 10, 0, 1)
    dark = np.asarray(page.image, np.float32) * (1 - 0.67 * ramp)[np.newaxis, :, np.newaxis]
    return Page(Image.fromarray(dark.astype(np.uint8)), page.lines)


def screen(page: Page) -> Page:
    """Photograph a screen: stripes of its px over everything."""
    pixels = np.asarray(page.image, np.float32)
    rows, columns_ = np.indices(pixels.shape[:2])
    stripes = 1 - 0.12 * (np.sin(rows * 2.1) + np.sin(columns_ * 1.9)) / 2
    return Page(
        Image.fromarray((pixels * stripes[..., np.newaxis]).clip(0, 255).astype(np.uint8)), page.lines
    )


def collage() -> Image.Image:
    """Four pages in one picture."""
    image = sheet(1400, 900)
    one = two_column_page("Cells", wrap(LEFT, 470, 24), wrap(RIGHT, 470, 24)).image.resize((660, 420))
    for at in ((20, 20), (720, 20), (20, 460), (720, 460)):
        image.paste(one, at)
    return image
