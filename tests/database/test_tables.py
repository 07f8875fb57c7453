"""The tables fit the models on SQLite and on a real PostgreSQL, whatever was there before."""

import shutil
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, inspect, select, text
from sqlalchemy.orm import Session

import database_config
from app import create_app
from database_config import Database, ensure_all_table_compatibility, parse_url
from studylens.errors import DatabaseDown
from studylens.jobs import leases, queue, upkeep
from studylens.jobs.folder import UploadFolder
from studylens.models import DONE, Guest, Job, Pack, new_id, now
from studylens.web.door.wiring import Wiring
from tests.jobs.fake_analysis import analysis

pytestmark = pytest.mark.own_sql


@pytest.fixture
def database(empty_database: Database) -> Database:
    """Here without tables."""
    return empty_database


def execute(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_empty_database_gets_every_table(database: Database) -> None:
    ensure_all_table_compatibility(database)
    assert not database.missing()
    with database.engine.connect() as connection:
        assert {"jobs", "packs", "guests"} <= set(inspect(connection).get_table_names())


@pytest.mark.parametrize(
    "damage",
    [
        "ALTER TABLE jobs DROP COLUMN progress",
        "ALTER TABLE packs DROP COLUMN question",
        "DROP TABLE job_stages",
        "DROP INDEX ix_jobs_state_created",
    ],
)
def test_what_is_lost_under_a_running_worker_is_there_on_the_next_request(
    database: Database, damage: str
) -> None:
    database.ensure_compatible()
    with database.writing() as session:
        session.add(Guest(token_hash="kept"))
    execute(database, damage)
    assert database.missing()
    database.ensure_compatible()
    assert not database.missing()
    with database.reading() as session:
        assert session.scalar(select(Guest.token_hash)) == "kept"


@pytest.mark.sqlite(
    "its driver shows every statement; test_a_healthy_postgresql_sees_no_ddl is the other half"
)
def test_a_healthy_database_is_only_looked_at(database: Database) -> None:
    database.ensure_compatible()
    said: list[str] = []
    event.listen(database.engine, "checkout", lambda one, *_: one.set_trace_callback(said.append))
    for _ in range(3):
        database.ensure_compatible()
    assert [statement.split()[0] for statement in said] == ["SELECT"] * 3


def test_eight_starters_at_once_agree(database: Database) -> None:
    others = [Database(database.url.render_as_string(hide_password=False)) for _ in range(8)]
    errors: list[Exception] = []

    def start(one: Database) -> None:
        try:
            ensure_all_table_compatibility(one)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it.
            errors.append(error)

    threads = [threading.Thread(target=start, args=(one,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in others:
        one.engine.dispose()
    assert errors == []
    assert not database.missing()


@pytest.mark.sqlite("PostgreSQL keeps no single file that could be swapped")
def test_a_database_file_that_is_swapped_is_noticed(tmp_path: Path) -> None:
    old = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    old.ensure_compatible()
    other = Database(f"sqlite:///{tmp_path / 'backup.sqlite3'}")
    execute(other, "CREATE TABLE guests (id INTEGER PRIMARY KEY, token_hash VARCHAR(64))")
    execute(other, "INSERT INTO guests (token_hash) VALUES ('from the backup')")
    other.engine.dispose()
    for leftover in tmp_path.glob("x.sqlite3-*"):
        leftover.unlink()  # As docs/operations.md says: the old file's log would be played into the new one.
    shutil.move(tmp_path / "backup.sqlite3", tmp_path / "x.sqlite3")
    old.ensure_compatible()
    with old.reading() as session:
        assert session.scalar(select(Guest.token_hash)) == "from the backup"
    assert not old.missing()
    old.engine.dispose()


def test_a_job_walks_through_both_databases(database: Database, tmp_path: Path) -> None:
    database.ensure_compatible()
    folder = UploadFolder(tmp_path / "uploads")
    with database.writing() as session:
        guest = Guest(token_hash=new_id())
        session.add(guest)
    submission = queue.Submission(guest_id=guest.id, address_hash="a", text="notes")
    queue.submit(database, folder, submission, quota=queue.Quota(10, 10))
    claimed = leases.claim(database, folder.folder_id, "r" * 32)
    assert claimed is not None
    leases.renew(database, claimed)
    upkeep.end_lost_uploads(database, folder)
    assert leases.finish(database, claimed, analysis("text"))
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
        pack = session.scalars(select(Pack).where(Pack.job_id == job.id)).one()
        assert job.state == DONE
        assert job.created_at.tzinfo is not None
        assert pack.transcript[0].box == [0.1, 0.1, 0.9, 0.2]


def test_two_writers_wait_for_each_other(database: Database) -> None:
    database.ensure_compatible()
    with database.writing() as session:
        session.add(Guest(id=1, token_hash="0"))

    def count_up() -> None:
        for _ in range(20):
            with database.writing() as session:
                row = session.get_one(Guest, 1, with_for_update=True)
                row.token_hash = str(int(row.token_hash) + 1)

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.get_one(Guest, 1).token_hash == "80"


def test_a_database_that_does_not_answer_is_a_named_error() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseDown), database.reading() as session:
        session.execute(text("SELECT 1"))


def test_a_naive_time_is_refused(database: Database) -> None:
    database.ensure_compatible()
    with database.sessions() as session:
        session.add(Guest(token_hash="x", created_at=datetime(2026, 1, 1)))  # noqa: DTZ001
        with pytest.raises(Exception, match="without a zone"):
            session.flush()


def test_times_come_back_with_their_zone(database: Database) -> None:
    database.ensure_compatible()
    at = now()
    with database.writing() as session:
        session.add(Guest(token_hash="x", created_at=at))
    with database.reading() as session:
        assert session.scalar(select(Guest.created_at)) == at


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://u:p@h/d"])
def test_both_spellings_of_postgres_are_spoken_to_by_psycopg2(url: str) -> None:
    parsed = parse_url(url)
    assert (parsed.drivername, parsed.password) == ("postgresql+psycopg2", "p")


def test_the_module_offers_engine_and_session_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'env.sqlite3'}")
    monkeypatch.setattr(database_config, "_databases", {})
    ensure_all_table_compatibility()
    with database_config.Session() as session:
        assert isinstance(session, Session)
        assert session.scalars(select(Guest)).all() == []
    database_config.engine.dispose()


@pytest.mark.postgresql("SQLite has no statements that outlive their plan")
def test_a_pooler_that_changes_sessions_costs_the_plan_only(database: Database) -> None:
    database.ensure_compatible()
    execute(database, "DEALLOCATE ALL")  # As the next session of a pooler looks: ours is not there.
    database.ensure_compatible()
    execute(database, "ALTER TABLE packs DROP COLUMN question")
    database.ensure_compatible()
    assert not database.missing()


@pytest.mark.postgresql("test_a_healthy_database_is_only_looked_at is the other half")
def test_a_healthy_postgresql_sees_no_ddl(database: Database) -> None:
    database.ensure_compatible()
    execute(database, "CREATE TABLE said (tag text)")
    execute(
        database,
        "CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO said VALUES (tg_tag); END $$",
    )
    execute(database, "CREATE EVENT TRIGGER note ON ddl_command_start EXECUTE FUNCTION note()")
    for _ in range(20):
        database.ensure_compatible()
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT tag FROM said")).all() == []
    execute(database, "DROP INDEX ix_jobs_state_created")
    database.ensure_compatible()
    with database.engine.connect() as connection:
        assert "CREATE INDEX" in connection.execute(text("SELECT tag FROM said")).scalars().all()


def test_flask_db_check_names_what_is_missing_and_repair_adds_it(app: Flask, wiring: Wiring) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["db", "check"]).exit_code == 0
    execute(wiring.database, "ALTER TABLE packs DROP COLUMN question")
    found = run(args=["db", "check"])
    assert (found.exit_code, found.output) == (1, "missing: packs.question\n")
    mended = run(args=["db", "repair"])
    assert (mended.exit_code, mended.output) == (0, "missing before: packs.question\nmissing now: nothing\n")
    assert run(args=["db", "check"]).exit_code == 0


def test_flask_db_says_in_one_line_that_the_database_is_away(settings: dict[str, Any]) -> None:
    app = create_app(settings | {"database_url": "postgresql://nobody@127.0.0.1:1/nothing"})
    found = app.test_cli_runner().invoke(args=["db", "check"])
    assert found.exit_code == 1
    assert "Connection refused" in found.output
    assert "Traceback" not in found.output
