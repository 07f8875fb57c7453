"""Draw the pictures of docs/reading.md from pages of the tests: `python -m benchmarks.reading_pictures`."""

from pathlib import Path

from PIL import Image, ImageDraw

from studylens.analysis.ocr import read
from studylens.analysis.picture.canvas import turned_clockwise
from studylens.config import Config
from studylens.places import HOME
from tests import pages
from tests.analysis.ocr import page_kinds

FOLDER = HOME / "docs" / "screenshots"
WIDTH_PX = 640
LINE, UNREAD = (190, 40, 40), (150, 150, 150)


def draw(name: str, image: Image.Image) -> None:
    """Read a picture, and show its lines with their numbers, as it was turned."""
    reading = read.read(image, quantised=Config.from_environment().ocr_path)
    shown = turned_clockwise(image, reading.turned).copy()
    pen = ImageDraw.Draw(shown)
    for line in reading.lines:
        if line.box:
            left, top, right, bottom = (side * shown.size[n % 2] for n, side in enumerate(line.box))
            colour = UNREAD if line.unreadable else LINE
            pen.rectangle((left, top, right, bottom), outline=colour, width=2)
            pen.text((left + 2, top - 24), str(line.n), font=pages.font(22), fill=colour)
    small = shown.resize((WIDTH_PX, round(shown.height * WIDTH_PX / shown.width)), Image.Resampling.LANCZOS)
    small.quantize(24).save(FOLDER / f"reading-{name}.png", optimize=True)
    print(name, len(reading.lines), "lines, turned", reading.turned, reading.trust)


def main() -> None:
    """Draw all four."""
    Path(FOLDER).mkdir(exist_ok=True)
    flat = pages.column_page(pages.wrap(pages.prose(repeats=1), 1060, 28)[:9], size=(1200, 440))
    russian = ("Фотосинтез превращает свет в глюкозу", "Митохондрии дают энергию клетке")
    draw("order", page_kinds.table_in_column().image)
    draw("turn", page_kinds.turned(page_kinds.columns(), 90))
    draw("bend", page_kinds.bent(flat, 0.02).image)
    draw("trust", pages.column_page((*pages.SENTENCES[:5], *russian), size=(1200, 420)).image)


if __name__ == "__main__":
    main()
