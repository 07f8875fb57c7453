"""Statements that one test's database has compiled serve the next test's.

SQLAlchemy keeps them for each engine, under its dialect, and each test has an engine of its own: a tenth of
the tests' time went into compiling the same statements again.
"""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_KEPT = 3_000
"""Statements; the whole suite has some 2,000 on each database."""
_compiled: LRUCache[Any, Any] = LRUCache(_KEPT)


class _Shared:
    """A dialect that is equal to all others of its kind, whose engines share what is compiled."""

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        """SQLAlchemy's hook for a new engine."""
        engine.update_execution_options(compiled_cache=_compiled)


class SharedSQLite(_Shared, SQLiteDialect_pysqlite):
    """SQLite."""

    supports_statement_cache = True


class SharedPostgreSQL(_Shared, PGDialect_psycopg2):
    """PostgreSQL."""

    supports_statement_cache = True


registry.register("sqlite", __name__, SharedSQLite.__name__)
registry.register("postgresql.psycopg2", __name__, SharedPostgreSQL.__name__)
