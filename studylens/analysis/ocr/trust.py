"""How far the text of a page can be trusted, and what was seen that speaks against it. Pure.

The mean score of the lines that were kept hides what was dropped. So all boxes count, by their width.
"""

import math
from collections.abc import Sequence
from statistics import median, pstdev

from studylens.analysis.ocr.order.placing import Corners, Piece
from studylens.analysis.ocr.scripts import is_left_out, unreadable_scripts
from studylens.analysis.picture.quality import BLURRED, DARK
from studylens.analysis.protocol.result import Trust
from studylens.language import mark
from studylens.limits import OCR_MIN_TRUST, OCR_SMALL_PX

WHY = {
    "blur": mark("the picture is blurred"),
    "dark": mark("the picture is too dark"),
    "script": "it is in {scripts}, which we cannot read yet",
    "accents": "it is in {scripts}, whose accents we cannot read yet",
    "small": mark("the letters are too small"),
    "handwriting": mark("it looks like handwriting that is hard for us"),
    "unsure": mark("we are not sure of many words"),
}
NOT_WELL = mark("We could not read this well") + ": {why}."
PARTLY = "This page is partly in {scripts}, which we cannot read yet."
LATIN = {"Vietnamese"}
"""Written in Latin letters, with accents that the reader does not have."""
LEAST_REST = 0.75
"""Of the width of all boxes: with less in our letters a page is not trusted, however well that is read."""
UNEVEN = 0.15
"""Handwriting: heights of the lines differ by this share of the median..."""
LEANING = 1.0
"""...or their slopes by this many degrees (standard deviation); lines of one print by 0.1 and 0.5."""
LONG = 3.0
"""A line is this many times longer than high..."""
LINE_LENGTH = 8.0
"""...and this many when nothing else speaks for it: words of a figure, scribbles and marks are shorter."""


def judge(pieces: Sequence[Piece], advice: Sequence[str], shapes: tuple[str, float] = ("", 0.0)) -> Trust:
    """Judge all pieces of a page, those included that will be dropped.

    `advice` is that of the picture's quality; `shapes` the script that unread lines look like, and how much.
    """
    if not pieces:
        return Trust(0.0, trusted=False)
    score = _weighted(pieces)
    scripts = unreadable_scripts(pieces, shapes, is_read=_weighted(pieces) >= OCR_MIN_TRUST)
    reasons = tuple(_reasons(pieces, advice, scripts))
    trusted = _rest_is_read(pieces) and "accents" not in reasons
    if trusted:
        sentence = PARTLY.format(scripts=_listed(scripts)) if scripts else ""
        return Trust(
            round(score, 3), scripts=scripts, reasons=("script",) if scripts else (), sentence=sentence
        )
    why = WHY[reasons[0]].format(scripts=_listed(scripts))
    return Trust(
        round(score, 3), trusted=False, reasons=reasons, scripts=scripts, sentence=NOT_WELL.format(why=why)
    )


def is_long(piece: Piece) -> bool:
    """Tell whether a box that could not be read is a line of text by its shape."""
    width, height = _width(piece.corners), _height(piece.corners)
    return width > LINE_LENGTH * height


def _rest_is_read(pieces: Sequence[Piece]) -> bool:
    """Tell whether what is written in letters that we have is most of the page, and read well."""
    rest = [piece for piece in pieces if not is_left_out(piece)]
    widths = [sum(_width(piece.corners) for piece in some) for some in (rest, pieces)]
    return widths[0] >= LEAST_REST * widths[1] and _weighted(rest) >= OCR_MIN_TRUST


def _weighted(pieces: Sequence[Piece]) -> float:
    widths = [_width(piece.corners) for piece in pieces]
    scores = [piece.score if piece.text else 0.0 for piece in pieces]  # Spaces alone may score 0.97.
    return sum(w * score for w, score in zip(widths, scores, strict=True)) / max(sum(widths), 1e-9)


def _reasons(pieces: Sequence[Piece], advice: Sequence[str], scripts: Sequence[str]) -> list[str]:
    """Return what was seen, the strongest first; never empty."""
    long = [piece.corners for piece in pieces if _width(piece.corners) > LONG * _height(piece.corners)]
    seen = (
        ("dark", DARK in advice),
        ("blur", BLURRED in advice),
        ("accents", bool(LATIN & set(scripts))),
        ("script", bool(set(scripts) - LATIN)),
        ("small", bool(long) and median(map(_height, long)) < OCR_SMALL_PX),
        ("handwriting", len(long) > 2 and _is_uneven(long)),
    )
    return [reason for reason, holds in seen if holds] or ["unsure"]


def _is_uneven(lines: Sequence[Corners]) -> bool:
    heights = [_height(corners) for corners in lines]
    slopes = [math.degrees(math.atan2(c[1][1] - c[0][1], c[1][0] - c[0][0])) for c in lines]
    return pstdev(heights) > UNEVEN * median(heights) or pstdev(slopes) > LEANING


def _width(corners: Corners) -> float:
    return max(math.dist(corners[0], corners[1]), math.dist(corners[0], corners[3]))


def _height(corners: Corners) -> float:
    return min(math.dist(corners[0], corners[1]), math.dist(corners[0], corners[3]))


def _listed(names: Sequence[str]) -> str:
    return " and ".join(names)
