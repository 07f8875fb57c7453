"""Procrastinate's tables: made once, upgraded from the version before, left alone by the check of ours."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from procrastinate.schema import SchemaManager
from sqlalchemy import text

from database_config import Database
from studylens.jobs.distributed import tables
from studylens.web.door.wiring import Wiring
from tests.jobs.distributed.conftest import rows
from tests.postgres import Postgres

pytestmark = pytest.mark.postgresql("Procrastinate's tables are PostgreSQL's")
SHAPE = """
    SELECT string_agg(line, '\n' ORDER BY line) FROM (
        SELECT attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || attnotnull
        FROM pg_attribute WHERE attrelid::regclass::text LIKE 'procrastinate%'
        AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT oid::regprocedure || ' ' || prosrc FROM pg_proc WHERE proname LIKE 'procrastinate%'
        UNION ALL SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger
        WHERE tgrelid::regclass::text LIKE 'procrastinate%' AND NOT tgisinternal
        UNION ALL SELECT indexrelid::regclass::text || pg_get_expr(indpred, indrelid) FROM pg_index
        WHERE indrelid::regclass::text LIKE 'procrastinate%' AND indpred IS NOT NULL
    ) AS shape(line)
"""
"""Columns, functions with their text, triggers, and indexes with their conditions."""


def test_the_tables_are_made_once_and_leave_nothing_to_do(wiring: Wiring) -> None:
    assert "not there" in tables.look(wiring.database).lack
    assert tables.bring(wiring.database) == ["made"]
    assert (tables.bring(wiring.database), tables.look(wiring.database).lack) == ([], "")
    assert not tables.is_behind(wiring.database)


def test_the_check_of_our_tables_leaves_them_alone(shared: Wiring) -> None:
    before = rows(shared, SHAPE)
    assert not shared.database.missing()
    shared.database.ensure_compatible()
    shared.database.repair()
    assert rows(shared, SHAPE) == before


def test_the_tables_of_the_version_before_are_upgraded(
    shared: Wiring, postgres: Postgres, tmp_path: Path
) -> None:
    files = tables.migrations()
    before = max(file.name for file in files if file.name < files[-1].name[:5])
    with ExitStack() as stack:
        old = Database(stack.enter_context(postgres.fresh()))
        for file in files:
            if file.name <= before:
                _run(old, file.read_text())
        _run(old, f"COMMENT ON TABLE procrastinate_jobs IS 'studylens: {before}'")
        assert tables.is_behind(old)
        assert tables.bring(old) == [file.name for file in files if file.name > before] != []
        assert _shape(old) == _shape(shared.database)
        old.engine.dispose()


def test_tables_of_another_program_are_named_and_left_as_they_are(
    postgres: Postgres,
) -> None:
    with ExitStack() as stack:
        theirs = Database(stack.enter_context(postgres.fresh()))
        _run(theirs, SchemaManager.get_schema())
        with pytest.raises(tables.TablesUnfit, match="another program"):
            tables.bring(theirs)
        theirs.engine.dispose()


def test_commands_look_after_the_tables(app: Flask, wiring: Wiring) -> None:
    run = app.test_cli_runner().invoke
    assert (found := run(args=["db", "check"])).exit_code == 1, found.output
    assert "The queue's tables do not fit it" in found.output
    assert "the queue's tables: made" in run(args=["db", "repair"]).output
    assert run(args=["db", "check"]).exit_code == 0
    assert "postgresql: 0 workers, 0 jobs wait, 0 run" in run(args=["doctor"]).output


def test_without_the_tables_a_photo_is_refused_in_words_and_nothing_is_kept(
    app: Flask, wiring: Wiring
) -> None:
    assert "The queue's tables are not there" in app.test_cli_runner().invoke(args=["doctor"]).output
    sent = {"text": "Osmosis is the movement of water through a membrane."}
    answer = app.test_client().post("/analyze?wait=0", data=sent, headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert rows(wiring, "SELECT id FROM jobs") == []


def _run(database: Database, script: str) -> None:
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor:
            cursor.execute(script)
        connection.commit()
        driver.commit()


def _shape(database: Database) -> str:
    with database.engine.connect() as connection:
        return str(connection.scalar(text(SHAPE)))
