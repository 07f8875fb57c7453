"""Make the tables fit the models, by widening only: nothing is dropped, and every row and value stays.

An older release that runs beside this one keeps working: it finds all its tables and columns.
"""

import logging
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Index, false, text, true
from sqlalchemy import exc as sql_errors
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from studylens.schema.missing import Missing, wanted_indexes
from studylens.schema.rebuild import rebuild

log = logging.getLogger("studylens.database")


def expand(connection: Connection, missing: Missing) -> None:
    """Add what is missing and loosen what is in the way, in the caller's transaction."""
    for table in missing.tables:
        connection.execute(CreateTable(table, if_not_exists=True))
    _loosen(connection, missing)
    for column in missing.columns:
        connection.execute(text(add_column(connection, column)))
    here = connection.dialect.name
    new = (index for table in missing.tables for index in wanted_indexes(table, here))
    for index in (*new, *missing.indexes):
        _create_index(connection, index)


def add_column(connection: Connection, column: Column[Any]) -> str:
    """Return the DDL. Old rows get the default, if need be the model's own; without one it may be NULL."""
    default = _default(column)
    nullable = column.nullable or default is None
    added: Column[Any] = Column(column.name, column.type, server_default=default, nullable=nullable)
    table = connection.dialect.identifier_preparer.format_table(column.table)
    definition = str(CreateColumn(added).compile(dialect=connection.dialect))
    references = "".join(_reference(connection, key) for key in column.foreign_keys)
    return f"ALTER TABLE {table} ADD COLUMN {definition}{references}"


def _default(column: Column[Any]) -> Any:
    plain = column.default is not None and column.default.is_scalar
    if column.server_default is not None or column.nullable or not plain:
        return column.server_default
    value = getattr(column.default, "arg", None)
    return (true() if value else false()) if isinstance(value, bool) else str(value)


def _reference(connection: Connection, key: ForeignKey) -> str:
    """CreateColumn leaves foreign keys to the table's own DDL, where an added column has no place."""
    preparer = connection.dialect.identifier_preparer
    target = f"{preparer.format_table(key.column.table)} ({preparer.format_column(key.column)})"
    ends = f" ON DELETE {key.ondelete}" if key.ondelete else ""
    return f" REFERENCES {target}{ends}"


def _loosen(connection: Connection, missing: Missing) -> None:
    """Let rows in that our models write: PostgreSQL alters columns, SQLite needs another table."""
    if connection.dialect.name == "sqlite":
        rebuild(connection, missing)
        return
    preparer = connection.dialect.identifier_preparer
    for key in missing.keys:
        _replace_key(connection, key)
    for table, name in missing.strict:
        change = f"ALTER COLUMN {preparer.quote(name)} DROP NOT NULL"
        connection.execute(text(f"ALTER TABLE {preparer.format_table(table)} {change}"))
    for column in missing.narrow:
        kind = column.type.compile(dialect=connection.dialect)
        change = f"ALTER COLUMN {preparer.format_column(column)} TYPE {kind}"
        connection.execute(text(f"ALTER TABLE {preparer.format_table(column.table)} {change}"))


def _replace_key(connection: Connection, key: Column[Any]) -> None:
    """PostgreSQL: give every row a number of its own; the earlier key's columns stay."""
    table = connection.dialect.identifier_preparer.format_table(key.table)
    earlier = connection.execute(
        text("SELECT conname FROM pg_constraint WHERE conrelid = CAST(:name AS regclass) AND contype = 'p'"),
        {"name": table},
    ).scalar()
    if earlier:
        name = connection.dialect.identifier_preparer.quote(earlier)
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    definition = str(CreateColumn(key).compile(dialect=connection.dialect))
    connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {definition} PRIMARY KEY"))


def _create_index(connection: Connection, index: Index) -> None:
    """Rows that a unique index would refuse all stay; the index then waits for somebody to look at them."""
    try:
        with connection.begin_nested():
            connection.execute(CreateIndex(index, if_not_exists=True))
    except sql_errors.IntegrityError:
        log.warning("Cannot add the unique index %s: some rows are there twice; all are kept", index.name)
