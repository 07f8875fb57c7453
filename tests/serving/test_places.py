"""Views that need the database hold 24 threads at most, and none while they wait for somebody else."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from database_config import Database
from studylens.errors import Busy
from studylens.jobs import readings
from studylens.serving.places import DATABASE_PLACES, Places, places
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, become_guest, picture


def others_can_take(kept: Places, number: int) -> bool:
    """Say whether so many other threads find a place at once."""
    taken: list[bool] = []
    together = threading.Barrier(number)

    def visit() -> None:
        try:
            kept.take()
            taken.append(True)
        except Busy:
            taken.append(False)
        together.wait()
        kept.give_back()

    visitors = [threading.Thread(target=visit) for _ in range(number)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    return all(taken)


@contextmanager
def all_taken() -> Iterator[None]:
    """Let other threads hold every place in this block."""
    ready, over = threading.Barrier(DATABASE_PLACES + 1), threading.Event()

    def hold() -> None:
        places.take()
        ready.wait()
        over.wait()
        places.give_back()

    holders = [threading.Thread(target=hold) for _ in range(DATABASE_PLACES)]
    for holder in holders:
        holder.start()
    ready.wait()
    try:
        yield
    finally:
        over.set()
        for holder in holders:
            holder.join()


def test_a_view_is_refused_when_all_places_are_taken_and_others_are_answered(client: FlaskClient) -> None:
    client.get("/packs")
    with all_taken():
        refused = client.get("/packs", headers={"Accept": "application/json"})
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
        assert refused.get_json()["error"]["code"] == "busy"
        assert [client.get(path).status_code for path in ("/", "/health", "/memory")] == [200] * 3
    assert client.get("/packs").status_code == 200


def test_pages_that_can_do_without_the_database_leave_it_alone_when_all_places_are_taken(
    client: FlaskClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_seconds", 0)
    add_pack(wiring, become_guest(wiring, client))
    readings.begin(wiring.database)
    assert client.get("/memory").get_json()["stages"] != {}
    asked: list[object] = []
    event.listen(wiring.database.engine, "checkout", lambda *told: asked.append(told))
    stranger = {"headers": PAGE, "environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
    pages = ("/", "/new", "/memory")
    with all_taken():
        assert [client.get(path, **stranger).status_code for path in pages] == [200] * 3
    assert asked == []
    assert [client.get(path, **stranger).status_code for path in pages] == [200] * 3
    assert asked


def test_every_answer_gives_its_place_back(client: FlaskClient) -> None:
    for path in ("/packs", "/nothing", "/jobs/none", "/packs/1"):
        client.get(path)
        assert others_can_take(places, DATABASE_PLACES), path


def test_a_thread_has_one_place_and_waits_once() -> None:
    kept = Places(most=1, seconds=0)
    kept.take()
    kept.take()
    assert not others_can_take(kept, 1)
    kept.give_back()
    kept.give_back()
    assert others_can_take(kept, 1)


def test_who_was_refused_is_refused_until_its_view_is_over() -> None:
    kept = Places(most=0, seconds=0)
    with pytest.raises(Busy):
        kept.take()
    kept._free = threading.BoundedSemaphore(1)  # The error's page must not wait again.
    with pytest.raises(Busy):
        kept.take()
    kept.give_back()
    kept.take()


class Arriving(io.BytesIO):
    """A body that notes, while it arrives, whether every place is free."""

    free = False

    def readinto(self, buffer: Any, /) -> int:
        self.free = self.free or others_can_take(places, DATABASE_PLACES)
        return super().readinto(buffer)


def test_a_body_holds_no_place_while_it_arrives(client: FlaskClient) -> None:
    body = Arriving(picture())
    answer = client.post(
        "/analyze?wait=0", input_stream=body, content_type="image/jpeg", content_length=len(picture())
    )
    assert (answer.status_code, body.free) == (202, True)


def test_a_client_that_waits_for_its_pack_holds_no_place(
    client: FlaskClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[bool] = []

    def wait(_batch_id: str, _seconds: float) -> None:
        free.append(others_can_take(places, DATABASE_PLACES))

    monkeypatch.setattr(wiring.waiting, "wait", wait)
    assert client.post("/analyze?wait=9", data=picture(), content_type="image/jpeg").status_code == 202
    assert free == [True]


@pytest.mark.own_sql
@pytest.mark.postgresql("SQLite has no such settings")
def test_no_statement_waits_long_for_a_lock_or_runs_for_ever(database: Database) -> None:
    with database.reading() as session:
        asked = [
            session.connection().exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("lock_timeout", "statement_timeout")
        ]
    assert asked == ["2s", "10s"]
