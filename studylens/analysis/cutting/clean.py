"""The clean page: white paper and its ink, in the ink's own colours. No model."""

from dataclasses import dataclass

import numpy as np

from studylens.analysis.cutting import ink, paper, sheet
from studylens.analysis.cutting.arrays import Pixels
from studylens.analysis.cutting.window import Rect
from studylens.errors import NothingCut
from studylens.language import mark

BLACK = 30
"""Level (0-255) that the brightest thousandth of a page reaches: below it nothing can be told apart."""
LEAST_INK = 0.0002
"""Share of a page, below which it is blank: one short word in small print has 0.0005."""
BLANK = mark("This page is empty: no ink was found on it.")
DARK = mark("This picture is black, so nothing can be told apart in it. Take it again with more light.")
BLANK_BOX = mark("There is no ink in this box: it is empty paper.")
NO_SHEET = mark("No edges of a sheet were seen, so the whole picture was taken.")
ONLY_SHEET = mark("The sheet was cut out of the photo and straightened.")


@dataclass(frozen=True)
class CleanPage:
    """`ink`: the page, white between what is written; `note`: for the student, about the sheet."""

    ink: ink.Ink
    note: str = ""


def clean(pixels: Pixels, *, whole: bool = False, box: Rect | None = None) -> CleanPage:
    """Make an RGB page white; `whole`: without looking for the sheet; `box`: return this part alone.

    Raises NothingCut for nothing on it.
    """
    if float(np.percentile(pixels[::8, ::8], 99.9)) < BLACK:
        raise NothingCut(DARK)
    as_it_lies = whole or box is not None
    corners = None if as_it_lies else sheet.find_sheet(pixels)
    flat = pixels if corners is None else sheet.flattened(pixels, corners)
    found = ink.ink_of(paper.evened(flat))
    if box is not None:
        rows, columns = slice(box.top, box.bottom), slice(box.left, box.right)
        found = ink.Ink(found.strength[rows, columns], found.page[rows, columns])
    if found.share < LEAST_INK:
        raise NothingCut(BLANK if box is None else BLANK_BOX)
    note = "" if as_it_lies else (NO_SHEET if corners is None else ONLY_SHEET)
    return CleanPage(found, note)
