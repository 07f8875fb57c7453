"""The whole service as one file, and back into an empty database: between SQLite and PostgreSQL too.

Packed JSON lines: a head, a row a line in an order that foreign keys allow, a last line with the count.
"""

import gzip
import json
import os
import zlib
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any, cast

from sqlalchemy import Integer, Table, func, insert, select
from sqlalchemy.orm import Session

from studylens.errors import BadFile, BadText
from studylens.models import Base, Guest, GuestUse
from studylens.models.belonging import Merging
from studylens.models.costs import UseSum
from studylens.study.budgets import sums
from studylens.study.exchange.portable import revive, to_plain
from studylens.study.packs import search
from studylens.study.packs.belongings import belongings

VERSION = 1
ROWS_AT_ONCE = 500
"""Rows in memory."""
MADE_ANEW = frozenset(table.name for table, found in belongings() if found.merging is Merging.REMADE) | {
    GuestUse.__tablename__,
    UseSum.__tablename__,
}
"""Tables that are made from others after a restore."""
MACHINES = frozenset({"upload_folders", "erasures"})
"""Tables about this machine's disk, which another machine must not believe."""


def back_up(session: Session, path: Path, *, at: datetime) -> dict[str, int]:
    """Write all rows to `path`, whole or not at all, and return their number by table."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("xb") as raw:
            with gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
                counts = _write(session, cast("IO[bytes]", packed), at=at)
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return counts


def restore_service(session: Session, path: Path) -> dict[str, int]:
    """Add all rows of a backup to an empty database, in the caller's transaction; return how many, by table.

    Raises BadText when the database is not empty, BadFile when the file is no whole backup.
    """
    _refuse_full(session)
    counts: dict[str, int] = {}
    tables = Base.metadata.tables
    for name, lines in groupby(_read(path), key=lambda line: line[0]):
        if name not in tables or name in MADE_ANEW | MACHINES:
            raise BadFile(f"This backup has a table that this Studylens does not know: {name}.")
        counts[name] = counts.get(name, 0) + _insert(session, tables[name], lines)
    _renumber(session)
    search.reindex_all(session)
    for guest_id in session.scalars(select(Guest.id)).all():
        sums.recount(session, guest_id)
    return counts


def _tables() -> list[Table]:
    left_out = MADE_ANEW | MACHINES
    return [table for table in Base.metadata.sorted_tables if table.name not in left_out]


def _write(session: Session, file: IO[bytes], *, at: datetime) -> dict[str, int]:
    counts = {}
    _line(file, {"studylens_backup": VERSION, "made_at": at.isoformat()})
    for table in _tables():
        counts[table.name] = 0
        rows = session.execute(
            select(table).order_by(*table.primary_key).execution_options(yield_per=ROWS_AT_ONCE)
        )
        for row in rows.mappings():
            _line(file, [table.name, to_plain(dict(row), table)])
            counts[table.name] += 1
    _line(file, {"end": sum(counts.values())})
    return counts


def _line(file: IO[bytes], value: Any) -> None:
    file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _read(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield (table, row) and raise BadFile unless the file is a whole backup."""
    rows, is_whole = 0, False
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            head = json.loads(next(file, "{}"))
            if not isinstance(head, dict) or head.get("studylens_backup") != VERSION:
                raise BadFile("This is no backup of this Studylens.")
            for line in file:
                found = json.loads(line)
                if isinstance(found, dict):
                    is_whole = found == {"end": rows}
                    break
                rows += 1
                yield found[0], found[1]
    except (ValueError, EOFError, zlib.error, gzip.BadGzipFile, LookupError, RecursionError) as error:
        raise BadFile("This backup is damaged; nothing was restored.") from error
    if not is_whole:
        raise BadFile("This backup is not whole; nothing was restored.")


def _insert(session: Session, table: Table, lines: Iterator[tuple[str, Any]]) -> int:
    count = 0
    while chunk := list(islice(lines, ROWS_AT_ONCE)):
        rows = [revive(plain, table) for _, plain in chunk]
        for _, same in groupby(rows, key=lambda row: tuple(sorted(row))):
            session.execute(insert(table), list(same))
        count += len(rows)
    return count


def _refuse_full(session: Session) -> None:
    for table in _tables():
        if table.name != "achievements" and session.scalar(select(func.count()).select_from(table)):
            raise BadText(f"The database is not empty: {table.name} has rows. Restore into a new one.")
    session.execute(Base.metadata.tables["achievements"].delete())  # The catalogue, which the file brings.


def _renumber(session: Session) -> None:
    """PostgreSQL counts numbers apart from its rows: go on after the highest one."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in _tables():
        [*columns] = table.primary_key.columns
        if len(columns) == 1 and isinstance(columns[0].type, Integer) and not columns[0].foreign_keys:
            highest = session.scalar(select(func.max(columns[0])))
            if highest:
                place = func.pg_get_serial_sequence(table.name, columns[0].name)
                session.execute(select(func.setval(place, highest)))
