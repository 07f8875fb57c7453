"""What models that only read a page answer: text, Markdown, HTML or JSON, some with a box for each block.

Each kind of model was trained to one way of its own (docs/local-ai.md names them), and says which by the
shape of its answer. None makes cards: that is done here, from these lines, by our own rules.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from studylens import limits
from studylens.analysis.llm.text import clean
from studylens.analysis.local.blocks import Block, html_blocks, json_blocks, tagged_blocks
from studylens.analysis.protocol.result import Box, Line

MOST_REPEATS = 3
"""The same line so often in a row may be a page; more is a model that has lost its way."""
_MOST_CHARS = 100_000
"""Of an answer: five times the densest page; a model that has lost its way writes until it is stopped, and
html.parser takes 1.5 s of hostile markup of this length."""
_HEADING = re.compile(r"#{1,6}\s+")
_RULE = re.compile(r"[\s*_|:=-]+|```\w*")
_PICTURE = re.compile(r"!\[[^\]]{0,300}\]\([^)]{0,300}\)(?:\s?\d{1,4},\d{1,4},\d{1,4},\d{1,4})?")
"""Also LightOnOCR's, which names the box of a picture behind it."""
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Scale:
    """What coordinates count in: parts of the picture's width and height, e.g. 1000 x 1000, or its pixels."""

    width: float
    height: float


def lines(text: str, scale: Scale | None) -> tuple[tuple[Line, ...], bool]:
    """Return the page's lines, numbered from 1, and whether some could not be kept.

    Boxes only where `scale` says what they count in.
    """
    rows = list(_without_repeats(_rows(_blocks(text[:_MOST_CHARS]), scale)))
    kept = rows[: limits.ANSWER_MAX_LINES]
    found = tuple(Line(n, line, box=box) for n, (line, box) in enumerate(kept, start=1))
    return found, len(rows) > len(kept) or len(text) > _MOST_CHARS


def _blocks(text: str) -> tuple[Block, ...]:
    for read in (json_blocks, tagged_blocks, html_blocks):
        found = read(text)
        if found is not None:
            return found
    return (Block(text),)


def _rows(blocks: Iterable[Block], scale: Scale | None) -> Iterator[tuple[str, Box | None]]:
    """Yield each block's lines; those of a block share its box, one below the other."""
    for block in blocks:
        texts = [line for raw in block.text.splitlines() for line in _plain(raw)]
        box = _fraction(block.box, scale) if block.box and scale else None
        for place, text in enumerate(texts):
            yield text, _slice(box, place, len(texts)) if box else None


def _plain(raw: str) -> Iterator[str]:
    """Yield a line of Markdown without its marks, a very long one in sentences."""
    if _RULE.fullmatch(raw):
        return
    text = _HEADING.sub("", _PICTURE.sub("", raw).strip(), count=1)
    text = clean(_STRONG.sub(r"\2", _cells(text)), one_line=True)
    pieces = [text] if len(text) <= limits.ANSWER_LINE_CHARS else _SENTENCE.split(text)
    for piece in pieces:
        if piece:
            yield piece[: limits.ANSWER_LINE_CHARS]


def _cells(text: str) -> str:
    """Return a row of a Markdown table with its outer bars gone; other texts stay."""
    if len(text) > 2 and text.startswith("|") and text.endswith("|"):
        return " | ".join(cell.strip() for cell in text.strip("|").split("|"))
    return text


def _without_repeats(rows: Iterable[tuple[str, Box | None]]) -> Iterator[tuple[str, Box | None]]:
    last, times = "", 0
    for text, box in rows:
        times = times + 1 if text == last else 1
        last = text
        if times <= MOST_REPEATS:
            yield text, box


def _fraction(box: Sequence[float], scale: Scale) -> Box | None:
    """Return a box as fractions of the picture; None when it lies outside or is none."""
    left, right = sorted((box[0] / scale.width, box[2] / scale.width))
    top, bottom = sorted((box[1] / scale.height, box[3] / scale.height))
    # A pixel beyond the edge is rounding; more is another scale than the operator named.
    if not (-0.01 <= left < right <= 1.01 and -0.01 <= top < bottom <= 1.01):
        return None
    return max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom)


def _slice(box: Box, place: int, of: int) -> Box:
    height = (box[3] - box[1]) / of
    return box[0], box[1] + place * height, box[2], box[1] + (place + 1) * height


def scale_of(kind: str, size: tuple[int, int]) -> Scale | None:
    """Return the scale that LOCAL_AI_BOXES names; `size` is the sent picture's, in pixels."""
    if kind == "pixels":
        return Scale(*size)
    return Scale(1000, 1000) if kind == "1000" else None
