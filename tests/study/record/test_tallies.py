"""Sums of the log: counted row by row they are what a recount of the whole log gives."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import (
    AGAIN,
    HARD,
    LOG_CRAM,
    LOG_QUIZ,
    LOG_RESCHEDULE,
    LOG_REVIEW,
    NEW,
    RELEARNING,
    REVIEW,
    ReviewDay,
    ReviewHour,
    ReviewTotal,
)
from studylens.study.record import tallies
from studylens.study.schedule.leech import LEECH_LAPSES
from tests.study.record.answers import DAY, NOON, answer, entry, new_guest, undo

pytestmark = pytest.mark.own_sql

YOUNG, MATURE = {"stability": 20.9}, {"stability": 21.0}


def sums(session: Session, guest_id: int) -> list[Any]:
    tables = (ReviewDay.__table__, ReviewHour.__table__, ReviewTotal.__table__)
    return [
        sorted(session.execute(select(table).where(table.c.guest_id == guest_id)).all()) for table in tables
    ]


def total(session: Session, guest_id: int) -> ReviewTotal:
    return session.get_one(ReviewTotal, guest_id, populate_existing=True)


def day(session: Session, guest_id: int, date: str = "2026-03-10") -> ReviewDay:
    return session.get_one(ReviewDay, (guest_id, date), populate_existing=True)


def test_a_remembered_card_is_counted_by_day_and_by_hour(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id, before=YOUNG)
        answer(session, guest_id, before=MATURE, rating=AGAIN)
        found = day(session, guest_id)
        assert (found.reviews, found.passed, found.duration_ms) == (2, 1, 8_000)
        assert (found.young_reviews, found.young_passed) == (1, 1)
        assert (found.mature_reviews, found.mature_passed) == (1, 0)
        hour = session.get_one(ReviewHour, (guest_id, 12, REVIEW))
        assert (hour.reviews, hour.passed) == (2, 1)


def test_remembered_with_effort_is_remembered(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id, rating=HARD)
        assert day(session, guest_id).passed == 1


def test_cramming_and_quizzes_are_no_reviews(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id, kind=LOG_CRAM)
        answer(session, guest_id, kind=LOG_QUIZ, state_before=None)
        answer(session, guest_id, kind=LOG_QUIZ, state_before=None, rating=AGAIN)
        found = day(session, guest_id)
        assert (found.reviews, found.crammed, found.quiz_answers, found.quiz_right) == (0, 1, 2, 1)
        assert total(session, guest_id).days == 1


def test_a_reschedule_is_no_study_day(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id, kind=LOG_RESCHEDULE)
        assert sums(session, guest_id) == [[], [], []]


def test_what_was_undone_counts_for_nothing(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        undo(session, answer(session, guest_id, before=MATURE))
        found = total(session, guest_id)
        assert (found.days, found.reviews, found.mature_passed, found.duration_ms) == (0, 0, 0, 0)


def test_undone_twice_is_undone_once(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id)
        row = answer(session, guest_id)
        undo(session, row)
        undo(session, row, NOON + DAY)
        assert total(session, guest_id).reviews == 1


def test_nobody_undoes_the_answer_of_somebody_else(database: Database) -> None:
    with database.writing() as session:
        mine, other = new_guest(session), new_guest(session)
        row = answer(session, mine)
        tallies.count(session, entry(other, kind="undo", undoes_id=row.id))
        assert total(session, mine).reviews == 1


def test_a_day_with_one_answer_left_is_a_study_day(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        first = answer(session, guest_id)
        answer(session, guest_id, NOON + DAY)
        answer(session, guest_id)
        undo(session, first)
        assert total(session, guest_id).days == 2


def test_a_repaired_leech_is_counted_when_it_matures(database: Database) -> None:
    before = {"stability": 15.0, "lapses": LEECH_LAPSES}
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id, before=before, after={"stability": 22.0})
        answer(session, guest_id, before={**before, "stability": 22.0}, after={"stability": 40.0})
        found = total(session, guest_id)
        assert (found.matured, found.mended, found.leeches_repaired) == (1, 1, 1)


def test_a_long_interval_counts_only_when_the_card_was_remembered(database: Database) -> None:
    before = {"stability": 90.0, "last_review_at": (NOON - 100 * DAY).isoformat()}
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id, before=before)
        answer(session, guest_id, before=before, rating=AGAIN)
        found = total(session, guest_id)
        assert (found.after_30, found.after_90, found.after_180) == (1, 1, 0)


@pytest.mark.parametrize(
    "before",
    [
        {"stability": "much", "last_review_at": "yesterday", "lapses": []},
        {"last_review_at": (NOON + 50 * DAY).isoformat()},  # The clock went back.
        {"last_review_at": 12},
        ["stability"],
        None,
    ],
)
def test_a_log_that_makes_no_sense_is_counted_as_far_as_it_does(database: Database, before: Any) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        answer(session, guest_id, before=before, after={"stability": None})
        found = total(session, guest_id)
        assert (found.reviews, found.young_passed, found.after_30, found.matured) == (1, 1, 0, 0)


def _random_answer(session: Session, guest_id: int, dice: random.Random) -> Any:
    def state() -> dict[str, Any]:
        return {
            "stability": dice.choice([None, 0.5, 20.0, 21.0, 300.0]),
            "lapses": dice.randrange(12),
            "last_review_at": (NOON - dice.randrange(500) * DAY).isoformat(),
        }

    return answer(
        session,
        guest_id,
        NOON + dice.randrange(6 * 24) * timedelta(hours=1),
        zone=dice.choice(["UTC", "Asia/Tokyo", "America/Los_Angeles"]),
        kind=dice.choice([LOG_REVIEW] * 4 + [LOG_CRAM, LOG_QUIZ, LOG_RESCHEDULE]),
        rating=dice.choice([1, 2, 3, 4, None]),
        state_before=dice.choice([NEW, 1, REVIEW, REVIEW, RELEARNING, None]),
        retrievability=dice.choice([None, 0.5, 0.95]),
        duration_ms=dice.choice([-5, 900, 4_000, 10**9]),
        before=dice.choice([None, state()]),
        after=dice.choice([None, state()]),
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_recount_equals_the_counting(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    with database.writing() as session:
        guest_id, other = new_guest(session), new_guest(session)
        rows = []
        for _ in range(120):
            rows.append(_random_answer(session, dice.choice([guest_id, guest_id, other]), dice))
            if dice.random() < 0.25:
                undo(session, dice.choice(rows), NOON + 7 * DAY)
        counted, others = sums(session, guest_id), sums(session, other)
        tallies.recount(session, guest_id)
        assert sums(session, guest_id) == counted
        assert sums(session, other) == others


def test_a_student_without_a_log_has_no_sums(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        tallies.recount(session, guest_id)
        assert sums(session, guest_id) == [[], [], []]


def test_a_log_that_came_back_without_its_sums_is_counted_with_the_next_answer(database: Database) -> None:
    with database.writing() as session:
        guest_id = new_guest(session)
        session.add_all(entry(guest_id, NOON - n * DAY) for n in range(3))
        answer(session, guest_id)
        assert (total(session, guest_id).reviews, total(session, guest_id).days) == (4, 3)
        counted = sums(session, guest_id)
        tallies.recount(session, guest_id)
        assert sums(session, guest_id) == counted
