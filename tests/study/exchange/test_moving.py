"""A guest moves into another one in steps: whole after any kill, nothing lost, nothing double."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from studylens.errors import HasAccount, NotFound, StillMoving, WrongCode
from studylens.jobs import housekeeper
from studylens.models import (
    LOG_REVIEW,
    Account,
    Guest,
    GuestDevice,
    Job,
    Pack,
    ReviewLog,
    new_id,
    now,
)
from studylens.study import leaving
from studylens.study.budgets import rounds, sums
from studylens.study.exchange.moving import steps
from studylens.study.keeping import arrivals
from studylens.study.packs import search
from studylens.study.packs.store import find_pack
from studylens.study.reviews import late
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.exchange.moves import begin, is_whole, steps_of
from tests.study.packs.test_erasing import filled
from tests.study.test_leaving import rows_of
from tests.web.world import add_job, add_pack

pytestmark = pytest.mark.own_sql


def test_all_of_a_guest_arrives_whichever_step_a_kill_follows(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    filled(wiring, old, 0)
    world.add_history(wiring, old)
    world.add_history(wiring, new)
    with wiring.database.writing() as session:
        for guest in (old, new):
            sums.recount(session, guest)  # The worlds of the tests write past them.
    with wiring.database.reading() as session:
        had = {name: count for guest in (old, new) for name, count in rows_of(session, guest).items()}
        packs = arrivals.holdings(session, old)[0] + arrivals.holdings(session, new)[0]
        answers = arrivals.holdings(session, old)[1] + arrivals.holdings(session, new)[1]
    begin(wiring, old, new)
    taken = 0
    for _ in steps_of(wiring, old):
        taken += 1
        with wiring.database.reading() as session:
            assert arrivals.holdings(session, new) == (packs, answers)
            assert sums.is_right(session, new), "a sweep between two steps would find the sums wrong"
    assert taken > 5
    steps.finish_all(wiring.database)
    with wiring.database.reading() as session:
        assert (session.get(Guest, old), rows_of(session, old)) == (None, {})
        assert set(had) <= set(rows_of(session, new)) | {"device_codes", "kept_accounts", "kept_marks"}
        assert is_whole(session, new)
        assert search.find(session, new, "quizzaciously0x", limit=9).total == 1


def test_a_sweep_goes_on_with_what_a_kill_cut_off(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, old)
    begin(wiring, old, new)
    next(steps_of(wiring, old))
    housekeeper.sweep(wiring.database, wiring.folder)
    with wiring.database.reading() as session:
        assert (arrivals.coming(session, new), session.get(Guest, old)) == ((0, 0), None)
        assert is_whole(session, new)


def test_a_kill_before_the_guest_ends_counts_nothing_twice(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, old)
    before = world.numbers(wiring, old)
    begin(wiring, old, new)
    assert world.numbers(wiring, new)["review_totals"] == before["review_totals"]
    for _ in steps_of(wiring, old):
        pass
    steps.finish_all(wiring.database)
    steps.finish_all(wiring.database)
    assert world.numbers(wiring, new) == before


def test_what_a_request_writes_for_the_former_guest_meanwhile_comes_along(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, old)
    begin(wiring, old, new)
    for _ in steps_of(wiring, old):
        pass
    pack_id = add_pack(wiring, old)
    with wiring.database.writing() as session:
        assert not steps.end(session, old, now())
    steps.finish_soon(wiring.database, new)
    with wiring.database.reading() as session:
        assert session.get_one(Pack, pack_id).guest_id == new
        assert session.get(Guest, old) is None


def test_a_guest_who_moves_on_takes_along_who_is_moving_in(wiring: Wiring) -> None:
    first, second, last = (world.add_guest(wiring) for _ in range(3))
    for guest in (first, second):
        world.add_history(wiring, guest)
    begin(wiring, first, second)
    begin(wiring, second, last)
    with wiring.database.reading() as session:
        assert arrivals.holdings(session, last)[0] == 2
        assert arrivals.holdings(session, second)[0] == 1
        assert session.scalar(select(func.count()).where(GuestDevice.guest_id == last)) == 2
    steps.finish_soon(wiring.database, last)
    with wiring.database.reading() as session:
        assert session.scalars(select(Guest.id)).all() == [last]
        assert is_whole(session, last)


def test_a_guest_who_leaves_takes_along_who_is_moving_in(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, old)
    begin(wiring, old, new)
    with wiring.database.writing() as session:
        assert leaving.holdings(session, new).packs == 1
        leaving.begin(session, new)
    steps.finish_all(wiring.database)
    leaving.finish_all(wiring.database)
    with wiring.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(model)) for model in (Guest, Pack, ReviewLog)
        ]
    assert counts == [0, 0, 0]


def test_rounds_leave_alone_who_moves_and_whom_they_move_to(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, old)
    begin(wiring, old, new)
    with wiring.database.writing() as session:
        session.execute(
            update(GuestDevice).values(guest_id=old)
        )  # Nothing speaks for `new` but who moves in.
        session.execute(update(Guest).values(created_at=now() - timedelta(days=9)))
        for model in (world.ReviewDay, world.ReviewHour, world.ReviewTotal, world.UserAchievement):
            session.execute(update(model).values(guest_id=old))
        session.execute(update(world.StudySettings).values(guest_id=old))
    rounds.forget_empty(wiring.database, 0)
    rounds.recount_some(wiring.database, 0)
    with wiring.database.reading() as session:
        assert set(session.scalars(select(Guest.id))) == {old, new}


def test_what_is_just_read_is_the_other_guests_at_once_and_its_pack_too(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    add_pack(wiring, old)
    joining = [add_pack(wiring, old) for _ in range(2)]
    job_id = add_job(wiring, old)
    with wiring.database.writing() as session:
        session.execute(update(Pack).where(Pack.id.in_(joining)).values(joining_at=now()))
        session.execute(update(Job).where(Job.id == job_id).values(state="running"))
    begin(wiring, old, new)
    with wiring.database.reading() as session:
        job = session.get_one(Job, job_id)
        assert job.guest_id == job.batch.guest_id == new
        assert {session.get_one(Pack, pack_id).guest_id for pack_id in joining} == {new}
        assert arrivals.coming(session, new)[0] == 1


def test_what_is_not_there_yet_is_on_its_way_and_not_unknown(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    pack_id = world.add_history(wiring, old)
    begin(wiring, old, new)
    with wiring.database.reading() as session, pytest.raises(StillMoving):
        find_pack(session, new, pack_id)
    waiting = late.LateAnswer(card_uid=new_id(), rating=3, request_key=new_id(), given_at=None, duration_ms=0)
    with pytest.raises(StillMoving):
        late.take_in(wiring.database, new, [waiting], now())
    steps.finish_soon(wiring.database, new)
    assert late.take_in(wiring.database, new, [waiting], now()) == [late.UNKNOWN]
    with wiring.database.reading() as session, pytest.raises(NotFound):
        find_pack(session, new, new_id())


def test_an_answer_that_both_have_is_there_once(wiring: Wiring) -> None:
    old, new = world.add_guest(wiring), world.add_guest(wiring)
    world.add_history(wiring, old)
    world.restored(wiring, new, world.exported(wiring, old))
    with wiring.database.reading() as session:
        reviews = session.scalar(
            select(func.count()).where(ReviewLog.guest_id == new, ReviewLog.kind == LOG_REVIEW)
        )
    begin(wiring, old, new)
    steps.finish_soon(wiring.database, new)
    with wiring.database.reading() as session:
        keys = session.scalars(select(ReviewLog.request_key).where(ReviewLog.kind == LOG_REVIEW)).all()
        assert len(keys) == len(set(keys)) == reviews
        assert is_whole(session, new)


def test_two_accounts_are_never_joined_and_nobody_moves_to_who_has_moved(wiring: Wiring) -> None:
    first, second, third = (world.add_guest(wiring) for _ in range(3))
    with wiring.database.writing() as session:
        for guest in (first, second):
            session.add(Account(guest_id=guest, name=f"n{guest}", name_key=f"n{guest}", handle=new_id()))
    with pytest.raises(HasAccount):
        begin(wiring, first, second)
    begin(wiring, third, second)
    with pytest.raises(WrongCode):
        begin(wiring, first, third)
