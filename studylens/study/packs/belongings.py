"""What belongs to a pack follows it, as the models declare it: merged, moved, exported and erased.

Nothing here knows a table by its name: one that is added with `belongs(...)`, and with the words of
columns.py on its columns, is followed from then on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, case, delete, exists, func, null, or_, select, update
from sqlalchemy.orm import Session

from studylens.models import (
    CUTOUT,
    LIVE_STATES,
    QUESTION,
    READ_AGAIN,
    REBUILD,
    SHEETS,
    Base,
    Document,
    Job,
    Pack,
)
from studylens.models.belonging import BELONGING, JOINING, Belonging, Joining, Merging
from studylens.models.columns import HOLDS, INSIDE, Holds
from studylens.storable import LARGEST_INTEGER
from studylens.study.keeping.marks import restart

_ID = Pack.__table__.c.id
_ASKED_OF_PACKS = (REBUILD, QUESTION, READ_AGAIN, CUTOUT, SHEETS)
"""Jobs of packs that are there: nothing reads again what one was told, and some name no pack by their end."""
AT_ONCE = 50
"""Ranges in one statement: each is five parameters, of which SQLite takes 32,766 and reads few fast."""


@dataclass(frozen=True)
class Shift:
    """Numbers from `first` to `last` become larger by `by`, which may be negative."""

    first: int
    last: int
    by: int


def counted_on(by: int) -> list[Shift]:
    """Return the shift of every number by so many."""
    return [Shift(1, LARGEST_INTEGER, by)]


def shifts(places: Mapping[int, int]) -> list[Shift]:
    """Return old to new numbers as few shifts: neighbours that stay neighbours go together."""
    found: list[Shift] = []
    for old, new in sorted(places.items()):
        last = found[-1] if found else None
        if last and old == last.last + 1 and new - old == last.by:
            found[-1] = Shift(last.first, old, last.by)
        else:
            found.append(Shift(old, old, new - old))
    return found


def belongings() -> Iterator[tuple[Table, Belonging]]:
    """Yield every table whose rows belong to a pack, in an order that foreign keys allow."""
    for table in Base.metadata.sorted_tables:
        if (found := table.info.get(BELONGING)) is not None:
            yield table, found


def listed() -> dict[str, tuple[Table, Belonging]]:
    """Return the tables that stand as lists inside a pack of an account file, by the list's name."""
    return {found.listed: (table, found) for table, found in belongings() if found.listed}


def columns_of(table: Table, what: Holds) -> list[Column[Any]]:
    """Return the table's columns that hold this."""
    return [column for column in table.columns if column.info.get(HOLDS) is what]


def pack_column(table: Table) -> Column[Any]:
    """Return the column that names the pack to which a row belongs, with a foreign key or without."""
    keys = [column for column in table.columns if any(key.column is _ID for key in column.foreign_keys)]
    [found] = keys or columns_of(table, Holds.PACK)
    return found


def hand_over(session: Session, old: Pack, new: Pack) -> None:
    """Let all that belongs to `old` belong to `new`, its lines and pages counted on behind those of `new`."""
    restart(session, new.guest_id)
    by = {what: highest(session, what, new) for what in (Holds.LINE, Holds.PAGE)}
    on = counted_on(by[Holds.LINE])
    for table, belonging in belongings():
        column = pack_column(table)
        mine = rows_of(table, old)
        if belonging.merging in {Merging.MOVE, Merging.UNITE}:
            _Rows(session, table, mine).renumber_all_inside(on)
            numbers = {one.name: one + by[what] for what in by for one in columns_of(table, what)}
            moved = update(table).values({**numbers, column.name: new.id})
            session.execute(moved.where(*mine, *_not_there(table, belonging, new)))
        elif belonging.merging is Merging.DROP:
            if "job_id" in table.columns:
                _forget(session, Job.id.in_(select(table.c.job_id).where(column.in_((old.id, new.id)))))
            session.execute(delete(table).where(column.in_((old.id, new.id))))
    _Rows(session, Pack.__table__, [old.id == _ID]).renumber_all_inside(on)  # type: ignore[arg-type]


def _not_there(table: Table, belonging: Belonging, pack: Pack) -> list[Any]:
    """Return the condition for rows that the pack has not yet, where such rows are united."""
    if belonging.merging is not Merging.UNITE:
        return []
    there = table.alias()
    same = (there.c[name] == table.c[name] for name in belonging.known_by)
    return [~exists().where(there.c[pack_column(table).name] == pack.id, *same)]


def renumber(session: Session, pack: Pack, lines: list[Shift], pages: list[Shift]) -> None:
    """Let all that names a line or a page of the pack name it by its new number.

    What names one that is in no shift names nothing afterwards, where its column can be empty.
    """
    restart(session, pack.guest_id)
    for table, belonging in belongings():
        if belonging.merging is Merging.REMADE:
            continue
        rows = _Rows(session, table, rows_of(table, pack))
        for what, moved in ((Holds.LINE, lines), (Holds.PAGE, pages)):
            for column in columns_of(table, what):
                rows.renumber(column, moved)
        rows.renumber_all_inside(lines)
    _Rows(session, Pack.__table__, [pack.id == _ID]).renumber_all_inside(lines)  # type: ignore[arg-type]


def highest(session: Session, what: Holds, *packs: Pack) -> int:
    """Return the highest number of a line or page that anything of the packs has or names; 0 for none."""
    found = [
        session.scalar(select(func.max(column)).where(*rows_of(table, *packs)))
        for table, _ in belongings()
        for column in columns_of(table, what)
    ]
    return max((number for number in found if number is not None), default=0)


def forget_jobs(session: Session, pack: Pack) -> None:
    """Empty what ended jobs still hold of the student's words: of its photos, new cards and questions.

    A job that runs forgets them itself when it ends.
    """
    made: list[Any] = [select(Pack.job_id).where(Pack.id == pack.id)]
    for table, _ in belongings():
        if "job_id" in table.columns:
            made.append(select(table.c.job_id).where(*rows_of(table, pack)))
    asked = Job.kind.in_(_ASKED_OF_PACKS) & (Job.text != "") & (Job.guest_id == pack.guest_id)
    for which in (*(Job.id.in_(jobs) for jobs in made), asked):
        _forget(session, which)


def _forget(session: Session, which: ColumnElement[bool]) -> None:
    gone = update(Job).where(which, Job.state.not_in(LIVE_STATES))
    gone = gone.values(text="", question="", name="", identified=null())
    read = set(session.scalars(gone.returning(Job.document_id))) - {None}
    closed = update(Document).where(Document.id.in_(read), Document.closed_at.is_not(None))
    session.execute(closed.values(name="", question=""))


def join_columns(pack: Pack, other: Pack) -> None:
    """Write into each column of `pack` what the two packs make of it, but for those that merging writes."""
    for column in Pack.__table__.columns:
        mine, theirs = getattr(pack, column.name), getattr(other, column.name)
        joined = _JOINED[column.info[JOINING]](mine, theirs)
        if joined != mine:
            setattr(pack, column.name, joined)


_JOINED: dict[Joining, Callable[[Any, Any], Any]] = {
    Joining.FIRST: lambda mine, _: mine,
    Joining.WRITTEN: lambda mine, _: mine,
    Joining.FILLED: lambda mine, theirs: mine or theirs,
    Joining.BEHIND: lambda mine, theirs: " ".join(text for text in (mine, theirs) if text),
    Joining.UNION: lambda mine, theirs: [*mine, *(item for item in theirs if item not in mine)],
}


def rows_of(table: Table, *packs: Pack) -> list[Any]:
    """Return what makes rows those of a guest's packs; their number finds them where no index knows packs."""
    column, [first, *others] = pack_column(table), packs
    own = [column.in_([pack.id for pack in packs]) if others else column == first.id]
    return [*own, table.c.guest_id == first.guest_id] if "guest_id" in table.columns else own


@dataclass(frozen=True)
class _Rows:
    """The rows of one table that belong to one pack."""

    session: Session
    table: Table
    mine: list[Any]

    def renumber(self, column: Column[Any], moved: list[Shift]) -> None:
        """Change a column. Numbers step aside below zero: one may be in a key, and none may move twice."""
        if all(shift.by == 0 for shift in moved):
            return
        for some in (moved[start : start + AT_ONCE] for start in range(0, len(moved), AT_ONCE)):
            ranges = [(column.between(shift.first, shift.last), -(column + shift.by)) for shift in some]
            self._write(column, case(*ranges), or_(*(inside for inside, _ in ranges)))
        if column.nullable:
            self._write(column, None, column > 0)
        self._write(column, -column, column < 0)

    def renumber_all_inside(self, moved: list[Shift]) -> None:
        """Change the numbers of lines in every JSON column."""
        for column in self.table.columns:
            if paths := column.info.get(INSIDE):
                self.renumber_inside(column, paths, moved)

    def renumber_inside(self, column: Column[Any], paths: Iterable[str], moved: list[Shift]) -> None:
        """Change the numbers at the ends of these paths in a JSON column."""
        keys = list(self.table.primary_key.columns)
        for *key, value in self.session.execute(select(*keys, column).where(*self.mine)).all():
            changed = value
            for path in paths:
                changed = _mapped(changed, path.split("."), moved)
            if changed != value:
                self._write(column, changed, *(name == part for name, part in zip(keys, key, strict=True)))

    def _write(self, column: Column[Any], value: Any, *which: Any) -> None:
        self.session.execute(update(self.table).where(*self.mine, *which).values({column.name: value}))


def _mapped(value: Any, path: list[str], moved: list[Shift]) -> Any:
    """Return plain JSON with the numbers at the end of the path changed; what is not there stays away."""
    if not path:
        return _moved(value, moved) if isinstance(value, int) else value
    step, *rest = path
    if step == "*" and isinstance(value, list):
        return [_mapped(item, rest, moved) for item in value]
    if isinstance(value, dict) and step in value:
        return {**value, step: _mapped(value[step], rest, moved)}
    return value


def _moved(number: int, moved: list[Shift]) -> int | None:
    return next((number + shift.by for shift in moved if shift.first <= number <= shift.last), None)
