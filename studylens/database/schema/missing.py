"""What the models need and the database does not give: pure comparison, no change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Index, MetaData, String, Table

from studylens.database.schema.catalogue import Catalogue, FoundColumn
from studylens.models.base import WHERE


@dataclass(frozen=True)
class Missing:
    """What keeps the models from working on these tables.

    `keys` are primary keys that an earlier layout had not. `strict` are (table, column) that refuse our rows:
    NOT NULL without a default, where the model may be empty or has no such column.
    `narrow` are columns that hold shorter texts than the model's, `unnumbered` ids that nobody counts up.
    """

    tables: tuple[Table, ...] = ()
    keys: tuple[Column[Any], ...] = ()
    columns: tuple[Column[Any], ...] = ()
    strict: tuple[tuple[Table, str], ...] = ()
    narrow: tuple[Column[Any], ...] = ()
    unnumbered: tuple[Column[Any], ...] = ()
    indexes: tuple[Index, ...] = ()
    too_whole: tuple[Index, ...] = ()
    """Indexes of an earlier release with every row, where ours has few; see models/base.py."""
    half_built: frozenset[str] = frozenset()
    """Names of those among `indexes` that PostgreSQL has begun and not finished."""

    def __bool__(self) -> bool:
        """Say whether anything is missing."""
        changed = (self.keys, self.columns, self.strict, self.narrow, self.unnumbered)
        return bool(self.tables or self.indexes or self.too_whole or any(changed))

    def __str__(self) -> str:
        """Name everything that is missing, for the log and the terminal."""
        names = [table.name for table in self.tables]
        names += [f"{column.table.name}.{column.name}" for column in (*self.keys, *self.columns)]
        names += [f"{table.name}.{name} may be empty" for table, name in self.strict]
        names += [f"{column.table.name}.{column.name} as {column.type!r}" for column in self.narrow]
        names += [f"{column.table.name}.{column.name} counted up" for column in self.unnumbered]
        names += [f"{index.name} of fewer rows" for index in self.too_whole]
        return ", ".join([*names, *(str(index.name) for index in self.indexes)]) or "nothing"


def find_missing(found: Catalogue, metadata: MetaData) -> Missing:
    """Compare every table, column and index of the models with what was found."""
    tables = metadata.sorted_tables
    present = [table for table in tables if table.name in found.tables]
    indexes = [index for table in present for index in wanted_indexes(table, found.dialect)]
    absent = [c for table in present for c in table.columns if c.name not in found.tables[table.name]]
    return Missing(
        tables=tuple(table for table in tables if table.name not in found.tables),
        keys=tuple(column for column in absent if column.primary_key),
        columns=tuple(column for column in absent if not column.primary_key),
        strict=tuple((table, name) for table in present for name in _strict(table, found)),
        unnumbered=tuple(column for table in present for column in _unnumbered(table, found)),
        narrow=tuple(column for table in present for column in _narrow(table, found)),
        indexes=tuple(index for index in indexes if index.name not in found.indexes),
        too_whole=tuple(index for index in indexes if WHERE in index.info and index.name in found.whole),
        half_built=found.half_built,
    )


def wanted_indexes(table: Table, dialect: str) -> list[Index]:
    """Return the indexes of this kind of database, by name; `info={"dialect": ...}` binds one to a kind."""
    here = (index for index in table.indexes if index.info.get("dialect", dialect) == dialect)
    return sorted(here, key=lambda index: str(index.name))


def _strict(table: Table, found: Catalogue) -> list[str]:
    columns = found.tables[table.name]
    replaced = _key_is_replaced(table, columns)
    return [
        name
        for name, column in columns.items()
        if column.required and (replaced or not column.primary) and _left_empty(table, name)
    ]


def _left_empty(table: Table, name: str) -> bool:
    return name not in table.columns or bool(table.columns[name].nullable)


def _key_is_replaced(table: Table, columns: Mapping[str, FoundColumn]) -> bool:
    return any(key.name not in columns for key in table.primary_key.columns)


def _narrow(table: Table, found: Catalogue) -> list[Column[Any]]:
    """PostgreSQL only: SQLite keeps texts of any length in any column."""
    there = found.tables[table.name]
    return [c for c in table.columns if c.name in there and _is_narrow(c, there[c.name])]


def _unnumbered(table: Table, found: Catalogue) -> list[Column[Any]]:
    """PostgreSQL only: in SQLite any whole number that is the key counts itself up."""
    column = table.autoincrement_column
    there = found.tables[table.name].get(column.name) if column is not None else None
    stuck = there is not None and there.required and found.dialect == "postgresql"
    return [column] if column is not None and stuck else []


def _is_narrow(column: Column[Any], found: FoundColumn) -> bool:
    prefix, _, rest = found.type.partition("(")
    if prefix != "character varying" or not isinstance(column.type, String) or not rest:
        return False
    return column.type.length is None or int(rest.rstrip(")")) < column.type.length
