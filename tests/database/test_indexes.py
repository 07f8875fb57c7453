"""Missing indexes: at once on small tables; on large ones of PostgreSQL beside everybody's work."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, text

from database_config import Database
from studylens.database.schema import indexes

pytestmark = pytest.mark.own_sql
NAME = "ix_jobs_finished"
LARGE = pytest.mark.postgresql("SQLite adds them in the repair's own transaction, as the other test sees")


@pytest.fixture
def database(empty_database: Database) -> Database:
    empty_database.ensure_compatible()
    return empty_database


def execute(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def large(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database whose every table is a large one, without one of its indexes."""
    monkeypatch.setattr(indexes, "AT_ONCE_BYTES", -1)
    execute(database, f"DROP INDEX {NAME}")
    database.ensure_compatible()
    return database


def test_an_index_of_all_rows_is_made_anew_of_few(database: Database) -> None:
    execute(
        database, "DROP INDEX ix_packs_erasing_at", "CREATE INDEX ix_packs_erasing_at ON packs (erasing_at)"
    )
    assert str(database.missing()) == "ix_packs_erasing_at of fewer rows"
    database.ensure_compatible()
    assert not database.missing()


@LARGE
def test_a_large_table_gets_its_index_beside_everybody_s_work(large: Database) -> None:
    assert str(large.missing()) == NAME
    assert not large.is_unfit
    said: list[str] = []

    def listen(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(large.engine, "before_cursor_execute", listen)
    large.build_indexes()
    assert not large.missing()
    assert [one for one in said if "CREATE" in one] == [
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {NAME} ON jobs (finished_at) WHERE finished_at IS NOT NULL"
    ]
    said.clear()
    large.ensure_compatible()
    large.build_indexes()
    large.build_indexes()
    assert not any("CREATE" in one for one in said)


@LARGE
def test_an_index_that_a_restart_cut_off_is_built_anew(large: Database) -> None:
    large.build_indexes()
    execute(large, f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass('{NAME}')")  # noqa: S608
    large.ensure_compatible()
    assert str(large.missing()) == NAME
    large.build_indexes()
    assert not large.missing()


@LARGE
def test_two_machines_that_build_at_once_hinder_no_other(large: Database) -> None:
    other = Database(large.url.render_as_string(hide_password=False))
    other.ensure_compatible()
    errors: list[Exception] = []

    def build(one: Database) -> None:
        try:
            one.build_indexes()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it.
            errors.append(error)

    threads = [threading.Thread(target=build, args=(one,)) for one in (large, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.engine.dispose()
    assert errors == []
    assert not large.missing()


@LARGE
def test_while_another_machine_builds_nothing_is_done_and_later_it_is(large: Database) -> None:
    with large.engine.connect() as other:
        assert other.scalar(indexes._TURN)
        large.build_indexes()
        assert str(large.missing()) == NAME
        assert other.scalar(indexes._OVER)
    large.build_indexes()
    assert not large.missing()


@LARGE
def test_a_build_waits_for_a_transaction_that_began_before(large: Database) -> None:
    event.listen(large.engine, "connect", _hurry)  # Else a test would wait for two seconds.
    large.engine.dispose()
    waits = text("SELECT clock_timestamp() - query_start > interval '0.2 s' FROM pg_stat_activity "
                 "WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'")  # fmt: skip
    with (
        large.engine.connect() as other,
        large.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as watching,
        ThreadPoolExecutor(1) as threads,
    ):
        other.execute(text("LOCK TABLE jobs IN ROW EXCLUSIVE MODE"))
        built = threads.submit(large.build_indexes)
        while not built.done() and not watching.scalar(waits):
            continue
        assert not built.done()
        other.rollback()
        built.result()
    assert not large.missing()


def _hurry(connection: Any, _record: Any) -> None:
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 100")
    connection.autocommit = False


@LARGE
def test_a_unique_index_of_a_large_table_is_built_unless_rows_forbid_it(
    large: Database, caplog: pytest.LogCaptureFixture
) -> None:
    name = "ux_user_achievements_tier"
    row = "INSERT INTO user_achievements (guest_id, achievement_name, tier) VALUES (1, 'steady', 1)"
    guest = "INSERT INTO guests (id, token_hash, created_at) VALUES (1, 'a', now())"
    execute(large, f"DROP INDEX {name}", guest, row, row)
    large.ensure_compatible()
    for _ in range(2):  # With another one at first, and then alone.
        large.build_indexes()
    assert str(large.missing()) == name
    assert not large.missing().half_built
    assert f"Cannot add the unique index {name}" in caplog.text
    caplog.clear()
    large.build_indexes()
    assert caplog.messages == []
    execute(large, "DELETE FROM user_achievements")
    started_anew = Database(large.url.render_as_string(hide_password=False))
    started_anew.repair()
    started_anew.build_indexes()
    started_anew.engine.dispose()
    assert not large.missing()
