"""The reader in the browser beside the server's own: six kinds of pages, and twenty in a row."""

import io
import json
import math
import random
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from PIL import Image, ImageDraw

from benchmarks.device_tab import DeviceTab, device_tab
from benchmarks.text_score import compare
from studylens.analysis.ocr import device, read
from studylens.config import Config
from studylens.web.upload.device_page import parse_page
from tests import pages
from tests.analysis.ocr import page_kinds

pytestmark = [pytest.mark.process, pytest.mark.browser, pytest.mark.timeout(900)]
MOST_CER = 0.01
HAND_CER = 0.02
"""Whole numbers are rounded otherwise in a browser: where letters hardly touch, a space comes or goes. The
server's own two networks differ by as much in handwriting (docs/reading.md)."""
HINDI = Path(__file__).parents[1] / "analysis" / "ocr" / "pictures" / "hindi.png"
PAGES, SETTLED = 20, 5
"""Pages in a row; after the first few every network and every size of a line has been seen."""
MOST_GROWTH = 1.1
TAB_MB = 400


@pytest.fixture(scope="module")
def tab() -> Iterator[DeviceTab]:
    """One tab for all pages: its networks are opened once."""
    with device_tab() as found:
        yield found


def handwriting(seed: int = 3) -> pages.Page:
    """Return lines of a slanting hand that keeps no line: each letter is moved, turned and sheared."""
    image, chance = pages.sheet(1000, 420), random.Random(seed)
    written = pages.wrap(page_kinds.LEFT, 620, 30)[:5]
    for row, line in enumerate(written):
        x = 40.0
        for letter in line:
            stamp = Image.new("L", (60, 60), 0)
            ImageDraw.Draw(stamp).text((16, 8), letter, font=pages.font(34), fill=255)
            slant = 0.25 + chance.uniform(-0.08, 0.08)
            stamp = stamp.transform(stamp.size, Image.Transform.AFFINE, (1, slant, -7, 0, 1, 0))
            stamp = stamp.rotate(chance.uniform(-5, 5))
            y = 30 + 70 * row + 4 * math.sin(x / 90) + chance.uniform(-2, 2)
            image.paste((40, 40, 110), (round(x), round(y)), stamp)
            x += pages.font(34).getlength(letter) * chance.uniform(0.98, 1.1) + 1
    return pages.Page(image, written)


def mixed_script() -> Image.Image:
    """Return English lines over a line of Hindi, which neither reader has letters for."""
    image = pages.sheet(900, 420)
    pages.write(image, pages.wrap(page_kinds.RIGHT, 780, 28)[:4], (40, 30), 28, 40)
    with Image.open(HINDI) as hindi:
        image.paste(hindi.convert("RGB").resize((700, 700 * hindi.height // hindi.width)), (40, 220))
    return image


def kinds() -> dict[str, Image.Image]:
    """Return one page of each kind that the reader in the browser must read as the server does."""
    flat = pages.column_page(pages.wrap(pages.prose(repeats=1), 1060, 28)[:9], size=(1200, 440))
    return {
        "columns": page_kinds.columns().image,
        "turned": page_kinds.turned(page_kinds.columns(), 90),
        "curved": page_kinds.bent(flat, 0.02).image,
        "table": page_kinds.table_in_column().image,
        "mixed script": mixed_script(),
    }


def png(image: Image.Image) -> bytes:
    """Return the picture as a file."""
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def both(tab: DeviceTab, image: Image.Image) -> tuple[read.Reading, read.Reading]:
    """Return what this server reads, and what it makes of what the tab reads."""
    own = read.read(image, quantised=Config.from_environment().ocr_path)
    return own, device.reading_of(parse_page(json.dumps(tab.read(png(image))["page"])).page)


def text_of(reading: read.Reading) -> str:
    """Return the lines of a page as one text."""
    return "\n".join(line.text for line in reading.lines)


def test_handwriting_is_read_no_worse_than_on_the_server(tab: DeviceTab) -> None:
    page = handwriting()
    errors = [compare(page.text, text_of(reading)).cer for reading in both(tab, page.image)]
    assert errors[1] <= errors[0] + HAND_CER, errors


@pytest.mark.parametrize("kind", list(kinds()))
def test_a_page_reads_as_on_the_server(tab: DeviceTab, kind: str) -> None:
    image = kinds()[kind]
    own, told = both(tab, image)
    assert text_of(own)
    assert compare(text_of(own), text_of(told)).cer <= MOST_CER, (text_of(own), text_of(told))
    assert told.turned == own.turned
    assert [table.rows for table in told.tables] == [table.rows for table in own.tables]


def test_twenty_pages_in_a_row_take_no_more_memory_than_five(tab: DeviceTab) -> None:
    taken = []
    for number in range(PAGES):
        lines = pages.wrap(pages.prose(seed=number, repeats=1), 760, 28)[:5]
        tab.read(png(pages.column_page(lines, size=(900, 280)).image))
        taken.append(tab.memory_mb())
    assert median(taken[-SETTLED:]) <= MOST_GROWTH * median(taken[:SETTLED]), taken
    assert max(taken) <= TAB_MB
    tab.close_reader()
