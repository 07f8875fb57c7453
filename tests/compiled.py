"""What one test's app has worked out serves the next test's: statements, addresses, an empty file's tables.

SQLAlchemy keeps statements for each engine, under its dialect, and each test has an engine of its own: a
tenth of the tests' time went into compiling the same statements again. Werkzeug compiles 280 addresses for
each app (8 ms), and the first look at a new file reads all columns, twice (9 ms).
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from studylens.database.schema import catalogue
from studylens.web.rules import LateRule

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


_ADDRESS = ("_parts", "_trace", "_converters", "arguments")
"""What werkzeug 3.1 works out of an address's text; nobody changes it afterwards."""
_addresses: dict[tuple[Any, ...], tuple[dict[str, Any], Callable[..., Any], Callable[..., Any]]] = {}
_compile = LateRule.compile


def _compile_once(rule: LateRule) -> None:
    key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, str(rule.defaults))
    if key not in _addresses:
        _compile(rule)
        worked_out = {name: vars(rule)[name] for name in _ADDRESS}
        _addresses[key] = worked_out, rule._build.__func__, rule._build_unknown.__func__
    worked_out, build, build_unknown = _addresses[key]
    vars(rule).update(worked_out, _build=build.__get__(rule), _build_unknown=build_unknown.__get__(rule))


LateRule.compile = _compile_once  # type: ignore[method-assign]

_read = catalogue.read
_tables: dict[str, catalogue.Catalogue] = {}


def _read_once(connection: Connection) -> catalogue.Catalogue:
    """SQLite alone: there the short text of all tables says everything that is read of them."""
    if connection.dialect.name != "sqlite":
        return _read(connection)
    tables = catalogue.digest(connection.connection, sqlite=True)
    if tables not in _tables:
        _tables[tables] = _read(connection)
    return _tables[tables]


catalogue.read = _read_once
