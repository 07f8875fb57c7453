"""DATABASE_URL -> engine, sessions and Base, and the promise that the tables always fit the models.

`engine` and `Session` of this module belong to the DATABASE_URL of the environment and are made when
first asked for; an app has a `Database` of its own.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy import exc as sql_errors
from sqlalchemy.orm import DeclarativeBase, sessionmaker
from sqlalchemy.orm import Session as _Session

from studylens import schema
from studylens.config import Config
from studylens.errors import DatabaseDown

log = logging.getLogger("studylens.database")

SQLITE_WAIT_MS = 10_000
"""How long a writer waits for another writer's transaction, which takes milliseconds."""
SQLITE_CACHE = "cache_size=-512"
"""512 kB a connection instead of 2 MB: five of them would hold 10 MB that the page cache has anyway."""
REPAIR_WAIT_MS = 500
"""How long a repair inside a request waits for another one: the student waits with it."""
START_REPAIR_WAIT_MS = 5_000
"""The same at start, when nobody waits."""
POOL_SIZE = 5
"""Connections kept open; 32 threads share them, since waiting requests hold none."""


class Base(DeclarativeBase):
    """What all models of studylens.models inherit from."""


class Database:
    """One database: its engine, its sessions, and the check of its tables. The constructor does no I/O."""

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.engine = _engine(self.url.render_as_string(hide_password=False))
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._repairing = threading.Lock()
        self._good: schema.Fingerprint | None = None
        self._file: tuple[int, int] | None = None

    @classmethod
    def for_config(cls, config: Config) -> "Database":
        """Return the database of this configuration: DATABASE_URL, or SQLite in the instance folder."""
        return cls(url_for(config))

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is SQLite."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[_Session]:
        """Open a session for reading. Raises DatabaseDown when the database does not answer."""
        with _translated(), self.sessions() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[_Session]:
        """Open a session that commits at the end and holds SQLite's write lock from its start."""
        with _translated(), self.sessions() as session:
            session.connection(execution_options={"writes": True})
            yield session
            session.commit()

    def ensure_compatible(self, *, wait_ms: int = REPAIR_WAIT_MS) -> None:
        """Check all tables with one catalogue query; repair what is missing. Raises DatabaseDown."""
        self._notice_file_swap()
        with _translated():
            with self.engine.connect() as connection:
                found = schema.fingerprint(connection)
            if found != self._good:
                self._repair(wait_ms)

    def _repair(self, wait_ms: int) -> None:
        _import_models()
        with self._repairing, self.engine.connect() as plain:
            connection = plain.execution_options(writes=True, busy_ms=wait_ms)
            with connection.begin():
                _take_turn(connection, wait_ms)
                missing = schema.find_missing(connection, Base.metadata)
                if missing:
                    log.info("Adding to the database: %s", missing)
                    schema.expand(connection, missing)
                good = schema.fingerprint(connection)
            self._good = good
        if self.is_sqlite and self.url.database:
            self._file = _identity(Path(self.url.database))

    def _notice_file_swap(self) -> None:
        """Another file under the same name (a restored backup) makes every open connection stale."""
        if not self.is_sqlite or not self.url.database:
            return
        Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        found = _identity(Path(self.url.database))
        if found != self._file:
            self.engine.dispose()
            self._good, self._file = None, found


def url_for(config: Config) -> str:
    """Return DATABASE_URL, or SQLite in the instance folder."""
    return config.database_url or f"sqlite:///{config.instance_path / 'studylens.sqlite3'}"


def parse_url(url: str) -> URL:
    """Parse a database URL; `postgres://` is accepted, and PostgreSQL is always spoken to by psycopg2."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg2") if parsed.drivername == "postgresql" else parsed


def ensure_all_table_compatibility(database: Database | None = None) -> None:
    """Create and repair all tables of `database` (default: that of the environment).

    Raises DatabaseDown when the database does not answer or may not be changed.
    """
    _import_models()
    (database or _default()).ensure_compatible(wait_ms=START_REPAIR_WAIT_MS)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return device and inode of a file, None when there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _import_models() -> None:
    # Inside, since models.py imports Base from here: the one exception to "imports point forward".
    import studylens.models  # noqa: F401, PLC0415

    if not Base.metadata.tables:
        raise RuntimeError("studylens.models declares no tables")


def _engine(url: str) -> Engine:
    sqlite = url.startswith("sqlite")
    arguments: dict[str, Any] = {"check_same_thread": False} if sqlite else {"connect_timeout": 5}
    engine = create_engine(url, connect_args=arguments, pool_pre_ping=not sqlite, pool_size=POOL_SIZE)
    if sqlite:
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # We begin transactions ourselves, see _begin_sqlite.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", SQLITE_CACHE):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock first: two readers that both turn writers would fail at once."""
    options = connection.get_execution_options()
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(options.get('busy_ms', SQLITE_WAIT_MS))}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")


def _take_turn(connection: Connection, wait_ms: int) -> None:
    """PostgreSQL: wait for our turn to repair, never longer than `wait_ms`; SQLite has begun IMMEDIATE."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = {int(wait_ms)}"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": schema.ADVISORY_LOCK})
        connection.execute(text("SET LOCAL statement_timeout = 5000"))


@contextmanager
def _translated() -> Iterator[None]:
    """Everything that the database refuses, but not what is wrong with our own values."""
    try:
        yield
    except (sql_errors.IntegrityError, sql_errors.DataError):
        raise
    except (sql_errors.DBAPIError, sql_errors.TimeoutError) as error:
        log.warning("The database failed: %s", error)
        raise DatabaseDown from error


_databases: dict[str, Database] = {}


def _default() -> Database:
    return _databases.setdefault("environment", Database.for_config(Config.from_environment()))


def __getattr__(name: str) -> Any:
    """Make `engine` and `Session` of the environment's database when first asked for."""
    if name == "engine":
        return _default().engine
    if name == "Session":
        return _default().sessions
    raise AttributeError(name)
