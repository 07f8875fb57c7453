"""Packs with a row in every table that belongs to one, naming a line and a page: made from the models."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session

from studylens.models import DONE, Base, Job, Pack, PackTerm, TranscriptLine, new_id
from studylens.models.belonging import Merging
from studylens.models.columns import HOLDS, INSIDE, RANGE, Holds, UtcDateTime
from studylens.study.packs.belongings import belongings, columns_of, pack_column
from studylens.web.door.wiring import Wiring
from tests.web.world import add_job, add_pack

LINE, PAGE = 3, 1
"""What every row names."""
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WORDS = "the student's words"


def add_full_pack(wiring: Wiring, guest_id: int, name: str) -> str:
    """Add a pack with a row of its own in every table that belongs to packs; return its id."""
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        mine = TranscriptLine.pack_id == pack_id
        session.execute(update(TranscriptLine).where(mine).values(text=name + "'s: " + TranscriptLine.text))
        session.execute(update(Pack).where(Pack.id == pack_id).values(title=name))
        terms = update(PackTerm).where(PackTerm.pack_id == pack_id)
        session.execute(terms.values(term=name + "'s " + PackTerm.term))  # None is in two packs.
    for table, belonging in belongings():
        if belonging.merging is not Merging.REMADE and table.name != TranscriptLine.__tablename__:
            _add_row(wiring, table, Adding(guest_id, pack_id, name, _job(wiring, guest_id, table)))
    return pack_id


class Adding:
    """What a row that is made belongs to."""

    def __init__(self, guest_id: int, pack_id: str, name: str, job_id: str | None) -> None:
        self.guest_id, self.pack_id, self.name, self.job_id = guest_id, pack_id, name, job_id


def _job(wiring: Wiring, guest_id: int, table: Table) -> str | None:
    words = {"text": WORDS, "question": WORDS, "name": WORDS}
    return add_job(wiring, guest_id, state=DONE, **words) if "job_id" in table.columns else None


def _add_row(wiring: Wiring, table: Table, adding: Adding) -> None:
    with wiring.database.writing() as session:
        row = {column.name: _value(session, column, adding) for column in table.columns if _is_given(column)}
        session.execute(insert(table).values(row))


def _is_given(column: Column[Any]) -> bool:
    counts_itself = column.primary_key and isinstance(column.type, Integer) and not column.foreign_keys
    return column.info.get(HOLDS) is Holds.PAGE or not counts_itself


def _value(session: Session, column: Column[Any], adding: Adding) -> Any:
    if column is pack_column(column.table):
        return adding.pack_id
    if column.name in {"guest_id", "job_id"}:
        return getattr(adding, column.name)
    if column.foreign_keys:
        return _of_the_pack(session, column, adding)
    if (held := column.info.get(HOLDS)) in _HELD:
        return _HELD[held](adding)
    if paths := column.info.get(INSIDE):
        return _inside(paths)
    return next(make(column, adding) for kind, make in _MADE if isinstance(column.type, kind))


def _of_the_pack(session: Session, column: Column[Any], adding: Adding) -> Any:
    """Return the id of the pack's newest row in the table to which the key leads."""
    [key] = column.foreign_keys
    there = key.column.table
    taken = select(column) if column.primary_key else select(key.column).where(key.column.is_(None))
    mine = (pack_column(there) == adding.pack_id, key.column.not_in(taken))
    return session.scalar(select(key.column).where(*mine).order_by(key.column.desc()).limit(1))


def _inside(paths: tuple[str, ...]) -> Any:
    """Return JSON in which every path ends in the number of the line."""
    made: Any = None
    for path in paths:
        made = _grown(made, path.split("."))
    return made


def _grown(made: Any, path: list[str]) -> Any:
    if not path:
        return LINE
    step, *rest = path
    if step == "*":
        return [_grown(None, rest)]
    return {**(made or {}), step: _grown((made or {}).get(step), rest)}


_HELD: dict[Holds | None, Any] = {
    Holds.LINE: lambda _: LINE,
    Holds.PAGE: lambda _: PAGE,
    Holds.ROW: lambda _: None,
    Holds.DAY: lambda _: "2026-03-02",
    Holds.RANDOM_ID: lambda _: new_id(),
}


def _text(column: Column[Any], adding: Adding) -> str:
    length = getattr(column.type, "length", None) or 100
    return new_id() if column.primary_key and column.name == "id" else f"{adding.name} {column.name}"[:length]


def _number(column: Column[Any], _: Adding) -> int | float:
    return column.info.get(RANGE, (1, 1))[0]  # type: ignore[no-any-return]


def _json(column: Column[Any], _: Adding) -> Any:
    """Return what the column has when nothing is known; two options, since a question needs them."""
    if column.nullable:
        return None
    return ["a", "b"] if column.name == "options" else column.default.arg(None)  # type: ignore[union-attr]


_MADE: tuple[tuple[type, Any], ...] = (
    (Boolean, lambda *_: False),
    (UtcDateTime, lambda *_: AT),
    (DateTime, lambda *_: AT),
    (Integer, _number),
    (Float, _number),
    (LargeBinary, lambda _, adding: adding.name.encode()),
    (JSON, _json),
    (String, _text),
)


Named = tuple[str, str, str, str]
"""Table, column, which row, and the text of the line or the name of the page that it names."""


def named(session: Session, pack_id: str) -> Counter[Named]:
    """Return what the pack's rows name."""
    lines = select(TranscriptLine.n, TranscriptLine.text).where(TranscriptLine.pack_id == pack_id)
    texts = dict(session.execute(lines).all())
    pages = Base.metadata.tables["pack_pages"]
    names = dict(session.execute(select(pages.c.n, pages.c.name).where(pages.c.pack_id == pack_id)).all())
    found = Counter[Named]()
    for table, row in rows(session, pack_id):
        which = str(row.get("id", row.get("jpeg", "")))
        for what, known in ((Holds.LINE, texts), (Holds.PAGE, names)):
            for column in columns_of(table, what):
                if row[column.name] is not None:
                    found[table.name, column.name, which, known.get(row[column.name], "nothing")] += 1
        for column in table.columns:
            for path in column.info.get(INSIDE, ()):
                for number in _ends(row[column.name], path.split(".")):
                    found[table.name, f"{column.name}.{path}", which, texts.get(number, "nothing")] += 1
    return found


def _ends(value: Any, path: list[str]) -> Iterator[Any]:
    if not path:
        yield value
    elif path[0] == "*":
        for item in value or []:
            yield from _ends(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _ends(value[path[0]], path[1:])


def rows(session: Session, pack_id: str) -> Iterator[tuple[Table, Any]]:
    """Yield every row that belongs to the pack, with its table."""
    for table, belonging in belongings():
        if belonging.merging is not Merging.REMADE:
            for row in session.execute(select(table).where(pack_column(table) == pack_id)).mappings():
                yield table, row


def count(session: Session, pack_id: str) -> Counter[str]:
    """Return how many rows belong to the pack, by table."""
    return Counter(table.name for table, _ in rows(session, pack_id))


def words_in_jobs(session: Session) -> int:
    """Return how many jobs still hold words of the student."""
    return sum(WORDS in (job.text, job.question, job.name) for job in session.scalars(select(Job)))


def where_it_stands(session: Session, wanted: str) -> set[str]:
    """Return every column of any table in which this text stands, inside JSON too."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)).mappings():
            found |= {f"{table.name}.{name}" for name, value in row.items() if wanted in str(value)}
    return found
