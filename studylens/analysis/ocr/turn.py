"""Which way up a page is: its longest lines are read both ways, and the page is turned when one way is clear.

No model of its own. Imports what reads lines: only `ocr.read` imports this room, late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from PIL import Image

from studylens.analysis.ocr.crops import cut_out, sides, to_line
from studylens.analysis.ocr.detection import Found
from studylens.analysis.ocr.recognition import Recognizer
from studylens.analysis.picture.canvas import turned_clockwise

LINES = 6
"""Lines that are asked: the longest."""
PART_PX = 320
"""Of each line (48 px high) this much is read: some 15 letters."""
LONG = 2.5
"""A line is this many times longer than thick."""
LEAST_PX = 8
"""Thinner lines are read badly either way."""
SURE = 0.9
"""Mean score of an upright page: upside down, six lines never reach it."""
READABLE = 0.75
"""Mean score that the better way must reach..."""
MARGIN = 0.25
"""...and by how much it must be better. A page is left alone when it is not."""
IDEOGRAM_SHARE = 0.5
"""Tall lines of which so much is read as Chinese or Japanese are columns of vertical writing."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a page lies: degrees clockwise to turn it by; whether it is written in columns downwards."""

    turn: int = 0
    vertical: bool = False


def find_way(recognizer: Recognizer, image: Image.Image, found: Sequence[Found]) -> Way:
    """Return how the page lies, upright when that is not clear."""
    lines = [one for one in found if _is_line(one)] or list(found)
    tall = [one for one in lines if _stands(one)]
    wide = [one for one in lines if not _stands(one)]
    if _length(tall) > _length(wide):
        return _of_tall(recognizer, image, _longest(tall))
    return _of_wide(recognizer, image, _longest(wide))


def _of_wide(recognizer: Recognizer, image: Image.Image, lines: Sequence[Found]) -> Way:
    cuts = [cut_out(image, line) for line in lines]
    upright, _ = _read(recognizer, cuts, 0)
    if upright >= SURE:
        return Way()
    upside_down, _ = _read(recognizer, cuts, 180)
    return Way(180) if _is_clear(upside_down, upright) else Way()


def _of_tall(recognizer: Recognizer, image: Image.Image, lines: Sequence[Found]) -> Way:
    cuts = [cut_out(image, line) for line in lines]
    (right, _), (left, text) = _read(recognizer, cuts, 90), _read(recognizer, cuts, 270)
    if _is_ideographic(text):
        return Way(vertical=True)
    if _is_clear(max(right, left), min(right, left)):
        return Way(90 if right > left else 270)
    return Way()


def _is_clear(better: float, worse: float) -> bool:
    return better >= READABLE and better - worse >= MARGIN


def _read(recognizer: Recognizer, cuts: Sequence[Image.Image], degrees: int) -> tuple[float, str]:
    """Return the mean score of the beginnings of these lines, turned clockwise, and what they say."""
    found = [
        recognizer.glance(to_line(turned_clockwise(cut, degrees)).crop((0, 0, PART_PX, 48))) for cut in cuts
    ]
    return mean(score if len(text) > 1 else 0.0 for text, score in found), "".join(text for text, _ in found)


def _is_ideographic(text: str) -> bool:
    return sum("\u3040" <= c < "\uac00" for c in text) > IDEOGRAM_SHARE * max(1, len(text))


def _is_line(found: Found) -> bool:
    low, high = sorted(sides(found.corners))
    return high >= LONG * low and low >= LEAST_PX


def _stands(found: Found) -> bool:
    width, height = sides(found.corners)
    return found.bend is None and height > width


def _length(lines: Sequence[Found]) -> float:
    return sum(max(sides(line.corners)) for line in lines)


def _longest(lines: Sequence[Found]) -> list[Found]:
    return sorted(lines, key=lambda line: max(sides(line.corners)), reverse=True)[:LINES]
