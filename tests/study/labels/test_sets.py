"""Labels of a page leave with the account and come home; a picture has a number for each that stays."""

import json

import pytest
from sqlalchemy import select

from studylens.errors import BadFile, BadText
from studylens.models import CardLabel, Flashcard, Pack, now
from studylens.study.labels import sets
from studylens.study.labels.boxes import Box
from studylens.study.labels.shown import hidden_in, labels_of
from studylens.study.packs.parts import PACK_ITEMS
from studylens.study.sharing import copying
from studylens.study.sharing import parts as parts_of
from studylens.study.sharing.parts import Part
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.web.world import add_pack


def words(wiring: Wiring, pack_id: str) -> list[tuple[str, int, str]]:
    with wiring.database.reading() as session:
        pages = labels_of(session, session.get_one(Pack, pack_id))
        return [(one.word, one.kept_n, str(one.box)) for page in pages for one in page.labels]


@pytest.mark.own_sql
def test_labels_come_home_with_the_account_and_the_later_change_stays(wiring: Wiring) -> None:
    owner, friend = world.add_guest(wiring), world.add_guest(wiring)
    pack_id = world.add_labels(wiring, owner, ("Leaf", "Light", "Stroma"))
    before = world.exported(wiring, owner)
    world.restored(wiring, friend, before)
    with wiring.database.writing() as session:
        copy = session.scalars(select(Pack).where(Pack.guest_id == friend)).one()
        [first, *_] = hidden_in(session, session.get_one(Pack, pack_id)).values()
        chosen = sets.Chosen("Leaf", box=Box(0.2, 0.2, 0.4, 0.4), card_id=first.asked.card_id)
        sets.save(session, session.get_one(Pack, pack_id), sets.Wish(1, (chosen,), hides_all=True))
        copy_id = copy.id
    assert words(wiring, copy_id) == [
        ("Leaf", 1, "0.1 0.1 0.9 0.15"),
        ("Light", 2, "0.1 0.2 0.9 0.25"),
        ("Stroma", 3, "0.5 0.5 0.75 0.625"),
    ]
    world.restored(wiring, owner, before)
    assert words(wiring, pack_id)[0] == ("Leaf", 1, "0.2 0.2 0.4 0.4")


@pytest.mark.own_sql
def test_a_shared_copy_has_labels_only_with_their_picture(wiring: Wiring) -> None:
    owner, friend = world.add_guest(wiring), world.add_guest(wiring)
    pack_id = world.add_labels(wiring, owner, ("Leaf", "Light", "Stroma"))
    usual = frozenset({Part.TEXT, Part.CARDS})
    for parts, cards, there in ((usual, 3, 0), (usual | {Part.PHOTO}, 6, 3)):
        with wiring.database.writing() as session:
            source = session.get_one(Pack, pack_id)
            copy = copying.take(session, friend, source, parts)
            shown = parts_of.shown_of(session, source, parts, page=1, at=now())
            assert len(shown.cards) == 3  # A page without the picture's masks asks for none of them.
            assert len(session.get_one(Pack, copy, populate_existing=True).cards) == cards
        assert len(words(wiring, copy)) == there
    assert words(wiring, copy) == words(wiring, pack_id)


def test_a_damaged_box_of_an_account_file_is_refused(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    world.add_labels(wiring, guest_id, ("Leaf",))
    plain = json.loads(world.exported(wiring, guest_id))
    [pack] = [entry["pack"] for entry in plain["entries"] if "pack" in entry]
    for side in (2, -0.1, "a", None, True):
        pack["labels"][0]["x1"] = side
        with pytest.raises(BadFile, match="x1"):
            world.restored(wiring, guest_id, json.dumps(plain).encode())


def test_a_full_pack_takes_no_label_and_keeps_the_others(wiring: Wiring) -> None:
    guest_id = world.add_guest(wiring)
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        made = {"pack_id": pack_id, "front": "a", "back": "b", "kind": "cloze", "origin": "student"}
        session.add_all(Flashcard(**made) for _ in range(PACK_ITEMS))
    with pytest.raises(BadText, match="at most"), wiring.database.writing() as session:
        sets.save(session, session.get_one(Pack, pack_id), sets.Wish(1, (sets.Chosen("Leaf", line=1),)))
    with wiring.database.reading() as session:
        assert session.scalars(select(CardLabel)).all() == []
