"""Which rows came with a pack when it was joined: kept by their keys, found again when it goes home.

A row that was made since goes home, too, when it is of a card that does, or names a line or page that does.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Integer, Table, exists, or_, select, update
from sqlalchemy.orm import Session

from studylens.models import Flashcard, Pack, PackPage, TranscriptLine
from studylens.models.belonging import BELONGING, Merging
from studylens.models.columns import Holds
from studylens.study.packs.belongings import AT_ONCE, belongings, columns_of, pack_column, rows_of

Keys = dict[str, list[Any]]
"""By table: ranges of numbers as `[first, last]`, or ids that are texts."""
Ranges = list[list[int]]
_UID = "card_uid"
_CARDS: Table = Flashcard.__table__  # type: ignore[assignment]


def keys_of(session: Session, pack: Pack) -> Keys:
    """Return the keys of the pack's rows, but of those that are found by their card, line or page."""
    found: Keys = {}
    for table, belonging in belongings():
        [*keys] = table.primary_key.columns
        if belonging.merging is not Merging.MOVE or len(keys) > 1:
            continue
        alone = [column.is_(None) for column, _ in _parents(table) if column.foreign_keys]
        mine = select(keys[0]).where(*rows_of(table, pack), *alone).order_by(keys[0])
        rows = list(session.scalars(mine))
        if rows:
            found[table.name] = ranges(rows) if isinstance(keys[0].type, Integer) else rows
    return found


def bring_home(session: Session, pack: Pack, home: Pack, kept: Keys) -> None:
    """Let every row of `pack` that came from `home`, or is about what did, belong to `home` again.

    Lines and pages keep the numbers that they have in `pack`.
    """
    lines = _numbers(session, pack, TranscriptLine.__table__, kept)  # type: ignore[arg-type]
    pages = _numbers(session, pack, PackPage.__table__, kept)  # type: ignore[arg-type]
    named = {Holds.LINE: ranges(lines), Holds.PAGE: ranges(pages)}
    # Cards before what names them by their uid, which no foreign key puts behind them.
    for table, belonging in sorted(belongings(), key=lambda found: _UID in found[0].columns):
        if belonging.merging is Merging.MOVE:
            for which in _which(table, home, kept.get(table.name, []), named):
                moved = update(table).where(*rows_of(table, pack), which)
                session.execute(moved.values({pack_column(table).name: home.id}))


def ranges(numbers: Iterable[int]) -> Ranges:
    """Return rising numbers as ranges `[first, last]`."""
    found: Ranges = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def inside(number: int | None, within: Ranges) -> bool:
    """Say whether a number is in one of the ranges."""
    return number is not None and any(first <= number <= last for first, last in within)


def line_ranges(session: Session, pack: Pack) -> Ranges:
    """Return the numbers of all lines of the pack."""
    lines = select(TranscriptLine.n).where(TranscriptLine.pack_id == pack.id)
    return ranges(session.scalars(lines.order_by(TranscriptLine.n)))


def _numbers(session: Session, pack: Pack, table: Table, kept: Keys) -> list[int]:
    """Return the numbers that lines or pages which go home have now."""
    found: list[int] = []
    for which in _among(table.c.id, kept.get(table.name, [])):
        found += session.scalars(select(table.c.n).where(table.c.pack_id == pack.id, which))
    return sorted(found)


def _which(table: Table, home: Pack, kept: list[Any], named: dict[Holds, Ranges]) -> Iterator[Any]:
    """Yield the conditions under which a row goes home, each for a statement of its own."""
    [*keys] = table.primary_key.columns
    if len(keys) == 1:
        yield from _among(keys[0], kept)
    for what, numbers in named.items():
        for column in columns_of(table, what):
            yield from _among(column, numbers)
    for column, named_by in _parents(table):
        yield exists().where(named_by == column, pack_column(named_by.table) == home.id)


def _among(column: Column[Any], keys: Sequence[Any]) -> Iterator[Any]:
    for some in (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE)):
        if isinstance(some[0], str):
            yield column.in_(some)
        else:
            yield or_(*(column.between(first, last) for first, last in some))


def _parents(table: Table) -> list[tuple[Column[Any], Column[Any]]]:
    """Return the columns that name a card or question, each with what it is named by: a row goes with it."""
    found = [
        (column, key.column)
        for column in table.columns
        for key in column.foreign_keys
        if (there := key.column.table.info.get(BELONGING)) is not None and not there.stays
    ]
    if not found and _UID in table.columns:  # No foreign key leads to what means the same everywhere.
        found.append((table.c[_UID], _CARDS.c.uid))
    return found
