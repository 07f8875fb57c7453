"""A sheet to revise, as SVG: title, summary, key terms and cards in two columns. All sizes in px."""

from collections.abc import Iterator

from studylens.analysis.protocol.sheets import CARDS, DUE, Content
from studylens.analysis.sheets import typeset
from studylens.analysis.sheets.faces import (
    ACCENT,
    INK,
    SOFT,
    Face,
    Faces,
    Place,
    Placed,
    Sheet,
    cut_sheets,
    due_screen,
)
from studylens.analysis.sheets.typeset import Block, Style

_SHEET_SIZES = tuple(0.0241 * 0.94**step for step in range(15))
"""Letters of a sheet to revise that fits on one page: on A4 from 14 to 6 points."""
_OF_MANY = 0.0158
"""Letters where it takes more than one page: on A4 of 9 points."""
_LONG = 24
"""Lines of an entry that stay together: a third of a column."""


def faces(kind: str, content: Content, size: tuple[float, float], most_pages: int) -> Faces:
    """Return the pages of this content on paper of `size` (width, height)."""
    if kind == CARDS:
        return cut_sheets(content.cards, size, most_pages)
    if kind == DUE:
        return due_screen(content, size)
    return revision(content, size, most_pages)


def revision(content: Content, size: tuple[float, float], most_pages: int) -> Faces:
    """Return title, summary, terms and cards in two columns: on one page if it can be read, else more."""
    made = Faces(())
    for part in _SHEET_SIZES:
        made = _flowed(content, size, part * size[0], most_pages)
        if len(made.pages) <= 1 and not made.more:
            return made
    return _flowed(content, size, _OF_MANY * size[0], most_pages)


def _flowed(content: Content, size: tuple[float, float], letters: float, most_pages: int) -> Faces:
    margin, gutter = size[0] * 0.055, size[0] * 0.035
    inner = size[0] - 2 * margin
    column = (inner - gutter) / 2
    title = typeset.block(content.title, inner, Style(letters * 1.9, INK))
    lead = typeset.block(content.summary, inner, Style(letters, SOFT)) if content.summary else Block(())
    head = title.svg(margin, margin, inner) + lead.svg(margin, margin + title.height * 1.1, inner)
    top = margin + title.height * 1.1 + lead.height + letters * 1.2
    if top > size[1] / 2:
        return Faces((), more=1)
    pages: list[Face] = []
    sheet, place = Sheet([head]), (0, top)
    number = -1
    blocks = list(_blocks(content, column, letters))
    for at, (counts, made) in enumerate(blocks):
        number += counts
        gap = letters * (0.7 if counts else 0.25)
        spot = _next_place(place, made.height, size[1] - margin, top)
        if spot is None:
            pages.append(sheet.face(f"page-{len(pages) + 1:02}"))
            sheet, top, spot = Sheet(), margin, (0, margin)
            if len(pages) == most_pages:
                return Faces(tuple(pages), more=sum(count for count, _ in blocks[at:]))
        left = margin + spot[0] * (column + gutter)
        sheet.shapes.append(made.svg(left, spot[1], column))
        sheet.placed.append(Placed(number, Place(left, spot[1], column, made.height), made))
        place = (spot[0], spot[1] + made.height + gap)
    pages.append(sheet.face(f"page-{len(pages) + 1:02}"))
    return Faces(tuple(pages))


def _next_place(
    place: tuple[int, float], height: float, bottom: float, top: float
) -> tuple[int, float] | None:
    """Return column and top of a block behind `place`; None: a new page."""
    if place[1] + height <= bottom:
        return place
    return (1, top) if place[0] == 0 and top + height <= bottom else None


def _blocks(content: Content, width: float, letters: float) -> Iterator[tuple[bool, Block]]:
    """Yield what is read, and whether it ends an entry; what is longer than a column comes in parts."""
    defined = {term.back for term in content.terms}  # Nobody wants to read it twice.
    cards = [card for card in content.cards if card.back not in defined]
    for heading, entries in (("Key terms", content.terms), ("Cards", cards)):
        if entries:
            yield False, typeset.block(heading, width, Style(letters * 1.15, ACCENT))
        for entry in entries:
            front = typeset.block(entry.front, width, Style(letters, INK, plain=entry.plain))
            back = typeset.block(entry.back, width, Style(letters, SOFT, plain=entry.plain))
            parts = [front.lines + back.lines]
            if len(parts[0]) > _LONG:
                parts = [parts[0][start : start + _LONG] for start in range(0, len(parts[0]), _LONG)]
            for place, lines in enumerate(parts, 1):
                yield place == len(parts), Block(lines)
