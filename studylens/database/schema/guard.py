"""Keeps the tables of one database fit: looks at them before every request, repairs when they changed."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy import exc as sql_errors

from studylens.database.began import Beginning
from studylens.database.reconnecting import is_lost
from studylens.database.schema import catalogue, indexes
from studylens.database.schema.backfill import backfill
from studylens.database.schema.missing import Missing, find_missing
from studylens.database.schema.repair import expand
from studylens.errors import TablesUnfit
from studylens.sight import counts

log = logging.getLogger("studylens.database")

ADVISORY_LOCK = 7_355_608
"""PostgreSQL: the one key under which processes take turns at repairing."""
POLL_SECONDS = 0.02
"""Between two looks whether it is our turn: a repair takes some 0.1 s."""
DDL_LOCK_MS = 500
"""PostgreSQL: how long a change waits for a table that somebody uses; all others queue behind it."""
DDL_MS = 5_000
"""PostgreSQL: how long a change may take; adding an empty column takes milliseconds at any size."""
LEAST_WAIT_MS = 50
"""What is left to wait for a table when waiting for our turn took everything."""
REST_SECONDS = 5.0
"""After a failed repair nobody tries again for so long: each try makes the students wait."""

FileState = tuple[int, int, int, int]
"""Device, inode, time of change in ns, and size of SQLite's file."""


class SchemaGuard:
    """The check of one engine's tables. The constructor does no I/O."""

    def __init__(self, engine: Engine, metadata: MetaData, *, pooled: bool = False) -> None:
        self._engine = engine
        self._metadata = metadata
        self._pooled = pooled
        self._sqlite = engine.dialect.name == "sqlite"
        path = engine.url.database if self._sqlite else None
        self._path = Path(path) if path else None
        self._beginning = Beginning.of(path)
        self._repairing = threading.Lock()
        self._good: str | None = None
        self._indexed: str | None = None
        """The tables as they were when no index was missing."""
        self._file: FileState | None = None
        self._failed: str | None = None
        self._rest_until = 0.0

    def check(self, wait_ms: int) -> None:
        """Look at the catalogue, one query; repair what is missing, waiting `wait_ms` at most for others.

        A repair that fails is logged, and the request goes on: what it needs may well be there. Nobody tries
        again for REST_SECONDS. Raises what the driver raises, through SQLAlchemy, when the database is away.
        """
        self._notice_other_file()
        found = self._digest()
        if found == self._good or (found == self._failed and time.monotonic() < self._rest_until):
            return
        try:
            self.repair(wait_ms)
        except (sql_errors.DBAPIError, TablesUnfit) as error:
            if is_lost(error):
                raise
            self._failed, self._rest_until = found, time.monotonic() + REST_SECONDS
            reason = str(error).partition("\n")[0]
            log.warning("Cannot repair the tables, next try in %.0f s: %s", REST_SECONDS, reason)

    def repair(self, wait_ms: int) -> None:
        """Repair what is missing. Raises TablesUnfit when it is never our turn, or what the driver raises."""
        until = time.monotonic() + wait_ms / 1000
        if not self._repairing.acquire(timeout=wait_ms / 1000):
            raise TablesUnfit("Another request is repairing the tables.")
        try:
            if self._good is not None and self._digest() == self._good:
                return  # Somebody else did while we waited.
            good = self._expand(until)
        finally:
            self._repairing.release()
        if self._beginning:
            self._beginning.note()
        self._good, self._failed = good, None
        self._file = _state(self._path) if self._path else None
        self._backfill()

    @property
    def is_unfit(self) -> bool:
        """Say whether the last repair failed."""
        return self._failed is not None

    def examine(self) -> Missing:
        """Return what the models need and the tables do not give; changes nothing."""
        with self._engine.connect() as connection:
            return find_missing(catalogue.read(connection), self._metadata)

    def build_indexes(self) -> None:
        """PostgreSQL: add the indexes of large tables beside everybody's work; quick when none is missing.

        Asks the catalogue again only after tables have changed. Raises what the driver raises.
        """
        if self._sqlite or self._good is None or self._good == self._indexed:
            return
        good = self._good
        if indexes.build_large(self._engine, self.examine(), pooled=self._pooled):
            return  # The next look tells whether all are there.
        self._indexed = good

    def _expand(self, until: float) -> str:
        with self._turn(until) as connection:
            there = catalogue.read(connection)
            missing = find_missing(there, self._metadata)
            if self._beginning:
                self._beginning.check_tables(is_empty=not there.tables)
            if missing:
                log.info("Adding to the database: %s", missing)
                counts.add("schema_repairs_total")
                expand(connection, missing)
            return catalogue.digest(connection.connection, sqlite=self._sqlite)

    @contextmanager
    def _turn(self, until: float) -> Iterator[Connection]:
        """Open the transaction in which we are the only one to repair; commits at the end."""
        left_ms = max(LEAST_WAIT_MS, int(1000 * (until - time.monotonic())))
        with self._engine.connect().execution_options(writes=True, busy_ms=left_ms) as connection:
            if self._sqlite:
                with _without_foreign_keys(connection), connection.begin():
                    yield connection
            else:
                with connection.begin():
                    _take_turn(connection, until)
                    yield connection

    def _backfill(self) -> None:
        """After the commit, since it may take long; what it leaves is filled after the next start."""
        try:
            backfill(self._engine)
        except sql_errors.DBAPIError as error:
            log.warning("Cannot fill the added columns: %s", error)

    def _digest(self) -> str:
        """Ask through the driver: outside of a transaction, on a connection of the pool."""
        try:
            pooled = self._engine.raw_connection()
            try:
                if self._sqlite:
                    return catalogue.digest(pooled, sqlite=True)
                if self._pooled:  # What is prepared here is nothing to the next session.
                    return _outside_transaction(pooled.driver_connection, {catalogue.PREPARED: "impossible"})
                return _outside_transaction(pooled.driver_connection, pooled.info)
            except Exception as error:
                pooled.invalidate(error)
                raise
            finally:
                pooled.close()
        except self._engine.dialect.loaded_dbapi.Error as error:
            lost = not self._sqlite
            raise sql_errors.OperationalError(
                "catalogue", None, error, connection_invalidated=lost
            ) from error

    def _notice_other_file(self) -> None:
        """SQLite's file was swapped or overwritten: what open connections remember of it is stale.

        The file also changes with each checkpoint, one in some 1,000 written pages; connections are cheap.
        """
        if self._path is None:
            return
        found = _state(self._path)
        if found is None:
            self._engine.dispose()  # Its connections still write into the file that has no name any more.
            if self._beginning:
                self._beginning.check_file()
            self._path.parent.mkdir(parents=True, exist_ok=True)
        if found != self._file:
            self._engine.dispose()
            if found is None or self._file is None or found[:2] != self._file[:2]:
                self._good = None
            self._file = found


def _state(path: Path) -> FileState | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size


def _outside_transaction(connection: Any, info: dict[Any, Any]) -> str:
    connection.autocommit = True
    try:
        return catalogue.prepared_digest(connection, info)
    finally:
        connection.autocommit = False


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """A table that is made anew must not take other tables' rows along; no transaction may switch."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise TablesUnfit
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _take_turn(connection: Connection, until: float) -> None:
    """PostgreSQL: poll for our turn, then bound the waits of what follows."""
    while not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK}):
        if time.monotonic() >= until:
            raise TablesUnfit("Another process is repairing the tables.")
        time.sleep(POLL_SECONDS)
    left_ms = int(1000 * (until - time.monotonic()))
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = {min(DDL_LOCK_MS, max(LEAST_WAIT_MS, left_ms))}")
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {DDL_MS}")
