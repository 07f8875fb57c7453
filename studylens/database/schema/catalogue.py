"""What the database says about its own tables: for each request as one short text, for a repair in full."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

_SQLITE_DIGEST = "SELECT group_concat(sql) FROM sqlite_master"
_POSTGRESQL_DIGEST = (
    "SELECT count(*) || ' ' || sum(hashtextextended(attname::text, attrelid::bigint * 65536 + attnum * 2"
    " + attnotnull::int + atttypid::bigint * 31 + atttypmod))"
    " FROM pg_attribute WHERE attrelid = ANY (ARRAY(SELECT oid FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'i')))"
    " AND attnum > 0 AND NOT attisdropped"
)
"""Columns of tables and indexes, 64 bits of hash each, added up: sending 300 rows costs as much again."""
PREPARED = "studylens_tables"
_PREPARED_IS_ELSEWHERE = frozenset({"26000", "42P05"})
"""A pooler between us and the server (PgBouncer) hands our statements to another session each time."""
_SQLITE_COLUMNS = text(
    'SELECT m.name, p.name, p.type, p."notnull", p.dflt_value IS NOT NULL, p.pk '
    "FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'"
)
_POSTGRESQL_COLUMNS = text(
    "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
    "a.atthasdef OR a.attidentity <> '', EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid "
    "AND i.indisprimary AND a.attnum = ANY (i.indkey)) "
    "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') "
    "AND a.attnum > 0 AND NOT a.attisdropped"
)
_SQLITE_INDEXES = text(
    "SELECT name, coalesce(sql LIKE '%) WHERE %', false), true FROM sqlite_master WHERE type = 'index'"
)
_POSTGRESQL_INDEXES = text(
    "SELECT c.relname, i.indpred IS NOT NULL, i.indisvalid FROM pg_class c "
    "JOIN pg_index i ON i.indexrelid = c.oid WHERE c.relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True)
class FoundColumn:
    """A column as it is: `required` means that an INSERT which does not name it fails."""

    type: str
    required: bool
    primary: bool


@dataclass(frozen=True)
class Catalogue:
    """All tables by name with their columns by name, and the names of all indexes."""

    tables: Mapping[str, Mapping[str, FoundColumn]]
    indexes: frozenset[str]
    dialect: str
    whole: frozenset[str] = frozenset()
    """Those of these indexes that have every row of their table."""
    half_built: frozenset[str] = frozenset()
    """PostgreSQL: indexes, not among the others, that somebody builds just now or never finished."""


def digest(connection: Any, *, sqlite: bool) -> str:
    """Return a text that changes with the tables, in one query; takes no lock on them.

    `connection`: the driver's own, in a transaction or not; through SQLAlchemy it takes five times as long.
    """
    cursor = connection.cursor()
    try:
        cursor.execute(_SQLITE_DIGEST if sqlite else _POSTGRESQL_DIGEST)
        return str(cursor.fetchone()[0])
    finally:
        cursor.close()


def prepared_digest(connection: Any, info: dict[Any, Any]) -> str:
    """Return the same from PostgreSQL, which plans the query once for each connection: half of its time.

    `connection`: the driver's own, in autocommit. `info`: what is remembered about it as long as it lives.
    """
    with connection.cursor() as cursor:
        try:
            if info.setdefault(PREPARED, "new") == "new":
                cursor.execute(f"PREPARE {PREPARED} AS {_POSTGRESQL_DIGEST}")
                info[PREPARED] = "prepared"
            if info[PREPARED] == "prepared":
                cursor.execute(f"EXECUTE {PREPARED}")
                return str(cursor.fetchone()[0])
        except Exception as error:
            if getattr(error, "pgcode", None) not in _PREPARED_IS_ELSEWHERE:
                raise
            info[PREPARED] = "impossible"
    return digest(connection, sqlite=False)


def read(connection: Connection) -> Catalogue:
    """Read all tables, columns and indexes in two queries; takes no lock on them."""
    sqlite = connection.dialect.name == "sqlite"
    tables: dict[str, dict[str, FoundColumn]] = {}
    for table, name, kind, not_null, defaulted, primary in connection.execute(
        _SQLITE_COLUMNS if sqlite else _POSTGRESQL_COLUMNS
    ):
        found = FoundColumn(str(kind), bool(not_null and not defaulted), bool(primary))
        tables.setdefault(str(table), {})[str(name)] = found
    indexes = connection.execute(_SQLITE_INDEXES if sqlite else _POSTGRESQL_INDEXES).all()
    return Catalogue(
        tables,
        frozenset(name for name, _, valid in indexes if valid),
        connection.dialect.name,
        whole=frozenset(name for name, partial, valid in indexes if valid and not partial),
        half_built=frozenset(name for name, _, valid in indexes if not valid),
    )
