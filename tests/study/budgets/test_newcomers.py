"""Guests of whom nothing is kept go after a day; whoever has anything at all stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from database_config import Database
from studylens.budget_limits import EMPTY_GUEST_SECONDS
from studylens.models import (
    Batch,
    DeviceCode,
    Guest,
    GuestDevice,
    GuestUse,
    KeptMark,
    Pack,
    PhotoSet,
    StudySettings,
    new_id,
    now,
)
from studylens.study.budgets import rounds
from studylens.study.keeping import names
from studylens.study.keeping.marks import SETTINGS

pytestmark = pytest.mark.own_sql

LONG_AGO = now() - timedelta(seconds=EMPTY_GUEST_SECONDS + 60)
Has = Callable[[int], object]


def add(session: Session, **columns: object) -> int:
    guest = Guest(**{"token_hash": new_id(), "created_at": LONG_AGO, **columns})
    session.add(guest)
    session.flush()
    return guest.id


def left(database: Database) -> set[int]:
    while rounds.forget_empty(database, 0):
        pass
    with database.reading() as session:
        return {guest.id for guest in session.query(Guest)}


@pytest.mark.parametrize(
    "has",
    [
        lambda guest: Pack(guest_id=guest),
        lambda guest: Batch(guest_id=guest),
        lambda guest: PhotoSet(guest_id=guest, name="Leaves"),
        lambda guest: GuestDevice(guest_id=guest, token_hash=new_id()),
        lambda guest: DeviceCode(guest_id=guest, code_hash=new_id(), expires_at=now() + timedelta(minutes=1)),
        lambda guest: StudySettings(guest_id=guest, daily_cap=50),
        lambda guest: StudySettings(guest_id=guest, zone_chosen=True),
        lambda guest: StudySettings(guest_id=guest, calendar_token_hash=new_id()),
    ],
)
def test_who_has_anything_stays(database: Database, has: Has) -> None:
    with database.writing() as session:
        empty, owner = add(session), add(session)
        session.add(has(owner))
    assert left(database) == {owner}
    assert empty != owner


def test_what_only_the_browser_said_and_a_code_that_is_over_keep_nobody(database: Database) -> None:
    with database.writing() as session:
        guest = add(session)
        session.add(StudySettings(guest_id=guest, time_zone="Europe/Berlin"))
        session.add(DeviceCode(guest_id=guest, code_hash=new_id(), expires_at=LONG_AGO))
        session.add(GuestUse(guest_id=guest))
    assert left(database) == set()


def test_a_browser_that_keeps_nothing_of_them_keeps_nobody_and_forgets(database: Database) -> None:
    with database.writing() as session:
        guest = add(session)
        name = names.begin(session, guest)
        session.add(KeptMark(guest_id=guest, part=SETTINGS))
    assert left(database) == set()
    with database.reading() as session:
        assert names.judge(session, None, [name])[name] == names.Verdict.FORGET


def test_newcomers_of_today_and_the_guest_of_this_machine_stay(database: Database) -> None:
    with database.writing() as session:
        kept = {add(session, created_at=now()), add(session, token_hash="local")}
    assert left(database) == kept


def test_guests_are_looked_at_a_few_at_a_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "GUESTS_AT_ONCE", 2)
    with database.writing() as session:
        first, second, third = (add(session) for _ in range(3))
    assert rounds.forget_empty(database, 0) == second
    assert rounds.forget_empty(database, second) == 0
    with database.reading() as session:
        assert session.query(Guest).count() == 0
    assert first < third
