"""A database file that vanished or was emptied is an error in words, never an empty library in its place."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from database_config import Database
from studylens.database.began import SUFFIX
from studylens.errors import DatabaseDown, DatabaseGone
from studylens.models import Guest
from tests.web.world import PAGE

pytestmark = pytest.mark.sqlite("PostgreSQL keeps no single file")


def file_of(database: Database) -> Path:
    return Path(str(database.url.database))


def test_a_vanished_file_is_an_error_until_it_is_back(client: FlaskClient, database: Database) -> None:
    with database.writing() as session:
        session.add(Guest(token_hash="a" * 64))
    file = file_of(database)
    database.empty_log()
    away = file.rename(file.with_name("moved"))
    answer = client.get("/packs", headers=PAGE)
    assert answer.status_code == 503
    assert "has to bring it back" in answer.text
    assert client.post("/analyze", data={"text": "notes"}).status_code == 503
    assert not file.exists(), "a file was made anew"
    away.rename(file)
    assert client.get("/packs").status_code == 200
    with database.reading() as session:
        assert session.query(Guest).count() == 1


def test_a_file_that_vanished_before_the_start_is_not_made_anew(database: Database) -> None:
    file = file_of(database)
    database.engine.dispose()
    file.unlink()
    later = Database(str(database.url))
    with pytest.raises(DatabaseGone):
        later.ensure_compatible()
    with pytest.raises(DatabaseDown), later.writing():
        pass
    assert not file.exists()


def test_an_emptied_file_gets_no_new_tables(database: Database) -> None:
    database.engine.dispose()
    file_of(database).write_bytes(b"")
    with pytest.raises(DatabaseGone):
        Database(str(database.url)).ensure_compatible()
    with closing(sqlite3.connect(file_of(database))) as there:
        assert there.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_an_operator_who_deletes_the_note_begins_anew(database: Database) -> None:
    file = file_of(database)
    database.engine.dispose()
    file.unlink()
    file.with_name(file.name + SUFFIX).unlink()
    later = Database(str(database.url))
    later.ensure_compatible()
    with later.reading() as session:
        assert session.query(Guest).count() == 0
    later.engine.dispose()
