"""The photos of the captioner's benchmark, all different: `python -m benchmarks.blip_inputs FOLDER`.

A program of its own, as benchmarks.inputs is. Most are a figure with three lines below, which are read in a
second; each tenth is a page full of text, each fiftieth the dense page that takes OCR most memory.
"""

import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from studylens.places import HOME

if TYPE_CHECKING:
    from tests.pages import Page

PHOTOS = 200
PAGE_EVERY, DENSE_EVERY = 10, 50
SIZE = (1080, 1920)


def render(folder: Path) -> tuple[Path, ...]:
    """Render all photos into `folder`, unless they are there, in a process of its own."""
    if len(list(folder.glob("photo-*.png"))) != PHOTOS:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "benchmarks.blip_inputs", str(folder)], check=True, cwd=HOME)
    return tuple(sorted(folder.glob("photo-*.png")))


def _render(folder: Path) -> None:
    from tests import pages

    for number in range(PHOTOS):
        (folder / f"photo-{number:03}-{_kind(number)}.png").write_bytes(pages.png(_photo(number)))


def _kind(number: int) -> str:
    if number % DENSE_EVERY == DENSE_EVERY // 2:
        return "dense"
    return "page" if number % PAGE_EVERY == PAGE_EVERY - 1 else "figure"


def _photo(number: int) -> "Page":
    from tests import pages

    sentences = pages.prose(seed=number, repeats=1).split(". ")
    kind = _kind(number)
    if kind == "dense":
        return pages.blurred(pages.tilted(pages.dense_page(), number / 50), 0.7)
    if kind == "page":
        return pages.column_page(pages.wrap(". ".join(sentences[:10]), 920, 40), size=SIZE, px=40)
    return _figure(number, pages.wrap(". ".join(sentences[:2]), 920, 40)[:3])


def _figure(number: int, lines: tuple[str, ...]) -> "Page":
    """Draw bars of other heights and colours for every number, and the lines below."""
    from PIL import ImageDraw

    from tests import pages

    order, image = random.Random(number), pages.sheet(*SIZE)  # noqa: S311 - a picture, no secret.
    draw = ImageDraw.Draw(image)
    for place in range(order.randrange(3, 9)):
        colour = tuple(order.randrange(30, 220) for _ in range(3))
        draw.rectangle((110 + 105 * place, order.randrange(200, 1000), 185 + 105 * place, 1100), fill=colour)
    pages.write(image, lines, (80, 1250), 40, 62)
    return pages.Page(image, lines)


if __name__ == "__main__":
    _render(Path(sys.argv[1]))
