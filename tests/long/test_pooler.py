"""Behind a real PgBouncer that hands each transaction to another session, everything works as without it."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import make_url, text

from app import create_app
from database_config import Database
from studylens.database.schema import indexes
from studylens.jobs import leases
from studylens.jobs.housekeeper import sweep
from studylens.study.budgets.rounds import Rounds
from studylens.study.exchange.contents import freeze
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.postgres import Postgres
from tests.waiting import until
from tests.web.matrix.test_matrix import send
from tests.web.matrix.walk import asks, kinds, rows
from tests.web.matrix.world import build

SESSIONS = 2
"""Of the server: fewer than the five connections of the app, so that each transaction may get another."""
AWAY = "ALTER DATABASE {} SET timezone = 'Asia/Tokyo'"
"""What a session has that was told nothing."""
_CONFIGURATION = """
[databases]
* = host={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {sessions}
logfile = {folder}/log
pidfile = {folder}/pid
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def pooled(postgres: Postgres, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database behind a PgBouncer in transaction mode."""
    if shutil.which("pgbouncer") is None:
        pytest.fail("PgBouncer is not installed (`apt-get install pgbouncer`)")
    folder, port = tmp_path / "pgbouncer", free_port()
    folder.mkdir()
    with postgres.fresh() as url:
        direct = make_url(url)
        postgres.run(AWAY.format(direct.database))
        file = folder / "pgbouncer.ini"
        file.write_text(_CONFIGURATION.format(
            server=direct.query["host"], port=port, sessions=SESSIONS, folder=folder
        ))  # fmt: skip
        for path in (tmp_path, *tmp_path.parents[:3]):
            path.chmod(path.stat().st_mode | 0o011)
        folder.chmod(0o777)
        user = ["-u", postgres.user] if postgres.user else []
        pooler = subprocess.Popen(["pgbouncer", "-q", *user, str(file)])
        try:
            until(lambda: _answers(port), "the pooler's first answer")
            yield f"postgresql://postgres@127.0.0.1:{port}/{direct.database}?pgbouncer=true"
        finally:
            pooler.terminate()
            pooler.wait()


def _answers(port: int) -> bool:
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def app(settings: dict[str, Any], pooled: str) -> Iterator[Flask]:
    made = create_app({**settings, "database_url": pooled, "gemini_api_key": "none"})
    made.extensions[EXTENSION].database.ensure_compatible()
    yield made
    made.extensions[EXTENSION].database.engine.dispose()


@pytest.mark.postgresql("a pooler is in front of it alone")
def test_each_transaction_is_told_what_a_session_would_be(app: Flask, wiring: Wiring) -> None:
    found, sessions = [], set()
    barrier = threading.Barrier(SESSIONS)

    def ask() -> None:
        for _ in range(20):
            with wiring.database.reading() as session:
                told = ("TimeZone", "lock_timeout", "statement_timeout", "cursor_tuple_fraction")
                found.append(tuple(session.scalar(text(f"SHOW {name}")) for name in told))
                sessions.add(session.scalar(text("SELECT pg_backend_pid()")))
            barrier.wait()

    threads = [threading.Thread(target=ask) for _ in range(SESSIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {("UTC", "2s", "10s", "1")}
    assert len(sessions) == SESSIONS


@pytest.mark.postgresql("a pooler is in front of it alone")
def test_every_page_repairs_and_jobs_work(
    app: Flask, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "AT_ONCE_BYTES", -1)  # So that each index is one of a large table.
    world = build(app, wiring)
    database: Database = wiring.database
    with database.writing() as session:
        session.execute(text("ALTER TABLE packs DROP COLUMN question"))
        session.execute(text("DROP INDEX ix_jobs_finished"))
    database.ensure_compatible()
    assert str(database.missing()) == "ix_jobs_finished"
    database.build_indexes()
    assert not database.missing()
    client, known = app.test_client(use_cookies=False), kinds(app)
    for row in rows():
        for kind in known[row.address] if row.method != "POST" else ():
            ask = next(one for one in asks(row, kind, world) if one.column == "owner")
            with send(client, world, row, ask) as answer:
                assert answer.status_code == int(row.answers["owner"].rstrip("+")), ask.path
    sweep(database, wiring.folder)
    Rounds().go_on(database, 1.0)
    with database.reading() as session:
        freeze(session)
        assert session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
    assert leases.claim(database, wiring.folder.folder_id, "r" * 32) is not None
