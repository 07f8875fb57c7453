"""Other students by the thousand: all that one of them has is copied inside the database, table by table.

Nothing here knows a table by its name: what is one student's is what leaving.py would delete.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    String,
    Table,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    true,
)
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import DONE, LIVE_STATES, Base, Document, Guest, Job, PackSearch
from studylens.models.columns import HOLDS, Holds
from studylens.study import leaving

STRIDE = 20_000
"""Between the numbers of a row and of its next copy: the world that is copied has fewer rows in any table."""
_ID_CHARS = (32, 64)
_NUMBER_CHARS = 5
"""With an x and a copy's number its random ids end; an x, since none of ours has one."""
_NAMES = ("_hash", "_key", "job_id", "document_id", "sha256")
"""How columns end that name something without saying so."""
_GUESTS: Table = Guest.__table__  # type: ignore[assignment]
_SEARCH: Table = PackSearch.__table__  # type: ignore[assignment]


def add_others(database: Database, guest_id: int, first: int, last: int) -> None:
    """Add copies of a student, with everything they have, numbered from `first` to `last`."""
    with database.writing() as session:
        _take_time(session)
        copying = _Copying(session.get_bind().dialect.name, _numbers(first, last))
        for table in _tables():
            copying.copy(session, table, guest_id)
    settle(database)


def add_own(database: Database, guest_id: int, copies: int) -> None:
    """Give a student so many more of everything they have."""
    with database.writing() as session:
        _take_time(session)
        kept = _one_of_a_kind()
        copying = _Copying(session.get_bind().dialect.name, _numbers(1, copies), kept)
        for table in _tables():
            if table not in kept:
                copying.copy(session, table, guest_id)
    settle(database)


def _take_time(session: Session) -> None:
    """No statement of the service's may take so long."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))


def settle(database: Database) -> None:
    """Let PostgreSQL look at what it holds, as it does by itself; SQLite never does, so it has no numbers."""
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()


def _tables() -> Iterator[Table]:
    return (table for table in Base.metadata.sorted_tables if leaving.is_of_somebody(table))


def _numbers(first: int, last: int) -> Any:
    numbers = select(literal(first).label("n")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < last))


class _Copying:
    """What becomes of each column of a copy; `one_of_a_kind`: tables of which nothing is copied."""

    def __init__(self, dialect: str, numbers: Any, one_of_a_kind: frozenset[Table] = frozenset()) -> None:
        self._sqlite, self._numbers, self._kept = dialect == "sqlite", numbers, one_of_a_kind
        n = numbers.c.n
        self._n = n
        self._hexed: Any = func.printf("x%04x", n) if self._sqlite else func.concat("x", _hex(n))

    def copy(self, session: Session, table: Table, guest_id: int) -> None:
        """Copy what this student has in this table."""
        made = {column.name: self._value(column).label(column.name) for column in table.columns}
        rows = select(*made.values()).select_from(table.join(self._numbers, true()))
        rows = rows.where(leaving.whose(table, guest_id))
        if table is _SEARCH and self._sqlite:
            rows = rows.add_columns(made["place"].label("row"))
            compiled = rows.compile(session.connection(), compile_kwargs={"literal_binds": True})
            session.execute(text(f"INSERT INTO pack_search ({', '.join(made)}, rowid) {compiled}"))
        else:
            session.execute(insert(table).from_select(list(made), rows))

    def _value(self, column: Column[Any]) -> ColumnElement[Any]:
        if column.table is _SEARCH and column is not _SEARCH.c.pack_id:
            return self._search_value(column)
        if not _is_key(column) or not _targets(column).isdisjoint(self._kept):
            return _ended(column)
        return column + self._n * STRIDE if isinstance(column.type, Integer) else self._renamed(column)

    def _renamed(self, column: Column[Any]) -> ColumnElement[Any]:
        """Put the copy's number where a random text ends, or behind another as far as there is room.

        A short code is made of the row's random id, since those of one student may begin alike.
        """
        room = column.type.length if isinstance(column.type, String) else None
        if room is not None and room < min(_ID_CHARS):
            return func.substr(column.table.c.id, 1, room - _NUMBER_CHARS).concat(self._hexed)
        ends = func.length(column) if room is None or room in _ID_CHARS else literal(room)
        start = func.substr(column, 1, case((ends > _NUMBER_CHARS, ends - _NUMBER_CHARS), else_=0))
        return start.concat(self._hexed)

    def _search_value(self, column: Column[Any]) -> ColumnElement[Any]:
        if column is _SEARCH.c.place:
            return column + self._n
        if _GUESTS in self._kept:
            return column
        number = cast(func.substr(_SEARCH.c.owner, 2), Integer) + self._n * STRIDE
        owner = literal("g").concat(cast(number, String))
        if column is _SEARCH.c.owner:
            return owner
        if self._sqlite:
            return column
        words = func.ts_delete(column, _SEARCH.c.owner)
        return words.op("||")(func.to_tsvector(literal("simple"), owner))


def _hex(n: Any) -> Any:
    return func.lpad(func.to_hex(n), 4, "0")


def _ended(column: Column[Any]) -> ColumnElement[Any]:
    """Return the same; but of a copy no job waits and no document is open: what goes on now is looked at."""
    if column is Job.__table__.c.state:
        return case((column.in_(LIVE_STATES), literal(DONE)), else_=column)
    if column is Document.__table__.c.closed_at:
        return Document.__table__.c.created_at
    return column


def _is_key(column: Column[Any]) -> bool:
    """Say whether no two rows may have the same here, or it names another row."""
    table = column.table
    if column.foreign_keys or column.info.get(HOLDS) in {Holds.PACK, Holds.RANDOM_ID, Holds.ROW}:
        return True
    if isinstance(column.type, Integer):
        return column is table.autoincrement_column or column.name == "guest_id"
    keys = (table.primary_key.columns, *(index.columns for index in table.indexes if index.unique))
    alone = bool(column.unique) or any(list(key) == [column] for key in keys)
    return isinstance(column.type, String) and (alone or column.name.endswith(_NAMES))


def _targets(column: Column[Any]) -> set[Table]:
    if column.name == "guest_id":  # The sums of packs and guests name one without a foreign key.
        return {_GUESTS}
    return {key.column.table for key in column.foreign_keys}


def _one_of_a_kind() -> frozenset[Table]:
    """Return the tables of which a student has one row, or one for each day or name."""
    found = {_GUESTS}
    for table in _tables():
        alone = [{column} for column in table.columns if column.unique]
        unique = [set(index.columns) for index in table.indexes if index.unique]
        keys = [set(table.primary_key.columns), *alone, *unique]
        if not all(any(_is_key(one) and _targets(one).isdisjoint(found) for one in key) for key in keys):
            found.add(table)
    return frozenset(found)
