"""Sums of what guests keep: right after every change, refused by name beyond the budget, found when wrong."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import LargeBinary, delete, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.budget_limits import MAX_CARDS, InstanceBudgets
from studylens.errors import NoRoom, QuotaReached
from studylens.models import (
    Base,
    Cutout,
    Flashcard,
    Guest,
    GuestUse,
    Pack,
    PackPicture,
    SetPhoto,
    SheetTemplate,
    new_id,
)
from studylens.study.budgets import measure, room, rounds, sums
from studylens.study.budgets.room import Asked, Use
from studylens.study.exchange.moving import steps as moving
from studylens.study.packs import editing, merging, pictures, search, trash
from studylens.study.packs.ending import erasing
from studylens.study.sheets import own
from studylens.study.teaching import store
from studylens.web.door.wiring import Wiring
from tests.web.world import become_guest

pytestmark = pytest.mark.own_sql


@pytest.fixture
def guest(database: Database) -> int:
    return new_guest(database)


def new_guest(database: Database) -> int:
    with database.writing() as session:
        made = Guest(token_hash=new_id())
        session.add(made)
    return made.id


def add_pack(session: Session, guest: int, cards: int = 2) -> Pack:
    pack = Pack(id=new_id(), guest_id=guest, title="Cells")
    pack.cards = [Flashcard(front="What?", back="That.", kind="basic", origin="server") for _ in range(cards)]
    session.add(pack)
    search.index_pack(session, pack)
    return pack


def add_card(session: Session, pack_id: str) -> None:
    texts = {"front": "Why?", "back": "So."}
    editing.add_part(session, session.get_one(Pack, pack_id), "cards", texts)


def use(database: Database, guest: int) -> Use:
    with database.reading() as session:
        assert sums.is_right(session, guest)
        return room.use_of(session, guest)


@contextmanager
def asking(**instance: Any) -> Iterator[None]:
    """Write in a student's name, as the door does."""
    token = sums.asked_by.set(Asked("address", InstanceBudgets(**instance)))
    try:
        yield
    finally:
        sums.asked_by.reset(token)


def test_every_change_of_a_pack_moves_the_sum(database: Database, guest: int) -> None:
    with database.writing() as session:
        pack = add_pack(session, guest)
    first = use(database, guest)
    assert (first.packs, first.cards) == (1, 2)
    with database.writing() as session:
        pack = session.get_one(Pack, pack.id)
        card = editing.add_part(session, pack, "cards", {"front": "Why?", "back": "x" * 500})
        session.add(PackPicture(pack_id=pack.id, page=1, jpeg=bytes(5_000), width=1, height=1))
        session.flush()
        pictures.count_copies(session, pack)
    more = use(database, guest)
    assert (more.cards, more.pack_bytes - first.pack_bytes > 5_500) == (3, True)
    with database.writing() as session:
        editing.edit_part(
            session, "cards", session.get_one(Flashcard, card.id), {"front": "Why?", "back": "y"}, version=1
        )
        pictures.forget_copies(session, session.get_one(Pack, pack.id))
    less = use(database, guest)
    assert less.pack_bytes < more.pack_bytes - 5_400
    with database.writing() as session:
        trash.throw_away(session, session.get_one(Pack, pack.id))
    assert use(database, guest) == less
    with database.writing() as session:
        trash.delete_for_good(session, session.get_one(Pack, pack.id))
    assert use(database, guest) == Use()


def test_a_pack_that_is_erased_in_steps_gives_its_room_back(database: Database, guest: int) -> None:
    with database.writing() as session:
        pack = add_pack(session, guest, cards=3)
    with database.writing() as session:
        erasing.begin(session, [session.get_one(Pack, pack.id)])
    with database.writing() as session:
        assert erasing.step(session, pack.id, rows=1)
    assert use(database, guest).cards == 2
    erasing.finish_all(database)
    assert use(database, guest) == Use()


def test_packs_that_are_merged_and_taken_apart_are_counted_once(database: Database, guest: int) -> None:
    with database.writing() as session:
        packs = [add_pack(session, guest, cards) for cards in (1, 2)]
        ids = [pack.id for pack in packs]
    with asking(), database.writing() as session:
        merging.begin(session, [session.get_one(Pack, pack_id) for pack_id in ids])
    merging.finish(database, ids[0])
    assert (use(database, guest).packs, use(database, guest).cards) == (1, 3)
    with database.writing() as session:
        merging.begin_parting(session, session.get_one(Pack, ids[0]))
    merging.finish(database, ids[0])
    assert (use(database, guest).packs, use(database, guest).cards) == (2, 3)


def test_what_changes_in_the_same_moment_is_counted_once(database: Database, guest: int) -> None:
    with database.writing() as session:
        pack_id = add_pack(session, guest).id
    start = threading.Barrier(4)

    def keep(page: int) -> None:
        start.wait()
        with database.writing() as session:
            session.add(PackPicture(pack_id=pack_id, page=page, jpeg=bytes(5_000), width=1, height=1))
            sums.touch(session, pack_id)

    threads = [threading.Thread(target=keep, args=(page,)) for page in range(1, start.parties + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert use(database, guest).pack_bytes > start.parties * 5_000


def test_what_belongs_to_no_pack_is_counted_too(database: Database, guest: int) -> None:
    with database.writing() as session:
        photo_set = store.add_set(session, guest, store.Named("Leaves"))
        found = store.add_class(session, photo_set, store.Named("Oak"))
        session.add(SetPhoto(class_id=found.id, jpeg=bytes(700), features=bytes(300)))
        session.add(Cutout(id=new_id(), guest_id=guest, picture=bytes(2_000)))
        template = {"name": "Mine", "background": "picture", "corners": [], "width": 1, "height": 1}
        session.add(SheetTemplate(id="t", guest_id=guest, content="card", picture=bytes(4_000), **template))
        store.find_set(session, guest, photo_set.id)
    assert use(database, guest).rest_bytes >= 7_000
    with database.writing() as session:
        session.delete(store.find_set(session, guest, photo_set.id))
        own.forget(session, guest, "t")
    assert 2_000 <= use(database, guest).rest_bytes < 3_000


def test_a_device_that_moves_in_brings_its_sums(database: Database, guest: int) -> None:
    other = new_guest(database)
    with database.writing() as session:
        add_pack(session, guest, 1)
        add_pack(session, other, 2)
    with asking(kept_cards=1):
        with database.writing() as session:
            moving.begin(session, other, guest)
        moving.finish_soon(database, guest)
    assert (use(database, guest).packs, use(database, guest).cards) == (2, 3)
    with database.reading() as session:
        assert session.get(GuestUse, other) is None


def test_beyond_the_budget_nothing_is_added_and_everything_can_be_edited_and_deleted(
    database: Database, guest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_CARDS", 2)
    with asking(), database.writing() as session:
        pack_id = add_pack(session, guest).id
    before = use(database, guest)
    with pytest.raises(NoRoom, match="2"), asking(), database.writing() as session:
        add_card(session, pack_id)
    assert use(database, guest) == before
    with asking(), database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        editing.edit_part(session, "cards", pack.cards[0], {"front": "Why?", "back": "Longer."}, version=1)
    with asking(), database.writing() as session:
        trash.delete_for_good(session, session.get_one(Pack, pack_id))
    assert use(database, guest) == Use()


def test_a_full_guest_grows_little_by_little_no_further_than_the_leeway(
    database: Database, guest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        pack_id = add_pack(session, guest).id
    full = use(database, guest).bytes
    monkeypatch.setattr(room, "MAX_KEPT_BYTES", full)
    monkeypatch.setattr(room, "LEEWAY_BYTES", 5_000)
    texts = {"question": "Why?", "answer": "So.", "others": "Thus.", "explanation": "x" * 1_000}

    def add_question() -> None:
        with asking(), database.writing() as session:
            editing.add_part(session, session.get_one(Pack, pack_id), "questions", texts)

    with suppress(NoRoom):
        for _ in range(10):
            add_question()
    with pytest.raises(NoRoom, match="MB"):
        add_question()
    assert 3_500 < use(database, guest).bytes - full <= 5_000
    with asking(), database.writing() as session:
        trash.delete_for_good(session, session.get_one(Pack, pack_id))
    assert use(database, guest) == Use()


def test_what_was_accepted_is_kept_though_the_budget_is_full(
    database: Database, guest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MAX_PACKS", 0)
    with database.writing() as session:
        add_pack(session, guest)
    assert use(database, guest).packs == 1


@pytest.mark.parametrize("full", [{"kept_packs": 1}, {"kept_cards": 3}, {"kept_mb": 0.001}])
def test_the_instance_has_a_budget_that_others_have_used(
    database: Database, guest: int, full: dict[str, Any]
) -> None:
    other = new_guest(database)
    with database.writing() as session:
        add_pack(session, other)
    with pytest.raises(NoRoom, match="server"), asking(**full), database.writing() as session:
        add_pack(session, guest)
    assert use(database, guest) == Use()


def test_an_address_adds_so_many_cards_a_day(
    database: Database, guest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "CARDS_ADDED", room.rates.Rate("cards", 0, 3, 86_400))
    other = new_guest(database)
    with asking(), database.writing() as session:
        add_pack(session, guest)
    with pytest.raises(QuotaReached), asking(), database.writing() as session:
        add_pack(session, other)


def test_a_wrong_sum_is_found_and_put_right_and_old_packs_are_counted(database: Database, guest: int) -> None:
    with database.writing() as session:
        add_pack(session, guest)
    before = use(database, guest)
    with database.writing() as session:
        session.execute(update(GuestUse).values(cards=GuestUse.cards + 5))
        session.execute(delete(Flashcard))  # As an earlier release does, which counts nothing.
    with database.reading() as session:
        assert not sums.is_right(session, guest)
    assert rounds.recount_some(database, 0) == 0
    assert use(database, guest).cards == 0
    assert before.cards == 2


def test_everything_that_can_be_large_is_counted() -> None:
    counted = {column.table.name for _, columns in measure.OF_PACKS for column in columns}
    rest = " ".join(str(query) for query in measure._rest(1))
    large = {
        table.name
        for table in Base.metadata.sorted_tables
        if any(isinstance(column.type, LargeBinary) for column in table.columns)
    }
    assert {name for name in large if name not in counted and name not in rest} == set()


def test_a_full_guest_is_refused_before_a_photo_is_read(
    wiring: Wiring, client: FlaskClient, database: Database
) -> None:
    guest = become_guest(wiring, client)
    with database.writing() as session:
        session.add(GuestUse(guest_id=guest, cards=MAX_CARDS))
    answer = client.post("/analyze?wait=0", data={"text": "Osmosis: water passes a membrane."})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (507, "no_room")
    table = {"file": (io.BytesIO(b"front,back\nA cell,The unit of life\n"), "cards.csv")}
    assert client.post("/import", data=table).status_code == 507
