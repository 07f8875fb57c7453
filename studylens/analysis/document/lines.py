"""The characters of a PDF's page become lines, in the order in which the PDF writes them."""

import unicodedata
from collections.abc import Iterator, Sequence

from studylens.analysis.document.pdf import Char
from studylens.analysis.protocol.result import Box, Line

CELL_GAP = "\t"
"""Stands between words set far apart, as in the lines that our own reader gives."""
FAR_APART = 2.0
"""Heights of a letter between two words, from which on they are cells of a row."""
SOFT_HYPHEN = "\x02"
"""What pdfium gives for a hyphen at the end of a line."""
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_DROPPED = dict.fromkeys((0x200B, 0x200C, 0xFEFF, 0xAD))
"""Signs without a width; the joiner U+200D stays, since Indian letters need it."""


def to_lines(chars: Sequence[Char]) -> tuple[Line, ...]:
    """Return the page's lines, numbered from 1; the box covers the letters, the score is None."""
    found = ((_text(row), _box(row)) for row in _rows(chars))
    return tuple(Line(n, text, None, box) for n, (text, box) in enumerate(_kept(found), 1))


def _kept(found: Iterator[tuple[str, Box | None]]) -> Iterator[tuple[str, Box | None]]:
    return ((text, box) for text, box in found if text)


def _rows(chars: Sequence[Char]) -> Iterator[list[Char]]:
    row: list[Char] = []
    for char in chars:
        if char.text in "\r\n":
            yield row
            row = []
        else:
            row.append(char)
    yield row


def _text(row: Sequence[Char]) -> str:
    parts: list[str] = []
    before: Box | None = None
    for char in row:
        if char.box is not None and not char.text.isspace():
            if before is not None and _is_far(before, char.box):
                parts.append(CELL_GAP)
            before = char.box
        parts.append("-" if char.text == SOFT_HYPHEN else char.text)
    cells = "".join(parts).translate(_LIGATURES).translate(_DROPPED).split(CELL_GAP)
    words = (" ".join(unicodedata.normalize("NFC", cell).split()) for cell in cells)
    return CELL_GAP.join(cell for cell in words if cell)


def _is_far(before: Box, box: Box) -> bool:
    """Say whether two neighbours are cells: in 0-1 of the page, so heights and widths differ by its shape."""
    height = max(before[3] - before[1], box[3] - box[1])
    gap = max(box[0] - before[2], before[0] - box[2])
    overlap = min(before[3], box[3]) - max(before[1], box[1])
    return overlap > 0 and gap > FAR_APART * height


def _box(row: Sequence[Char]) -> Box | None:
    boxes = [char.box for char in row if char.box is not None and not char.text.isspace()]
    if not boxes:
        return None
    left, top = (min(box[side] for box in boxes) for side in (0, 1))
    right, bottom = (max(box[side] for box in boxes) for side in (2, 3))
    return (round(left, 4), round(top, 4), round(right, 4), round(bottom, 4))
