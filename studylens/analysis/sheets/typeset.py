"""Text with formulas, broken into lines of a width: every line knows its size, so nothing overlaps."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from studylens.analysis.sheets import fonts, formulas
from studylens.judging.formulas import dollared

LEADING = 1.32
"""Distance of two lines, in sizes of their letters."""
TOLERANCE = 0.985
"""Of the width that lines are filled to: the renderer kerns a little otherwise than the measure."""
_FORMULA = re.compile(r"\$\$(?P<block>[^$`]+)\$\$|\$(?P<inline>[^\s$`](?:[^$`\n]*[^\s$`\\])?)\$(?!\d)")
"""As web/text/markdown.py reads it, so that `$5 and $6` stays money."""
_STRONG = re.compile(r"(?<![\w*])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![\w*])")
_FORMULA_GAP = 0.08
"""Between a formula and a sign that stands right before it, in sizes of the letters."""
_LEAST_FORMULA = 0.45
"""A formula that is too wide is drawn smaller, down to this part of its size; then its source is shown."""


@dataclass(frozen=True)
class Style:
    """How text looks: letters `size` px high, in a colour `#rrggbb`; `middle`: lines are centred.

    `plain`: a dollar is a dollar, and stars are stars.
    """

    size: float
    colour: str = "#1b1b1f"
    middle: bool = False
    plain: bool = False


@dataclass(frozen=True)
class Piece:
    """A word or a formula of a line."""

    width: float
    word: str = ""
    formula: formulas.Formula | None = None
    spaced: bool = False
    """There is a space before it, unless it begins the line."""
    alone: bool = False
    """It has a line to itself."""


@dataclass(frozen=True)
class _Run:
    """Words that follow each other, or a formula, `gap` px behind what stands before."""

    gap: float
    width: float
    words: str = ""
    formula: formulas.Formula | None = None


@dataclass(frozen=True)
class Line:
    """Pieces that fit side by side; sizes in px."""

    pieces: tuple[Piece, ...]
    width: float
    ascent: float
    descent: float
    style: Style
    to_left: bool = False

    @property
    def height(self) -> float:
        """How far the next line is below it."""
        return max(self.ascent + self.descent, self.style.size * LEADING)

    def svg(self, left: float, top: float, width: float) -> str:
        """Return the line at the top of a place that begins at `left` and is `width` wide."""
        y = top + self.ascent + (self.height - self.ascent - self.descent) / 2
        runs = list(_runs(self.pieces, self.style.size))
        if self.style.middle and len(runs) == 1 and runs[0].formula is None:
            return self._text(runs[0].words, left + width / 2, y)
        free = width - self.width
        x = left + (free / 2 if self.style.middle else free if self.to_left else 0.0)
        return "".join(self._parts(runs, x, y))

    def _parts(self, runs: Sequence[_Run], x: float, y: float) -> Iterator[str]:
        step = -1 if self.to_left else 1
        edge = x + self.width if self.to_left else x
        for run in runs:
            edge += step * run.gap
            if run.formula is None:
                yield self._text(run.words, edge, y, anchor="start")
            else:
                yield run.formula.at(edge - run.width if self.to_left else edge, y, self.style.colour)
            edge += step * run.width

    def _text(self, words: str, x: float, y: float, *, anchor: str = "middle") -> str:
        direction = ' direction="rtl"' if self.to_left else ""
        font = f'font-family="{fonts.FAMILY}" font-size="{self.style.size:.2f}" fill="{self.style.colour}"'
        place = f'x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}"{direction}'
        return f"<text {place} {font}>{html.escape(words)}</text>"


@dataclass(frozen=True)
class Block:
    """Lines one below the other."""

    lines: tuple[Line, ...]

    @property
    def height(self) -> float:
        """In px."""
        return sum(line.height for line in self.lines)

    @property
    def width(self) -> float:
        """Of its widest line, in px."""
        return max((line.width for line in self.lines), default=0.0)

    def svg(self, left: float, top: float, width: float) -> str:
        """Return all lines from `top` on."""
        parts = []
        for line in self.lines:
            parts.append(line.svg(left, top, width))
            top += line.height
        return "".join(parts)


def block(text: str, width: float, style: Style) -> Block:
    """Return a clean text as lines no wider than `width` px."""
    lines: list[Line] = []
    told = text if style.plain else dollared(_STRONG.sub(r"\1", text))
    for paragraph in told.strip().split("\n"):
        to_left = fonts.is_right_to_left(paragraph)
        pieces = [piece for raw in _pieces(paragraph, width, style) for piece in _short(raw, width, style)]
        lines += [_line(found, style, to_left=to_left) for found in _broken(pieces, width, style)]
    return Block(tuple(lines))


def fit(text: str, place: tuple[float, float], sizes: Sequence[float], style: Style) -> Block | None:
    """Return the text in the largest of `sizes` (px, falling) that fits into (width, height), if any."""
    width, height = place
    for size in sizes:
        found = block(text, width, replace(style, size=size))
        if found.height <= height and found.width <= width:
            return found
    return None


def _pieces(paragraph: str, width: float, style: Style) -> Iterator[Piece]:
    done = 0
    for found in () if style.plain else _FORMULA.finditer(paragraph):
        yield from _words(paragraph[done : found.start()], style)
        spaced = paragraph[: found.start()][-1:].isspace()
        yield from _formula(found, width, style, spaced=spaced)
        done = found.end()
    yield from _words(paragraph[done:], style)


def _words(text: str, style: Style) -> Iterator[Piece]:
    for place, word in enumerate(text.split()):
        yield Piece(fonts.width(word, style.size), word, spaced=place > 0 or text[0].isspace())


def _formula(found: re.Match[str], width: float, style: Style, *, spaced: bool) -> Iterator[Piece]:
    is_block = found["block"] is not None
    tex = (found["block"] if is_block else found["inline"]).strip()
    drawn = formulas.draw(tex, style.size, block=is_block)
    if drawn is not None and drawn.width > width * TOLERANCE:
        smaller = width * TOLERANCE / drawn.width
        drawn = drawn.scaled(smaller) if smaller > _LEAST_FORMULA else None
    if drawn is None:
        yield from _words(f" {tex}" if spaced else tex, style)
    else:
        yield Piece(drawn.width, formula=drawn, spaced=spaced, alone=is_block)


def _short(piece: Piece, width: float, style: Style) -> Iterator[Piece]:
    """Break a word that is wider than a line."""
    most = width * TOLERANCE
    if piece.formula is not None or piece.width <= most:
        yield piece
        return
    rest, spaced = piece.word, piece.spaced
    while rest:
        count = len(rest)
        while count > 1 and fonts.width(rest[:count], style.size) > most:
            count = min(count - 1, int(count * most / fonts.width(rest[:count], style.size)) or 1)
        yield Piece(fonts.width(rest[:count], style.size), rest[:count], spaced=spaced)
        rest, spaced = rest[count:], False


def _broken(pieces: Sequence[Piece], width: float, style: Style) -> Iterator[list[Piece]]:
    """Yield the pieces of one line after another; an empty paragraph is an empty line."""
    line: list[Piece] = []
    used = 0.0
    for piece in pieces:
        gap = _gap(piece, style.size) if line else 0.0
        alone = piece.alone or (bool(line) and line[-1].alone)
        if line and (alone or used + gap + piece.width > width * TOLERANCE):
            yield line
            line, used, gap = [], 0.0, 0.0
        line.append(piece)
        used += gap + piece.width
    yield line


def _line(pieces: Sequence[Piece], style: Style, *, to_left: bool) -> Line:
    drawn = [piece.formula for piece in pieces if piece.formula is not None]
    ascent = max([fonts.ASCENT * style.size, *(-one.top for one in drawn)])
    descent = max([fonts.DESCENT * style.size, *(one.top + one.height for one in drawn)])
    width = sum(run.gap + run.width for run in _runs(pieces, style.size))
    return Line(tuple(pieces), width, ascent, descent, style, to_left)


def _runs(pieces: Sequence[Piece], size: float) -> Iterator[_Run]:
    words, gap = "", 0.0
    for place, piece in enumerate(pieces):
        if piece.formula is None and words:
            words += (" " if piece.spaced else "") + piece.word
            continue
        if words:
            yield _Run(gap, fonts.width(words, size), words)
        words, gap = piece.word, _gap(piece, size) if place else 0.0
        if piece.formula is not None:
            yield _Run(gap, piece.width, formula=piece.formula)
    if words:
        yield _Run(gap, fonts.width(words, size), words)


def _gap(piece: Piece, size: float) -> float:
    """Return how far a piece stands from the one before: formulas never touch words."""
    return fonts.width(" ", size) if piece.spaced else _FORMULA_GAP * size if piece.formula else 0.0
