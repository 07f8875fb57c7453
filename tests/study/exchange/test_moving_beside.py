"""Others act while a guest moves into another one: nothing is held up, nothing counted elsewhere."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studylens.models import Guest, UserAchievement, now
from studylens.study.budgets import sums
from studylens.study.exchange.moving import steps
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.exchange.moves import begin, is_whole, steps_of
from tests.study.test_leaving import rows_of

pytestmark = pytest.mark.own_sql


def test_a_medal_that_a_late_request_awards_twice_holds_nothing_up(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, old)
    begin(wiring, old, new)
    with wiring.database.writing() as session:
        earned = session.scalars(select(UserAchievement).where(UserAchievement.guest_id == new)).all()
        for medal in earned:
            same = {"achievement_name": medal.achievement_name, "tier": medal.tier}
            session.add(UserAchievement(guest_id=old, **same))
    assert earned
    steps.finish_all(wiring.database)
    with wiring.database.reading() as session:
        assert (session.get(Guest, old), rows_of(session, old)) == (None, {})
        assert rows_of(session, new)["user_achievements"] == len(earned)


def test_the_same_answer_from_another_device_at_this_moment_holds_up_no_request_and_no_other_move(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on PostgreSQL, where it may come between looking for doubles and moving."""
    first, second, new = (world.add_guest(wiring) for _ in range(3))
    for guest in (first, second):
        world.add_history(wiring, guest)
        begin(wiring, guest, new)
    real = steps.step

    def collide(session: Session, old: int, rows: int) -> bool:
        if old == first:
            raise IntegrityError("UPDATE review_log", {}, Exception("request_key"))
        return real(session, old, rows)

    monkeypatch.setattr(steps, "step", collide)
    steps.finish_soon(wiring.database, new)
    with wiring.database.reading() as session:
        assert session.scalars(select(Guest.id).order_by(Guest.id)).all() == [first, new]
    monkeypatch.setattr(steps, "step", real)
    steps.finish_all(wiring.database)
    with wiring.database.reading() as session:
        assert session.scalars(select(Guest.id)).all() == [new]


def test_what_arrives_is_counted_where_it_goes_at_last(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, last = (world.add_guest(wiring) for _ in range(3))
    for guest in (first, last):
        world.add_history(wiring, guest)
        with wiring.database.writing() as session:
            sums.recount(session, guest)  # The worlds of the tests write past them.
    begin(wiring, first, second)
    real = steps.take_steps

    def move_on_meanwhile(*args: Any) -> bool:
        monkeypatch.setattr(steps, "take_steps", real)
        begin(wiring, second, last)
        for _ in steps_of(wiring, second):
            pass
        with wiring.database.writing() as session:
            assert steps.end(session, second, now())
        return real(*args)

    monkeypatch.setattr(steps, "take_steps", move_on_meanwhile)
    steps.finish_all(wiring.database)
    with wiring.database.reading() as session:
        assert session.scalars(select(Guest.id)).all() == [last]
        assert is_whole(session, last)
