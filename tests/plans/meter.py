"""Counts what requests read, on one connection whose writes are taken back after each of them.

SQLite: steps of its machine, of which each row that is looked at takes some. PostgreSQL: rows that scans of
tables and of indexes returned, before any condition on them. Neither depends on how busy the machine is.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event, text

from database_config import Database

_STEPS = 20
"""Steps between two calls of SQLite's handler: each call costs as much as some hundred of them."""
_ROWS = text("""
    SELECT t.relname, pg_stat_get_xact_tuples_returned(t.oid) + coalesce(sum(
        pg_stat_get_xact_tuples_returned(i.indexrelid)), 0)
    FROM pg_class t LEFT JOIN pg_index i ON i.indrelid = t.oid
    WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace GROUP BY t.oid, t.relname
""")


class Meter:
    """What the statements of one connection read."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"
        self._driver: Any = connection.connection.driver_connection
        self._statement = ""
        self._steps: Counter[str] = Counter()
        self.statements: dict[str, Any] = {}
        """Each statement, with the parameters of its last use."""
        if self._sqlite:
            self._driver.set_progress_handler(self._step, _STEPS)
        event.listen(connection, "before_cursor_execute", self._begin)

    def measure(self, visit: Callable[[], object], take_back: Callable[[], None]) -> Counter[str]:
        """Return what a visit reads: steps by statement (SQLite), or rows by table (PostgreSQL)."""
        self._steps.clear()
        before = self._rows()
        visit()
        read = Counter(self._steps) if self._sqlite else self._rows() - before
        take_back()
        return read

    def plan(self, statement: str) -> list[str]:
        """Return how SQLite answers a statement."""
        parameters = self.statements[statement]
        used = parameters[0] if isinstance(parameters, list) else parameters
        return [row[3] for row in self._driver.execute(f"EXPLAIN QUERY PLAN {statement}", used)]

    def _step(self) -> int:
        self._steps[self._statement] += _STEPS
        return 0

    def _begin(self, _c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        self._statement = statement
        self.statements[statement] = parameters

    def _rows(self) -> Counter[str]:
        if self._sqlite:
            return Counter()
        return Counter({name: int(rows) for name, rows in self._connection.execute(_ROWS)})


@contextmanager
def metered(database: Database) -> Iterator[tuple[Meter, Callable[[], None]]]:
    """Yield a meter of all sessions of the database, and what takes back what they wrote."""
    usual = database.sessions.kw["bind"]
    level = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}  # As exports want it.
    with database.engine.connect().execution_options(writes=True, **level) as connection:
        outer = connection.begin()
        database.sessions.configure(bind=connection, join_transaction_mode="create_savepoint")
        place = connection.begin_nested()

        def take_back() -> None:
            nonlocal place
            place.rollback()
            place = connection.begin_nested()

        try:
            yield Meter(connection), take_back
        finally:
            outer.rollback()
            database.sessions.configure(bind=usual, join_transaction_mode="conditional_savepoint")
            connection.invalidate()  # It calls the meter, or has another level, than those of the pool.
