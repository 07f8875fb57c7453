"""DATABASE_URL -> engine and sessions, and the promise that the tables always fit the models.

`engine` and `Session` of this module belong to the DATABASE_URL of the environment and are made when
first asked for; an app has a `Database` of its own.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL
from sqlalchemy import exc as sql_errors
from sqlalchemy.orm import Session as _Session
from sqlalchemy.orm import sessionmaker

from studylens.config import Config
from studylens.database.address import read_address
from studylens.database.engines import BUSY_MS, make_engine
from studylens.database.opened import Opened
from studylens.database.reconnecting import Patience, is_lost
from studylens.database.schema.guard import SchemaGuard
from studylens.database.schema.missing import Missing
from studylens.errors import BadText, ConnectionLost, DatabaseDown, DatabaseUnwritable, TablesUnfit
from studylens.models import Base

log = logging.getLogger("studylens.database")

LOG_WAIT_MS = 100
"""How long emptying SQLite's log waits for readers: it holds the write lock meanwhile."""
REPAIR_WAIT_MS = 500
"""How long a repair inside a request waits for another one: the student waits with it."""
START_REPAIR_WAIT_MS = 5_000
"""The same at start, when nobody waits."""
_UNFIT = frozenset({"42703", "42P01", "42501", "42883", "42704"})
"""PostgreSQL's codes for a column and a table that are not there, and for no right to change them; and for a
function and a type, which the queue has."""
_UNFIT_SQLITE = ("no such column", "no such table")
_UNWRITABLE = frozenset({"25006", "53100"})
"""PostgreSQL's codes for a server that only reads, and for one whose disk is full."""
_UNWRITABLE_SQLITE = ("attempt to write a readonly database", "database or disk is full")


class Database:
    """One database: its engine, its sessions, and the check of its tables. The constructor does no I/O."""

    def __init__(self, url: str) -> None:
        self.address = read_address(url)
        self.url = self.address.url
        self.engine = make_engine(self.address)
        self.sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._guard = SchemaGuard(self.engine, Base.metadata, pooled=self.address.pooled)
        self._patience = Patience()
        self.opened = Opened()

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
        """Open a session for reading; waits for a database that is being restarted. Raises DatabaseDown."""
        with _translated(), self.sessions() as session, self.opened.holding(session):
            self._patience.retry(session.connection)
            yield session

    @contextmanager
    def writing(self) -> Iterator[_Session]:
        """Open a session that commits at the end and holds SQLite's write lock from its start."""
        with _translated(), self.sessions() as session, self.opened.holding(session):
            self._patience.retry(lambda: session.connection(execution_options={"writes": True}))
            yield session
            session.commit()

    def ensure_compatible(self, *, wait_ms: int = REPAIR_WAIT_MS) -> None:
        """Check all tables with one catalogue query; repair what is missing. Raises DatabaseDown.

        When a repair fails we go on with a warning: a session that needs what is missing raises TablesUnfit.
        """
        with _translated():
            self._patience.retry(lambda: self._guard.check(wait_ms))

    def empty_log(self) -> bool:
        """SQLite: write the log beside the file into it and cut it to nothing; False while somebody reads.

        It is written beside students, and they wait for the cut alone. Raises DatabaseDown.
        """
        with _translated(), self.engine.connect() as connection:
            pooled: Any = connection.connection.driver_connection
            connection.info[BUSY_MS] = LOG_WAIT_MS
            try:
                pooled.execute(f"PRAGMA busy_timeout={LOG_WAIT_MS}")
                pooled.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                busy, *_ = pooled.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except self.engine.dialect.loaded_dbapi.Error as error:
                raise sql_errors.OperationalError("wal_checkpoint", None, error) from error
            return not busy

    @property
    def is_unfit(self) -> bool:
        """Say whether the last repair failed."""
        return self._guard.is_unfit

    def repair(self) -> None:
        """Repair the tables now. Raises DatabaseDown, TablesUnfit when it may not or cannot."""
        with _translated():
            self._guard.repair(START_REPAIR_WAIT_MS)

    def build_indexes(self) -> None:
        """PostgreSQL: add what repairs leave, indexes of large tables; nobody waits. Raises DatabaseDown."""
        with _translated():
            self._guard.build_indexes()

    def missing(self) -> Missing:
        """Return what the tables lack; changes nothing. Raises DatabaseDown."""
        with _translated():
            return self._guard.examine()


def url_for(config: Config) -> str:
    """Return DATABASE_URL, or SQLite in the instance folder."""
    return config.database_url or f"sqlite:///{config.instance_path / 'studylens.sqlite3'}"


def parse_url(url: str) -> URL:
    """Return the database's URL, as database/address.py reads it."""
    return read_address(url).url


def ensure_all_table_compatibility(database: Database | None = None) -> None:
    """Create and repair all tables of `database` (default: that of the environment).

    Raises DatabaseDown when the database does not answer or may not be changed.
    """
    found = database or _default()
    found.ensure_compatible(wait_ms=START_REPAIR_WAIT_MS)
    if found.is_unfit:
        raise TablesUnfit


@contextmanager
def _translated() -> Iterator[None]:
    """Name everything that the database refuses; IntegrityError goes through, since callers know it."""
    try:
        yield
    except sql_errors.IntegrityError:
        raise
    except (sql_errors.DataError, UnicodeEncodeError, OverflowError) as error:
        log.warning("A value that the database cannot hold came past the door: %s", error)
        raise BadText from error
    except ValueError as error:
        if "NUL" in str(error):  # What psycopg2 says about a text with one.
            raise BadText from error
        raise
    except (sql_errors.DBAPIError, sql_errors.TimeoutError) as error:
        log.warning("The database failed: %s", error)
        raise _named(error) from error


def _named(error: Exception) -> DatabaseDown:
    if is_lost(error):
        return ConnectionLost()
    cause = getattr(error, "orig", None)
    code, reason = getattr(cause, "pgcode", None), str(cause)
    if code in _UNWRITABLE or reason.startswith(_UNWRITABLE_SQLITE):
        return DatabaseUnwritable()
    return TablesUnfit() if code in _UNFIT or reason.startswith(_UNFIT_SQLITE) else DatabaseDown()


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
