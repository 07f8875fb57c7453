"""Engines: how many connections a process has, and what each of them is told first.

Behind a pooler that hands each transaction to another session (PgBouncer's transaction mode) nothing that is
told to a session lasts. `?pgbouncer=true` in the address says so: each transaction is told anew then.
"""

from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from studylens.database.address import Address
from studylens.database.began import Beginning

POOL_SIZE = 5
"""Connections of a process, and no more on PostgreSQL, whose server counts them: 32 threads share them,
since requests hold one for milliseconds, and none while they wait."""
SQLITE_MORE = 10
"""SQLite: more for a moment, since who waits for its one writer's place holds one meanwhile."""
POOL_WAIT_SECONDS = 2.0
"""How long a request waits for one of all these. They are held only when something is stuck."""
CONNECT_SECONDS = 5
"""PostgreSQL: how long one try to connect may take."""
LOCK_WAIT_MS = 2_000
"""PostgreSQL: how long a statement waits for somebody's lock; repairs set their own."""
STATEMENT_MS = 10_000
"""PostgreSQL: how long a statement may take. Long work goes in many short ones."""
WHOLE = 1
"""PostgreSQL: share of a cursor's rows that we read. It plans for a tenth, and goes through others' rows."""
SQLITE_WAIT_MS = 10_000
"""How long a writer waits for another writer's transaction, which takes milliseconds."""
SQLITE_CACHE = "cache_size=-2000"
"""2 MB a connection, what a student's 5,000 cards need: with 512 kB a page took 0.8 to 1.2 ms more. Four at
once hold 7 MB more so. The one that was used last is used next, so that few are ever full."""
SQLITE_ERASES = ("secure_delete=ON",)
"""What is deleted is overwritten with zeros, in pages that stay and in those that become free."""
BUSY_MS = "busy_ms"
"""What a connection to SQLite was last told, among its pool's notes about it."""
_TOLD = f"""
    SET {{local}} TIME ZONE 'UTC'; SET {{local}} lock_timeout = {LOCK_WAIT_MS};
    SET {{local}} statement_timeout = {STATEMENT_MS}; SET {{local}} cursor_tuple_fraction = {WHOLE}
"""
"""Bounds of what a statement waits for. Earlier layouts keep moments with a zone; in UTC they mean ours."""


def make_engine(address: Address) -> Engine:
    """Return the engine of a database; opens nothing."""
    if address.url.get_backend_name() == "sqlite":
        return _sqlite(address)
    bound = {} if "connect_timeout" in address.url.query else {"connect_timeout": CONNECT_SECONDS}
    engine = create_engine(address.url, connect_args=bound, pool_pre_ping=True, max_overflow=0,
                           pool_size=address.connections or POOL_SIZE,
                           pool_timeout=address.wait_seconds or POOL_WAIT_SECONDS)  # fmt: skip
    if address.pooled:
        event.listen(engine, "begin", partial(_tell_transaction, address))
    else:
        event.listen(engine, "connect", partial(_tell_session, address))
    return engine


def _sqlite(address: Address) -> Engine:
    engine = create_engine(address.url, connect_args={"check_same_thread": False}, pool_size=POOL_SIZE,
                           max_overflow=SQLITE_MORE, pool_timeout=POOL_WAIT_SECONDS,
                           pool_use_lifo=True)  # fmt: skip
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    if beginning := Beginning.of(engine.url.database):
        event.listen(engine, "do_connect", lambda *told: beginning.connect(**told[3]))
    return engine


def _tell_session(address: Address, connection: Any, _record: Any) -> None:
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(_TOLD.format(local=""))
        if address.schema:
            cursor.execute("SELECT set_config('search_path', quote_ident(%s), false)", (address.schema,))
    connection.autocommit = False


def _tell_transaction(address: Address, connection: Connection) -> None:
    """One message for all, beside each transaction's own."""
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        path = "; SELECT set_config('search_path', quote_ident(%s), true)" if address.schema else ""
        cursor.execute(_TOLD.format(local="LOCAL") + path, (address.schema,) if path else None)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # We begin transactions ourselves, see _begin_sqlite.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", *SQLITE_ERASES, SQLITE_CACHE):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock first: two readers that both turn writers would fail at once."""
    options = connection.get_execution_options()
    wait_ms = int(options.get("busy_ms", SQLITE_WAIT_MS))
    if connection.info.get(BUSY_MS) != wait_ms:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={wait_ms}")
        connection.info[BUSY_MS] = wait_ms
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")
