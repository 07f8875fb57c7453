"""What all keep together is right after every change, without anybody reading all guests."""

import pytest
from sqlalchemy import func, select, update

from database_config import Database
from studylens.models import GuestUse
from studylens.models.costs import UseSum
from studylens.study import leaving
from studylens.study.budgets import everybody, sums
from studylens.study.budgets.room import Use, use_of_all
from studylens.study.exchange.moving import steps as moving
from studylens.web.door.wiring import Wiring
from tests.study.exchange.world import add_guest
from tests.web.world import add_pack

pytestmark = pytest.mark.own_sql


def together(database: Database) -> Use:
    with database.reading() as session:
        names = (GuestUse.packs, GuestUse.cards, GuestUse.pack_bytes, GuestUse.rest_bytes)
        row = session.execute(select(*(func.coalesce(func.sum(name), 0) for name in names))).one()
        assert use_of_all(session) == Use(*(int(value) for value in row))
        return use_of_all(session)


def test_it_grows_with_each_pack_of_each_guest(wiring: Wiring) -> None:
    one, another = add_guest(wiring), add_guest(wiring)
    for guest_id in (one, another, one):
        add_pack(wiring, guest_id)
    assert together(wiring.database).packs == 3
    with wiring.database.writing() as session:
        sums.recount(session, one)
    assert together(wiring.database).packs == 3


def test_who_leaves_takes_their_part_along(wiring: Wiring) -> None:
    leaves, stays = add_guest(wiring), add_guest(wiring)
    for guest_id in (leaves, stays):
        add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        leaving.begin(session, leaves)
    leaving.finish_all(wiring.database)
    assert together(wiring.database).packs == 1


def test_who_moves_brings_their_part_along(wiring: Wiring) -> None:
    old, new = add_guest(wiring), add_guest(wiring)
    for guest_id in (old, new):
        add_pack(wiring, guest_id)
    before = together(wiring.database)
    with wiring.database.writing() as session:
        moving.begin(session, old, new)
    moving.finish_all(wiring.database)
    assert together(wiring.database) == before


def test_what_an_older_release_changed_is_found_by_rounds(wiring: Wiring) -> None:
    add_pack(wiring, add_guest(wiring))
    with wiring.database.writing() as session:
        session.execute(update(GuestUse).values(cards=GuestUse.cards + 5))
        session.execute(update(UseSum).values(packs=0))
    assert everybody.look_at_some(wiring.database, 0) == 0
    assert together(wiring.database).packs == 1


def test_what_the_last_of_a_thousand_left_behind_is_found_by_rounds(wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        session.add_all([UseSum(span=0, packs=2), UseSum(span=7, packs=3)])
    assert everybody.look_at_some(wiring.database, 0) == 0
    assert together(wiring.database) == Use()
