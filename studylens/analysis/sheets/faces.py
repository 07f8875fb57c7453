"""What stands on a page, as SVG: cards to cut, and what is due. All sizes in px.

Every place is known before anything is drawn, so nothing is cut off and nothing overlaps; what does not fit
at the smallest letters is left out, and a note says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from studylens.analysis.protocol.sheets import Card, Content
from studylens.analysis.sheets import typeset
from studylens.analysis.sheets.typeset import Block, Style

COLUMNS, ROWS = 2, 4
"""Of a sheet to cut: on A4 each card is 105 x 74 mm, the size of index cards."""
INK, SOFT, RULE, ACCENT = "#1b1b1f", "#5b5f68", "#b9bdc7", "#1f5fbf"
LIGHT, LIGHT_SOFT, LIGHT_ACCENT = "#f7f8fb", "#c3cadb", "#8fb8ff"
_PADDING = 0.06
"""Of a card's width, on each side."""
_CARD_SIZES = tuple(0.0275 * 0.92**step for step in range(19))
"""Letters of a card, in widths of its page: on A4 from 16 to 3.6 points."""
_DUE_SIZES = (0.052, 0.047, 0.042, 0.038)
"""Letters of a phone's screen, in its widths: read at arm's length."""


@dataclass(frozen=True)
class Place:
    """A rectangle on a page: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Placed:
    """Where the text of card number `card` (from 0) stands within its place."""

    card: int
    place: Place
    block: Block


@dataclass(frozen=True)
class Face:
    """One page: its shapes, and where cards stand on it; `name` of its file."""

    name: str
    shapes: str
    placed: tuple[Placed, ...] = ()


@dataclass(frozen=True)
class Faces:
    """The pages of a template; `left_out`: numbers of cards that do not fit, `more`: cards after the last."""

    pages: tuple[Face, ...]
    left_out: tuple[int, ...] = ()
    more: int = 0


@dataclass
class Sheet:
    """A page in the making."""

    shapes: list[str] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)

    def face(self, name: str) -> Face:
        """Return the finished page."""
        return Face(name, "".join(self.shapes), tuple(self.placed))


def cut_sheets(cards: Sequence[Card], size: tuple[float, float], most_pages: int) -> Faces:
    """Return fronts and backs in turn; turned over its long side, each back lies behind its front."""
    fitting = [(number, pair) for number, card in enumerate(cards) if (pair := _pair(card, size))]
    numbers = {number for number, _ in fitting}
    per_sheet = COLUMNS * ROWS
    held = fitting[: most_pages // 2 * per_sheet]
    pages: list[Face] = []
    for first in range(0, len(held), per_sheet):
        some, sheet = held[first : first + per_sheet], first // per_sheet + 1
        pages.append(_side(some, size, f"sheet-{sheet:02}-front", back=False))
        pages.append(_side(some, size, f"sheet-{sheet:02}-back", back=True))
    left_out = tuple(number for number in range(len(cards)) if number not in numbers)
    return Faces(tuple(pages), left_out, len(fitting) - len(held))


def cell(place: int, size: tuple[float, float], *, back: bool) -> Place:
    """Return where card `place` (from 0) of a sheet lies; backs are mirrored from left to right."""
    width, height = size[0] / COLUMNS, size[1] / ROWS
    column, row = place % COLUMNS, place // COLUMNS
    return Place((COLUMNS - 1 - column if back else column) * width, row * height, width, height)


def _pair(card: Card, size: tuple[float, float]) -> tuple[Block, Block] | None:
    width, height = size[0] / COLUMNS, size[1] / ROWS
    inside = (width * (1 - 2 * _PADDING), height - width * 2.6 * _PADDING)
    sizes = [part * size[0] for part in _CARD_SIZES]
    style = Style(0, INK, middle=True, plain=card.plain)
    front = typeset.fit(card.front, inside, sizes, style)
    back = typeset.fit(card.back, inside, sizes, style)
    return (front, back) if front and back else None


def _side(
    some: Sequence[tuple[int, tuple[Block, Block]]], size: tuple[float, float], name: str, *, back: bool
) -> Face:
    sheet = Sheet([] if back else [_cut_lines(size)])
    label = Style(size[0] * 0.0085, SOFT)
    for place, (number, pair) in enumerate(some):
        where, block = cell(place, size, back=back), pair[back]
        inner = where.width * (1 - 2 * _PADDING)
        left = where.left + where.width * _PADDING
        sheet.shapes.append(block.svg(left, where.top + (where.height - block.height) / 2, inner))
        told = typeset.block(f"{number + 1} {'back' if back else 'front'}", inner, label)
        sheet.shapes.append(told.svg(left, where.top + where.height - label.size * 2.2, inner))
        sheet.placed.append(Placed(number, where, block))
    return sheet.face(name)


def _cut_lines(size: tuple[float, float]) -> str:
    lines = [(size[0] * n / COLUMNS, 0.0, size[0] * n / COLUMNS, size[1]) for n in range(1, COLUMNS)]
    lines += [(0.0, size[1] * n / ROWS, size[0], size[1] * n / ROWS) for n in range(1, ROWS)]
    dashes = f'stroke="{RULE}" stroke-width="1.5" stroke-dasharray="9 9"'
    return "".join(
        f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" {dashes}/>' for x, y, to_x, to_y in lines
    )


def due_screen(content: Content, size: tuple[float, float]) -> Faces:
    """Return one screen with as many cards as fit in letters that can be read there."""
    heading = typeset.block(content.due_title, size[0], Style(size[0] * 0.036, LIGHT_ACCENT))
    found: tuple[list[tuple[int, Block, Block]], float] = ([], 0.0)
    for part in _DUE_SIZES:
        found = _screenful(content.due, size, part * size[0], heading.height)
        if len(found[0]) == len(content.due):
            break
    if not found[0]:
        return Faces((), tuple(range(len(content.due))))
    sheet = Sheet([heading.svg(0, 0, size[0])])
    top = heading.height * 1.6
    for number, front, back in found[0]:
        sheet.shapes += [front.svg(0, top, size[0]), back.svg(0, top + front.height, size[0])]
        both = Block(front.lines + back.lines)
        sheet.placed.append(Placed(number, Place(0, top, size[0], both.height), both))
        top += both.height + found[1]
    left = len(content.due) - len(found[0])
    if left:
        told = Style(size[0] * 0.03, LIGHT_SOFT)
        sheet.shapes.append(typeset.block(f"and {left} more", size[0], told).svg(0, top, size[0]))
    return Faces((sheet.face("screen"),), more=left)


def _screenful(
    cards: Sequence[Card], size: tuple[float, float], letters: float, heading: float
) -> tuple[list[tuple[int, Block, Block]], float]:
    """Return the cards that fit, and the gap below each."""
    gap = letters * 0.9
    room = size[1] - heading * 1.6 - letters * 1.5
    held = []
    for number, card in enumerate(cards):
        front = typeset.block(card.front, size[0], Style(letters * 0.78, LIGHT_SOFT, plain=card.plain))
        back = typeset.block(card.back, size[0], Style(letters, LIGHT, plain=card.plain))
        needed = front.height + back.height + gap
        if needed <= room and max(front.width, back.width) <= size[0]:
            held.append((number, front, back))
            room -= needed
    return held, gap
