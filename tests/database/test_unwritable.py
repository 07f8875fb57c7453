"""A database that takes no change is read all the same, says so, and has lost nothing afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from database_config import Database
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, become_guest, read_page

pytestmark = pytest.mark.own_sql


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """As a disk that may not be written, or a PostgreSQL that follows another one."""
    words = "PRAGMA query_only=ON" if database.is_sqlite else "SET default_transaction_read_only = on"
    with _each_connection(database, words):
        yield


@contextmanager
def full(database: Database) -> Iterator[None]:
    """As a disk without a free page."""
    with _each_connection(database, "PRAGMA max_page_count=1"):
        yield


@contextmanager
def _each_connection(database: Database, words: str) -> Iterator[None]:
    def say(connection: object, *_: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute(words)
        if not database.is_sqlite:
            connection.commit()  # type: ignore[attr-defined]

    event.listen(database.engine, "connect", say)
    database.engine.dispose()
    try:
        yield
    finally:
        event.remove(database.engine, "connect", say)
        database.engine.dispose()


LONG_TEXT = "Osmosis: water passes. " * 400


def test_packs_are_read_and_what_is_not_kept_is_said(
    client: FlaskClient, wiring: Wiring, database: Database
) -> None:
    pack_id = add_pack(wiring, become_guest(wiring, client))
    with read_only(database):
        assert "Photosynthesis" in read_page(client.get(f"/packs/{pack_id}", headers=PAGE))
        refused = client.post(f"/packs/{pack_id}/delete", headers=PAGE)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert "this was not kept" in read_page(refused)
    assert client.get(f"/packs/{pack_id}", headers=PAGE).status_code == 200
    assert client.post(f"/packs/{pack_id}/delete", headers=PAGE).status_code == 303


@pytest.mark.sqlite("its own limit stands for a full disk")
def test_on_a_full_disk_nothing_is_added_and_everything_can_be_deleted(
    client: FlaskClient, wiring: Wiring, database: Database
) -> None:
    pack_id = add_pack(wiring, become_guest(wiring, client))
    with full(database):
        told = client.post("/analyze?wait=0", data={"text": LONG_TEXT})
        assert (told.status_code, told.json["error"]["code"]) == (503, "database_unwritable")
        assert client.post(f"/packs/{pack_id}/delete", headers=PAGE).status_code == 303
    assert client.post("/analyze?wait=0", data={"text": LONG_TEXT}).status_code == 202
