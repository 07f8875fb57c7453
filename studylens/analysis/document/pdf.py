"""pdfium, and only here: opens a PDF, draws its pages and tells the characters on them.

The wheel's pdfium has no JavaScript engine, so nothing that a PDF brings is ever run. It adds 10 MB to the
process and 13 MB while a page of 1600 px is drawn, whatever size the page or its pictures claim.
"""

# Imports of pypdfium2 stand inside functions: only a document pays for it.
# ruff: noqa: PLC0415

import ctypes
import importlib.metadata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from studylens.analysis.protocol import handed
from studylens.analysis.protocol.result import Box
from studylens.errors import BadDocument, OutOfMemory
from studylens.language import mark
from studylens.limits import MAX_LAYER_CHARS, MAX_PAGES

WHEEL = "pypdfium2"
LOCKED = mark(
    "This PDF is locked with a password. Save a copy without it, or print it as PDF, and send that."
)
DAMAGED = mark("This PDF is damaged and cannot be opened. Export or print it as PDF again, and send that.")
TOO_LONG = "This PDF has {count:,} pages; at most {most} can be listed. Print the ones you need as a PDF."
NO_PAGE = "This PDF has no page {number}."


@dataclass(frozen=True)
class Char:
    """One character of a page, its box in 0-1 of the upright page; None: pdfium added it (a line's end)."""

    text: str
    box: Box | None
    is_unknown: bool = False
    """The PDF does not say which character its sign stands for."""


def engine_name() -> str:
    """Return e.g. `pdf:pypdfium2-5.15.2`; imports nothing."""
    return f"pdf:{WHEEL}-{importlib.metadata.version(WHEEL)}"


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a PDF; raises BadDocument when it is locked, damaged or too long, and OutOfMemory."""
    import pypdfium2

    file = handed.opened(path)
    try:
        document = pypdfium2.PdfDocument(file, autoclose=True)
    except pypdfium2.PdfiumError as error:
        file.close()
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise BadDocument(LOCKED if locked else DAMAGED) from error
    try:
        _check_length(len(document))
        yield document
    except pypdfium2.PdfiumError as error:
        raise BadDocument(DAMAGED) from error
    except MemoryError as error:
        raise OutOfMemory from error
    finally:
        document.close()


@contextmanager
def page(document: Any, number: int) -> Iterator[Any]:
    """Open page `number` (from 1); raises BadDocument when there is none."""
    if not 1 <= number <= len(document):
        raise BadDocument(NO_PAGE.format(number=number))
    found = document[number - 1]
    try:
        yield found
    finally:
        found.close()


def draw(page: Any, longest: int) -> Image.Image:
    """Return the page as an upright RGB picture on white whose longest side is `longest` px."""
    bitmap = page.render(scale=longest / max(page.get_size()), rev_byteorder=True)
    try:
        picture: Image.Image = bitmap.to_pil().convert("RGB")
        return picture
    finally:
        bitmap.close()


def picture_share(page: Any) -> float:
    """Return the share (0-1) of the page that its largest picture covers: a scan covers it all."""
    from pypdfium2 import raw

    width, height = page.get_size()
    objects = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)
    areas = ((right - left) * (top - bottom) for left, bottom, right, top in _bounds(objects))
    return float(min(1.0, max(areas, default=0.0) / max(1.0, width * height)))


def characters(page: Any) -> list[Char]:
    """Return the page's characters in the order in which the PDF writes them, at most 20,000."""
    from pypdfium2 import raw

    layer = page.get_textpage()
    try:
        count = min(layer.count_chars(), MAX_LAYER_CHARS)
        place = _Place(page, raw)
        return [_char(layer, at, place, raw) for at in range(count)]
    finally:
        layer.close()


def _check_length(count: int) -> None:
    if count > MAX_PAGES:
        raise BadDocument(TOO_LONG.format(count=count, most=MAX_PAGES))
    if not count:
        raise BadDocument(DAMAGED)


def _bounds(objects: Iterator[Any]) -> Iterator[tuple[float, float, float, float]]:
    for found in objects:
        yield found.get_bounds()


class _Place:
    """Turns a box of the page's own units into 0-1 of the upright page, crop box and rotation included."""

    STEPS = 100_000
    """pdfium answers in whole px, so the page is taken for one of so many."""

    def __init__(self, page: Any, raw: Any) -> None:
        self._page, self._raw = page, raw

    def __call__(self, left: float, bottom: float, right: float, top: float) -> Box:
        (x, y), (u, v) = self._point(left, top), self._point(right, bottom)
        return (min(x, u), min(y, v), max(x, u), max(y, v))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        size = (0, 0, self.STEPS, self.STEPS, 0)
        self._raw.FPDF_PageToDevice(self._page, *size, x, y, across, down)
        return _clamped(across.value / self.STEPS), _clamped(down.value / self.STEPS)


def _char(layer: Any, at: int, place: _Place, raw: Any) -> Char:
    code = raw.FPDFText_GetUnicode(layer, at)
    text = chr(code) if 0 < code < 0x110000 else "\ufffd"
    if raw.FPDFText_IsGenerated(layer, at) == 1:
        return Char(text, None)
    sides = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = sides
    raw.FPDFText_GetCharBox(layer, at, left, right, bottom, top)
    box = place(left.value, bottom.value, right.value, top.value)
    return Char(text, box, raw.FPDFText_HasUnicodeMapError(layer, at) == 1)


def _clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)
