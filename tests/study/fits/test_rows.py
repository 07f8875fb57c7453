"""From the log to the schedule: whose turn it is, what is read of them, what their cards go by then."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from database_config import Database
from studylens.errors import Busy
from studylens.jobs.fits import rounds
from studylens.models import (
    LOG_CRAM,
    NEW,
    PHOTO,
    QUEUED,
    RUNNING,
    Batch,
    Guest,
    Job,
    ReviewTotal,
    StudySettings,
)
from studylens.study import leaving
from studylens.study.fits import history, rows
from studylens.study.fits.found import BETTER, FEW, NOT_BETTER, Fit
from studylens.study.reviews.cards import plan_for
from studylens.study.schedule.fsrs import answered, interval_days
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.settings import settings_to_change
from studylens.study.schedule.weights import USUAL, checked, weights_of
from tests.study.record.answers import DAY, NOON, answer, new_guest, undo

OWN = (*USUAL[:20], 0.4)
TAKEN = Fit(BETTER, OWN, 0.35, 0.33, 200, 1.2)
KEPT = {
    "outcome": BETTER, "on": "2026-03-01", "answers": 2_000,
    "loss_usual": 0.35, "loss_own": 0.33, "held_out": 200, "workload": 1.2,
}  # fmt: skip
"""A fit as the settings keep it."""


def set_due(database: Database, *, answers: int = 2_000) -> int:
    with database.writing() as session:
        guest_id = new_guest(session)
        session.add(ReviewTotal(guest_id=guest_id, reviews=answers))
    rounds.enrol_next(database, 0, NOON)
    return guest_id


def settings(session: Session, guest_id: int) -> StudySettings:
    return session.get_one(StudySettings, guest_id)


@pytest.mark.own_sql
def test_each_card_is_told_from_its_first_answer_on(database: Database) -> None:
    with database.writing() as session:
        guest_id, other = new_guest(session), new_guest(session)
        day = NOON.date().toordinal()
        answer(session, guest_id, NOON, card_uid="a", state_before=NEW, rating=1)
        answer(session, guest_id, NOON, card_uid="b", state_before=NEW)
        answer(session, guest_id, NOON + DAY, card_uid="a", rating=3)
        undo(session, answer(session, guest_id, NOON + DAY, card_uid="b", rating=1))
        answer(session, guest_id, NOON + 2 * DAY, card_uid="b", rating=4)
        answer(session, guest_id, NOON + 2 * DAY, card_uid="never begun here", rating=4)
        answer(session, guest_id, NOON + 2 * DAY, card_uid="a", kind=LOG_CRAM)
        answer(session, other, NOON, card_uid="a", state_before=NEW)
        found = history.cards_of(session, guest_id)
    assert sorted(found) == [[day, 1, day + 1, 3], [day, 3, day + 2, 4]]


def test_only_cards_whose_beginning_is_among_the_latest_answers_are_told(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        for n in range(6):
            answer(session, guest_id, NOON + n * DAY, card_uid=str(n % 3), state_before=NEW if n < 3 else 2)
        assert len(history.cards_of(session, guest_id, most=5)) == 2


def test_a_card_that_began_anew_counts_as_another(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        for n, state in enumerate((NEW, 2, NEW, 2)):
            answer(session, guest_id, NOON + n * DAY, card_uid="a", state_before=state)
        assert [len(card) for card in history.cards_of(session, guest_id)] == [4, 4]


@pytest.mark.own_sql
def test_whoever_has_enough_answers_gets_a_turn_and_nobody_else(database: Database) -> None:
    few, many = (
        set_due(database, answers=rows.LEAST_ANSWERS - 1),
        set_due(database, answers=rows.LEAST_ANSWERS),
    )
    with database.reading() as session:
        assert session.get(StudySettings, few) is None
        assert rows.next_due(session, NOON) == rows.Due(many, 0.9)


@pytest.mark.own_sql
def test_students_are_looked_at_a_part_at_a_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LOOKED_AT", 2)
    with database.writing() as session:
        guests = [new_guest(session) for _ in range(3)]
        session.add_all(ReviewTotal(guest_id=guest, reviews=9_999) for guest in guests)
    with database.reading() as session:
        first = rows.look(session, 0)
        assert first == rows.Look(tuple(guests[:2]), guests[1])
        assert rows.look(session, first.after) == rows.Look((guests[2],), 0)


@pytest.mark.own_sql
def test_own_weights_count_from_the_next_answer_on(database: Database) -> None:
    guest_id = set_due(database)
    assert rounds.fit_next(database, NOON, lambda *_: TAKEN)
    with database.reading() as session:
        kept = settings(session, guest_id)
        assert weights_of(kept) == OWN
        assert kept.fit_at == NOON + timedelta(days=rows.EVERY_DAYS)
        told = rows.told_of(kept)
        assert told is not None
        assert (told.outcome, told.loss_own, told.held_out, told.workload) == (BETTER, 0.33, 200, 1.2)
        plan, usual = (
            plan_for(1, kept, None),
            plan_for(1, StudySettings(time_zone="UTC", retention=0.9), None),
        )
    assert interval_days(100.0, 0.8, OWN) < interval_days(100.0, 0.8)
    known = MemoryState(NOON, state=2, stability=10.0, difficulty=5.0, last_review_at=NOON - 20 * DAY)
    assert answered(known, 3, NOON, plan) != answered(known, 3, NOON, usual)


def test_weights_that_predict_no_better_go_again(database: Database) -> None:
    guest_id = set_due(database)
    rounds.fit_next(database, NOON, lambda *_: TAKEN)
    rounds.fit_next(database, NOON + 8 * DAY, lambda *_: Fit(NOT_BETTER, (), 0.33, 0.34, 200))
    with database.reading() as session:
        assert weights_of(settings(session, guest_id)) == ()


def test_a_fit_that_is_killed_changes_nothing_and_is_tried_tomorrow(database: Database) -> None:
    guest_id = set_due(database)
    rounds.fit_next(database, NOON, lambda *_: TAKEN)

    def killed(*_: object) -> Fit:
        raise Busy

    later = NOON + 8 * DAY
    assert rounds.fit_next(database, later, killed)
    assert not rounds.fit_next(database, later, killed), "not again at once"
    with database.reading() as session:
        assert weights_of(settings(session, guest_id)) == OWN
        assert rows.next_due(session, later + DAY) is not None


@pytest.mark.own_sql
def test_whoever_leaves_while_they_are_fitted_leaves_nothing(database: Database) -> None:
    guest_id = set_due(database)

    def leave(*_: object) -> Fit:
        with database.writing() as session:
            leaving.begin(session, guest_id)
        leaving.finish_all(database)
        return TAKEN

    assert rounds.fit_next(database, NOON, leave)
    with database.reading() as session:
        assert session.get(Guest, guest_id) is None
        assert session.get(StudySettings, guest_id) is None


@pytest.mark.own_sql
def test_a_turn_is_taken_by_one_machine(database: Database) -> None:
    guest_id = set_due(database)
    for is_first in (True, False):
        with database.writing() as session:
            assert rows.begin(session, guest_id, NOON) is is_first


def test_nobody_is_fitted_while_a_photo_is_read(database: Database) -> None:
    guest_id = set_due(database)
    with database.writing() as session:
        job = Job(
            guest_id=guest_id,
            number=1,
            folder_id="here",
            kind=PHOTO,
            state=RUNNING,
            name="a.jpg",
            uploaded_bytes=1,
        )
        session.add(Batch(guest_id=guest_id, jobs=[job]))
    assert not rounds.fit_next(database, NOON, lambda *_: TAKEN)
    with database.writing() as session:
        session.merge(job).state = QUEUED
    assert rounds.fit_next(database, NOON, lambda *_: TAKEN)


def test_whoever_switches_it_off_goes_by_the_usual_weights_at_once(database: Database) -> None:
    guest_id = set_due(database)
    rounds.fit_next(database, NOON, lambda *_: TAKEN)
    with database.writing() as session:
        rows.switch(session, guest_id, on=False, at=NOON)
    with database.writing() as session:
        assert weights_of(settings(session, guest_id)) == ()
        assert rows.next_due(session, NOON + 30 * DAY) is None
        rows.switch(session, guest_id, on=True, at=NOON)
    with database.reading() as session:
        assert rows.next_due(session, NOON) is not None


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        "x" * 21,
        [1.0] * 20,
        [*USUAL[:20], "1"],
        [*USUAL[:20], float("nan")],
        [10**400, *USUAL[1:]],
        [True] * 21,
    ],
)
def test_weights_of_a_restored_file_that_are_none_are_left_out(kept: object) -> None:
    assert checked(kept) == ()


def test_weights_of_a_restored_file_are_kept_in_fsrs_bounds() -> None:
    assert checked([1e9] * 21)[4] == 10.0
    assert interval_days(10.0, 0.9, checked([-1e9] * 21)) >= 1


@pytest.mark.parametrize(
    "fit",
    [{}, {"outcome": "great"}, {"outcome": FEW, "on": None, "answers": "many"}, [1],
     KEPT | {"workload": "inf"}, KEPT | {"workload": 10**400}, KEPT | {"workload": -1},
     KEPT | {"loss_own": "nan"}],
)  # fmt: skip
def test_a_made_up_result_of_a_fit_is_not_told(database: Database, fit: object) -> None:
    with database.writing() as session:
        kept = settings_to_change(session, new_guest(session))
        kept.fit = fit  # type: ignore[assignment]
        assert rows.told_of(kept) is None
