"""A moving picture of a run that was kept, for the README: `python -m tools.prove.recording [RUN.json]`.

The page is drawn again at moments of that run, from its own samples, by Debian's chromium; nothing in it is
made up or left out but the time between two pictures. Needs what tests need (playwright), and chromium.
"""

import argparse
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageOps
from playwright.sync_api import Page, ViewportSize, sync_playwright

from studylens.places import HOME
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tools.prove.__main__ import FOLDER
from tools.prove.scene import Scene
from tools.prove.screen import keep

TARGET = HOME / "docs" / "screenshots" / "prove.webp"
SIZE: ViewportSize = {"width": 960, "height": 640}
PICTURES = 60
PICTURE_MS, END_MS, LAST_MS = 300, 3_000, 10_000
"""The last one is the table, which must be read."""
QUALITY = 60


def main() -> None:
    """Draw the run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("run", type=Path, nargs="?", default=FOLDER / "run.json")
    parser.add_argument("--target", type=Path, default=TARGET)
    options = parser.parse_args()
    scene = Scene.from_json(options.run.read_text())
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        first, *rest = pictures(page, scene, Path(folder))
        times = [PICTURE_MS] * (len(rest) - 1) + [END_MS, LAST_MS]
        first.save(options.target, save_all=True, append_images=rest, duration=times, loop=0, quality=QUALITY,
                   method=6)  # fmt: skip
        browser.close()


def moments(seconds: float, number: int = PICTURES) -> list[float]:
    """Return moments at equal distances, the last at the end."""
    return [seconds * place / number for place in range(1, number + 1)]


def pictures(page: Page, scene: Scene, folder: Path) -> Iterator[Image.Image]:
    """Yield the page at each moment, then how it ended, and its table."""
    for moment in moments(scene.seconds):
        page.goto(keep(scene.until(moment), folder).as_uri())
        yield _picture(page)
    page.goto(keep(scene, folder).as_uri())
    yield _picture(page)
    table = Image.open(io.BytesIO(page.locator("table").screenshot())).convert("RGB")
    yield ImageOps.pad(table, (SIZE["width"], SIZE["height"]), color="white")


def _picture(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


if __name__ == "__main__":
    main()
