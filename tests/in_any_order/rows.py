"""All rows of one moment: whose each is, which have changed, and which words each guest has."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table

from database_config import Database
from studylens.models import Base
from studylens.models.belonging import SERVICE
from studylens.models.columns import Holds
from studylens.study.packs.belongings import columns_of

Row = Mapping[str, Any]
Word = tuple[int, str]
"""A guest, and a word that one of the guest's cards or lines consists of."""
WORD = re.compile(r"w\d+x")
_TABLES = [table for table in Base.metadata.sorted_tables if table.name != "pack_search"]
"""The search index has what other tables have."""
_DEALT = {"jobs": {"turn"}}
"""Columns by which students take turns: whoever comes moves the others."""


class Rows:
    """Every row of every table, by its key, at one moment."""

    def __init__(self, connection: Connection) -> None:
        self.of = {table.name: _read(connection, table) for table in _TABLES}

    @classmethod
    def now(cls, database: Database) -> "Rows":
        with database.engine.connect() as connection:
            return cls(connection)

    def where(self, table: str, **equal: Any) -> list[Row]:
        """Return the rows of a table whose columns have these values."""
        return [row for row in self.of[table].values() if all(row[k] == v for k, v in equal.items())]

    def owners(self, table: Table, row: Row) -> set[int]:
        """Return the guest of a row, whatever it takes to find it; nobody when what it hangs on is gone."""
        if table.name == "guests":
            return {row["id"]}
        if "guest_id" in table.columns:
            return {row["guest_id"]}
        found: set[int] = set()
        for column, parent in _parents(table):
            if (above := self.of[parent.name].get((row[column],))) is not None:
                found |= self.owners(parent, above)
        return found

    def words(self, *, without: str = "") -> set[Word]:
        """Return which words each guest has, in the trash too; not what is erased, or is still coming in."""
        packs = {key[0]: row for key, row in self.of["packs"].items() if not _is_away(row)}
        packs.pop(without, None)
        parts = [(row["pack_id"], row["front"]) for row in self.of["cards"].values()]
        parts += [(row["pack_id"], row["text"]) for row in self.of["transcript_lines"].values()]
        leaving = {row["id"] for row in self.where("guests") if row["erasing_at"] is not None}
        return {
            (packs[pack_id]["guest_id"], text)
            for pack_id, text in parts
            if pack_id in packs and WORD.fullmatch(text) and packs[pack_id]["guest_id"] not in leaving
        }


def changed(before: Rows, after: Rows) -> Iterator[tuple[Table, Row, set[int]]]:
    """Yield each row of students that is new, gone or different, as it was and as it is, and whose it is."""
    for table in _TABLES:
        if SERVICE in table.info:
            continue
        for one, other in ((before, after), (after, before)):
            theirs = other.of[table.name]
            for key, row in one.of[table.name].items():
                if theirs.get(key) != row:
                    yield table, row, one.owners(table, row)


def _read(connection: Connection, table: Table) -> dict[tuple[Any, ...], dict[str, Any]]:
    keys, dealt = [column.name for column in table.primary_key], _DEALT.get(table.name, set())
    found = connection.exec_driver_sql(f"SELECT * FROM {table.name}")  # noqa: S608 - our own names.
    columns = list(found.keys())
    rows = (dict(zip(columns, row, strict=True)) for row in found)
    return {tuple(row[k] for k in keys): {k: v for k, v in row.items() if k not in dealt} for row in rows}


def _parents(table: Table) -> Iterator[tuple[str, Table]]:
    keys = [(column.name, key.column.table) for column in table.columns for key in column.foreign_keys]
    yield from ((name, parent) for name, parent in keys if parent is not table)
    if not keys:
        yield from ((column.name, Base.metadata.tables["packs"]) for column in columns_of(table, Holds.PACK))


def _is_away(pack: Row) -> bool:
    is_coming = pack["joining_at"] is not None and pack["deleted_at"] is not None
    return is_coming or pack["erasing_at"] is not None
