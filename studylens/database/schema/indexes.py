"""Missing indexes: those of small tables at once, those of large ones beside everybody's work.

SQLite adds them in the repair's own transaction: one of a million rows took 0.6 to 0.8 s of a processor.
PostgreSQL would lock a table against all writers for as long as that takes, so it builds what is large with
CONCURRENTLY: nobody waits, and nobody but the housekeeper asks for it. A build that a restart cut off leaves
an index that is of no use; it is dropped and begun anew.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from sqlalchemy import Connection, Engine, Index, text
from sqlalchemy import exc as sql_errors
from sqlalchemy.schema import CreateIndex, DropIndex

from studylens.database.schema.missing import Missing

log = logging.getLogger("studylens.database")

AT_ONCE_BYTES = 32 * 2**20
"""PostgreSQL: size of a table up to which writers may wait for its index: some tenths of a second."""
BUILD_MS = 30 * 60_000
"""PostgreSQL: how long one build beside others may take, and wait for transactions that began before it."""
_SIZE = text("SELECT pg_relation_size(to_regclass(:name))")
_IS_BUILT = text(
    "SELECT EXISTS (SELECT 1 FROM pg_stat_progress_create_index "
    "WHERE index_relid = to_regclass(:name)::oid OR relid = to_regclass(:table)::oid)"
)
_BOUNDS = ("statement_timeout", "lock_timeout")
_TURN, _OVER = (text(f"SELECT {call}(hashtext('studylens indexes'))") for call in
                ("pg_try_advisory_lock", "pg_advisory_unlock"))  # fmt: skip
"""Two builds on one table would wait for each other, until PostgreSQL ends one and leaves half an index."""
_TAKEN = frozenset({"23505", "42P07", "40P01"})
"""PostgreSQL's codes for an index of this name that somebody else has just begun; the first says as well that
rows forbid a unique one, and then names it; the last, that each waited for the other."""
_TWICE = "Cannot add the unique index %s: some rows are there twice; all are kept"


def add_small(connection: Connection, missing: Missing) -> None:
    """Add the indexes of tables on which nobody waits long for it, in the caller's transaction."""
    for index in missing.too_whole:
        if _is_small(connection, index):
            connection.execute(DropIndex(index, if_exists=True))
            create(connection, index)
    for index in missing.indexes:
        if index.name not in missing.half_built and _is_small(connection, index):
            create(connection, index)


def create(connection: Connection, index: Index) -> None:
    """Rows that a unique index would refuse all stay; the index then waits for somebody to look at them."""
    try:
        with connection.begin_nested():
            connection.execute(CreateIndex(index, if_not_exists=True))
    except sql_errors.IntegrityError:
        log.warning(_TWICE, index.name)


def build_large(engine: Engine, missing: Missing, *, pooled: bool = False) -> bool:
    """PostgreSQL: add what is left beside everybody's work, one after the other; takes as long as it takes.

    `pooled`: nothing may be told to a session. Returns whether another look is worth it: not where nothing
    was missing, or rows forbid all that was. Raises what the driver raises, through SQLAlchemy.
    """
    wanted = [*missing.too_whole, *missing.indexes]
    if not wanted:
        return False
    with (
        engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        nullcontext(enter_result=True) if pooled else _turn(connection) as is_ours,
    ):
        if not is_ours:
            return True  # Another machine's housekeeper builds them.
        useless = missing.half_built | {index.name for index in missing.too_whole}
        looks = [_build(connection, index, drop=index.name in useless) for index in wanted]
    return any(looks)


@contextmanager
def _turn(connection: Connection) -> Iterator[bool]:
    """Say whether this machine alone builds, with patience, until the block ends."""
    is_ours = bool(connection.scalar(_TURN))
    if not is_ours:
        yield False
        return
    try:
        with _patience(connection):
            yield True
    finally:
        connection.execute(_OVER)


@contextmanager
def _patience(connection: Connection) -> Iterator[None]:
    """Let a build wait for whoever began before it, as long as it may take: it waits in nobody's way."""
    before = {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in _BOUNDS}
    for name in _BOUNDS:
        connection.exec_driver_sql(f"SET {name} = {BUILD_MS}")
    try:
        yield
    finally:
        for name, value in before.items():
            connection.exec_driver_sql(f"SET {name} = '{value}'")


def _build(connection: Connection, index: Index, *, drop: bool) -> bool:
    """Build one index; False when rows forbid it, and another look would find the same."""
    table = index.table
    names = {"name": index.name, "table": table.name if table is not None else ""}
    if connection.scalar(_IS_BUILT, names):
        return True  # By another machine's housekeeper.
    log.info("Building the index %s beside everybody's work", index.name)
    name = connection.dialect.identifier_preparer.format_index(index)
    if drop:
        connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
    statement = str(CreateIndex(index, if_not_exists=True).compile(dialect=connection.dialect))
    try:
        connection.exec_driver_sql(statement.replace(" INDEX ", " INDEX CONCURRENTLY ", 1))
    except sql_errors.DBAPIError as error:
        if getattr(error.orig, "pgcode", None) not in _TAKEN:
            raise
        if _names(error, index):
            connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            log.warning(_TWICE, index.name)
            return False
        log.warning("Cannot add the index %s now: %s", index.name, str(error).partition("\n")[0])
    return True


def _names(error: sql_errors.DBAPIError, index: Index) -> bool:
    return getattr(getattr(error.orig, "diag", None), "constraint_name", None) == index.name


def _is_small(connection: Connection, index: Index) -> bool:
    if connection.dialect.name == "sqlite" or index.table is None:
        return True
    name = connection.dialect.identifier_preparer.format_table(index.table)
    return int(connection.scalar(_SIZE, {"name": name}) or 0) <= AT_ONCE_BYTES
