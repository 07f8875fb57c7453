"""What may happen to a database while workers serve: restored, damaged, locked, forbidden, restarted."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import create_app
from database_config import Database
from studylens.web.door.wiring import EXTENSION
from tests.database.legacy_world import LAYOUTS, load, rows_of
from tests.database.starters import starters
from tests.postgres import Postgres
from tests.waiting import until

pytestmark = pytest.mark.own_sql

PAGE = "/packs"
"""Reads packs; `/jobs/...` does not."""
OTHER_PAGE = f"/jobs/{'0' * 32}"
JSON = {"Accept": "application/json"}
MISSING = "ALTER TABLE packs DROP COLUMN receipt"


def execute(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def connect(database: Database) -> Any:
    """A connection of somebody else."""
    if database.is_sqlite:
        return sqlite3.connect(str(database.url.database), isolation_level=None)
    return psycopg2.connect(database.url.set(drivername="postgresql").render_as_string(hide_password=False))


@pytest.mark.parametrize("damage", [MISSING, "DROP TABLE quiz_items", "DROP INDEX ix_jobs_state_created"])
def test_damage_under_a_running_worker_costs_no_request(
    client: FlaskClient, database: Database, damage: str
) -> None:
    assert client.get(PAGE).status_code == 200
    execute(database, damage)
    assert [client.get(path).status_code for path in (PAGE, OTHER_PAGE)] == [200, 404]
    assert not database.missing()


@pytest.mark.postgresql("PostgreSQL's own way of restoring a backup")
def test_a_restored_dump_is_repaired_under_a_running_worker(client: FlaskClient, database: Database) -> None:
    assert client.get(PAGE).status_code == 200
    execute(database, "DROP SCHEMA public CASCADE")
    execute(database, "CREATE SCHEMA public")
    load(database, "title")
    assert client.get(PAGE).status_code == 200
    assert not database.missing()
    assert len(rows_of(database)["cards"]) == 2


def moved(backup: Path, file: Path) -> None:
    for leftover in file.parent.glob(f"{file.name}-*"):
        leftover.unlink()  # As docs/operations.md says.
    shutil.move(backup, file)


def overwritten(backup: Path, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file.write_bytes(backup.read_bytes())  # The same inode, as `cp` does.


def restored_by_sqlite(backup: Path, file: Path) -> None:
    with closing(sqlite3.connect(backup)) as source, closing(sqlite3.connect(file)) as target:
        source.backup(target)


@pytest.mark.sqlite("PostgreSQL keeps no single file")
@pytest.mark.parametrize("restore", [moved, overwritten, restored_by_sqlite])
@pytest.mark.parametrize("layout", ["title", "strict"])
def test_an_older_file_is_repaired_under_a_running_worker(
    client: FlaskClient,
    database: Database,
    tmp_path: Path,
    restore: Callable[[Path, Path], None],
    layout: str,
) -> None:
    assert client.get(PAGE).status_code == 200
    older = Database(f"sqlite:///{tmp_path / 'older.sqlite3'}")
    load(older, layout)
    before = rows_of(older)
    older.engine.dispose()
    restore(tmp_path / "older.sqlite3", Path(str(database.url.database)))
    assert client.get(PAGE).status_code == 200
    assert rows_of(database, like=before) == before


def test_what_a_locked_out_repair_leaves_is_answered_with_a_warning(
    client: FlaskClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    execute(database, "DROP INDEX ix_jobs_state_created")
    with closing(connect(database)) as other:
        other.cursor().execute(
            "BEGIN IMMEDIATE" if database.is_sqlite else "LOCK TABLE jobs IN SHARE ROW EXCLUSIVE MODE"
        )
        assert [client.get(path).status_code for path in (OTHER_PAGE, PAGE, OTHER_PAGE)] == [404, 200, 404]
    assert caplog.text.count("Cannot repair the tables") == 1


def test_a_lock_holds_up_nobody_else(app: Flask, database: Database) -> None:
    """All are answered while the lock is held; how soon stands in benchmarks/database.py."""
    execute(database, MISSING)
    answers: list[int] = []

    def ask() -> None:
        answers.append(app.test_client().get(OTHER_PAGE).status_code)

    with closing(connect(database)) as other:
        other.cursor().execute(
            "BEGIN IMMEDIATE" if database.is_sqlite else "LOCK TABLE packs IN ACCESS EXCLUSIVE MODE"
        )
        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [404] * 6


@pytest.fixture
def poor_client(settings: dict[str, Any], database: Database, postgres: Postgres) -> Iterator[FlaskClient]:
    """A client of an app whose role may read and write rows, but alter nothing."""
    name = str(database.url.database)
    role = f"poor_{name}"
    postgres.run(f"CREATE ROLE {role} LOGIN")
    postgres.run(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}", database=name
    )
    app = create_app(settings | {"database_url": postgres.url(name, role=role)})
    yield app.test_client()
    app.extensions[EXTENSION].database.engine.dispose()
    postgres.run(f"DROP OWNED BY {role}", database=name)
    postgres.run(f"DROP ROLE {role}")


@pytest.mark.postgresql("SQLite knows no roles")
def test_who_may_not_alter_answers_what_needs_nothing_new(
    poor_client: FlaskClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    execute(database, "DROP TABLE quiz_items")
    assert [poor_client.get(path).status_code for path in (PAGE, OTHER_PAGE)] == [200, 404]
    assert "Cannot repair the tables" in caplog.text


@pytest.mark.postgresql("SQLite knows no roles")
def test_who_may_not_alter_says_so_once_and_answers_503(
    poor_client: FlaskClient, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    execute(database, MISSING)
    answers = [poor_client.get(PAGE, headers=JSON) for _ in range(4)]
    assert {(answer.status_code, answer.json["error"]["code"]) for answer in answers} == {(503, "database")}
    assert all(answer.headers["Retry-After"] == "5" for answer in answers)
    assert "being made ready after an update" in answers[0].json["error"]["message"]
    assert caplog.text.count("Cannot repair the tables") == 1
    assert "must be owner of table packs" in caplog.text


@pytest.mark.postgresql("SQLite has no server")
def test_a_restart_of_the_server_costs_no_read(app: Flask, postgres: Postgres) -> None:
    answers: list[int] = []
    done = threading.Event()

    def read() -> None:
        client = app.test_client()
        while not done.is_set():
            answers.append(client.get(PAGE).status_code)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        seen = len(answers)
        until(lambda seen=seen: len(answers) >= seen + 8, "eight more answers")
        postgres.restart()
    done.set()
    for thread in threads:
        thread.join()
    assert len(answers) >= 24
    assert set(answers) == {200}


@pytest.mark.process
@pytest.mark.parametrize("layout", LAYOUTS)
def test_processes_that_start_together_repair_once(
    new_database: Callable[[ExitStack, Path], str], tmp_path: Path, layout: str
) -> None:
    with starters(4) as processes, ExitStack() as stack:
        for number in range(3):
            url = new_database(stack, tmp_path / str(number))
            (tmp_path / str(number) / "instance").mkdir(parents=True)
            database = Database(url)
            load(database, layout)
            before = rows_of(database)
            expected = (
                "fits" if layout != "strict" else "missing: ux_achievements_name, ux_user_achievements_tier"
            )
            assert processes.start(url) == [expected] * 4
            assert rows_of(database, like=before) == before
            database.engine.dispose()
