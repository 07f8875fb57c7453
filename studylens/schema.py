"""Do the tables in the database still fit the models? A cheap fingerprint, and an expand-only repair.

It only ever adds (tables, columns, indexes) and never drops, so that an older release that runs beside
this one keeps working, and a restored backup loses nothing.
"""

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Index, MetaData, Table, inspect, text
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

Fingerprint = tuple[tuple[str, str], ...]
"""The catalogue as (name, definition) pairs; equal fingerprints mean equal tables."""

ADVISORY_LOCK = 7_355_608
"""PostgreSQL: the one key under which processes take turns at repairing."""

_POSTGRESQL_CATALOGUE = text(
    "SELECT c.relname || '.' || a.attname, a.atttypid || ' ' || a.atttypmod || ' ' || a.attnotnull "
    "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'i') AND a.attnum > 0 "
    "AND NOT a.attisdropped ORDER BY 1"
)
_SQLITE_CATALOGUE = text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")


@dataclass(frozen=True)
class Missing:
    """What the models have and the database has not."""

    tables: tuple[Table, ...]
    columns: tuple[Column[object], ...]
    indexes: tuple[Index, ...]

    def __bool__(self) -> bool:
        """Say whether anything is missing."""
        return bool(self.tables or self.columns or self.indexes)

    def __str__(self) -> str:
        """Name everything that is missing, for the log."""
        columns = (f"{column.table.name}.{column.name}" for column in self.columns)
        names = [*(table.name for table in self.tables), *columns]
        return ", ".join([*names, *(str(index.name) for index in self.indexes)]) or "nothing"


def fingerprint(connection: Connection) -> Fingerprint:
    """Read the catalogue in one query; takes no lock and changes nothing."""
    sqlite = connection.dialect.name == "sqlite"
    rows = connection.execute(_SQLITE_CATALOGUE if sqlite else _POSTGRESQL_CATALOGUE)
    return tuple((str(name), str(definition)) for name, definition in rows)


def find_missing(connection: Connection, metadata: MetaData) -> Missing:
    """Compare every table, column and index of the models with the database."""
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    tables = [table for table in metadata.sorted_tables if table.name not in present]
    columns: list[Column[object]] = []
    indexes: list[Index] = []
    for table in metadata.sorted_tables:
        if table.name in present:
            found = {column["name"] for column in inspector.get_columns(table.name)}
            columns += [column for column in table.columns if column.name not in found]
            have = {index["name"] for index in inspector.get_indexes(table.name)}
            indexes += [index for index in table.indexes if index.name not in have]
    return Missing(tuple(tables), tuple(columns), tuple(indexes))


def expand(connection: Connection, missing: Missing) -> None:
    """Add what is missing, in the caller's transaction. New columns are nullable or defaulted."""
    for table in missing.tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))
    for column in missing.columns:
        connection.execute(text(_add_column(connection, column)))
    for index in missing.indexes:
        connection.execute(CreateIndex(index, if_not_exists=True))


def _add_column(connection: Connection, column: Column[object]) -> str:
    """Old rows have no value for it, so a column without a server default may be NULL."""
    added: Column[object] = Column(column.name, column.type, server_default=column.server_default)
    preparer = connection.dialect.identifier_preparer
    definition = str(CreateColumn(added).compile(dialect=connection.dialect))
    return f"ALTER TABLE {preparer.format_table(column.table)} ADD COLUMN {definition}"
