"""The photos of the benchmark: `python -m benchmarks.inputs FOLDER` renders them.

A program of its own: whoever renders pages has the libraries in memory that the service is to pay for.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from studylens.places import HOME

PAGES = 20
"""Different pages on a phone's screen, 1080 x 1920 px; the first is the issue's own test photo."""
SENTENCES = 10


@dataclass(frozen=True)
class Inputs:
    """Where the rendered photos are."""

    pages: tuple[Path, ...]
    dense: Path
    progressive_48mp: Path
    files: tuple[Path, ...]
    """tests/images: broken, odd and good pictures."""

    @classmethod
    def render(cls, folder: Path) -> Self:
        """Render everything into `folder`, in a process of its own."""
        subprocess.run([sys.executable, "-m", "benchmarks.inputs", str(folder)], check=True, cwd=HOME)
        return cls(
            pages=tuple(sorted(folder.glob("page-*.png"))),
            dense=folder / "dense.png",
            progressive_48mp=folder / "progressive.jpg",
            files=tuple(sorted((HOME / "tests" / "images").iterdir())),
        )


def _render(folder: Path) -> None:
    from tests import pages

    for number in range(PAGES):
        (folder / f"page-{number:02}.png").write_bytes(_page(number))
    dense = pages.blurred(pages.tilted(pages.dense_page(), 2), 0.7)
    (folder / "dense.png").write_bytes(pages.png(dense))
    _write_progressive(folder)


def _page(number: int) -> bytes:
    """Return a page of study text as a PNG; every number gives other sentences."""
    from tests import pages

    if number == 0:
        return pages.phone_page_png()[0]
    sentences = pages.prose(seed=number, repeats=1).split(". ")[:SENTENCES]
    lines = pages.wrap(". ".join(sentences), 920, 40)
    return pages.png(pages.column_page(lines, size=(1080, 1920), px=40))


def _write_progressive(folder: Path) -> None:
    """Write the largest picture that is let in and must be decoded whole."""
    import pyvips

    page = pyvips.Image.new_from_file(str(folder / "page-00.png"))[:3]
    large = page.resize(8000 / page.width, vscale=6000 / page.height)
    large.jpegsave(str(folder / "progressive.jpg"), Q=60, interlace=True)


if __name__ == "__main__":
    _render(Path(sys.argv[1]))
