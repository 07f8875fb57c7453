"""What the pipeline asks of a PDF: its pages with thumbnails, or one page as a picture with text."""

import base64
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from studylens import limits
from studylens.analysis.document import lines, pdf, soundness
from studylens.analysis.picture import decode
from studylens.analysis.protocol.answers import Listed, ListedPage
from studylens.analysis.protocol.result import Box, Line
from studylens.errors import EngineSkipped
from studylens.language import mark

Reader = Callable[[Sequence[Box]], Sequence[str]]
"""Reads the given boxes (0-1) of the page's picture."""
AROUND = 0.2
"""Heights of a line that are added round its letters, since a reader wants some paper."""


@dataclass(frozen=True)
class Page:
    """One page: its picture (RGB, longest side 1600 px), and its text with what speaks against it."""

    image: Image.Image
    lines: tuple[Line, ...]
    fault: str


def list_pages(path: Path, progress: Callable[[int, int], None]) -> Listed:
    """Return all pages with thumbnails; raises BadDocument or OutOfMemory.

    Drawing stops after 40 s of processor time: further pages are listed without a picture.
    """
    until = time.process_time() + limits.LISTING_CPU_SECONDS
    found = []
    with pdf.opened(path) as document:
        for number in range(1, len(document) + 1):
            found.append(_listed(document, number, drawn=time.process_time() < until))
            progress(number, len(document))
    return Listed(found)


def open_page(path: Path, number: int) -> Page:
    """Return page `number` (from 1); raises BadDocument or OutOfMemory."""
    with pdf.opened(path) as document, pdf.page(document, number) as page:
        chars = pdf.characters(page)
        written = lines.to_lines(chars)
        fault = soundness.fault(chars, written, pdf.picture_share(page))
        return Page(pdf.draw(page, limits.PICTURE_PX), written, fault)


def believed_lines(page: Page, read: Reader | None) -> tuple[Line, ...]:
    """Return the page's own lines; raises EngineSkipped when they cannot be believed.

    `read` compares some of them with the picture; None: there is no reader for it.
    """
    if page.fault:
        raise EngineSkipped(page.fault)
    some = soundness.samples(page.lines)
    if read is not None and some:
        seen = read([_with_paper(line.box) for line in some if line.box])
        if not soundness.agrees([line.text for line in some], seen):
            raise EngineSkipped(mark("the text in this PDF is not what the page shows"))
    return page.lines


def _listed(document: Any, number: int, *, drawn: bool) -> ListedPage:
    with pdf.page(document, number) as page:
        width, height = (round(side) for side in page.get_size())
        if not drawn:
            return ListedPage(number, width, height)
        small = decode.to_jpeg(pdf.draw(page, limits.THUMBNAIL_PX), limits.THUMBNAIL_QUALITY)
        return ListedPage(number, width, height, base64.b64encode(small).decode())


def _with_paper(box: Box) -> Box:
    left, top, right, bottom = box
    by = AROUND * (bottom - top)
    return (max(0.0, left - by), max(0.0, top - by), min(1.0, right + by), min(1.0, bottom + by))
