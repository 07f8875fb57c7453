"""When cards come back: FSRS by study days, exams, leeches, and a log from which all can be counted again."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from fsrs import Card, Rating, Scheduler

from studylens.models import AGAIN, EASY, GOOD, HARD, LEARNING, NEW, RELEARNING, REVIEW
from studylens.study.schedule.days import study_date
from studylens.study.schedule.due_day import as_moment, due_day
from studylens.study.schedule.exam import LAST_DAYS, bounded
from studylens.study.schedule.fsrs import (
    LONGEST_INTERVAL_DAYS,
    Plan,
    answered,
    interval_days,
    retrievability,
)
from studylens.study.schedule.memory import MemoryState

START = datetime(2026, 3, 2, 18, tzinfo=UTC)
PLAN = Plan(card_id=7, zone="Europe/Berlin")


def new(at: datetime = START) -> MemoryState:
    return MemoryState(due_at=at)


def learnt(at: datetime = START, plan: Plan = PLAN) -> MemoryState:
    return answered(answered(new(at), GOOD, at, plan), GOOD, at + timedelta(minutes=10), plan)


def test_a_new_card_goes_through_its_steps() -> None:
    once = answered(new(), GOOD, START, PLAN)
    assert (once.state, once.due_at - START) == (LEARNING, timedelta(minutes=10))
    forgotten = answered(new(), AGAIN, START, PLAN)
    assert (forgotten.state, forgotten.due_at - START) == (LEARNING, timedelta(minutes=1))
    assert answered(new(), EASY, START, PLAN).state == REVIEW


def test_a_known_card_is_due_from_the_beginning_of_a_study_day() -> None:
    memory = learnt()
    day = due_day(memory.state, memory.due_at, PLAN.zone)
    assert memory.state == REVIEW
    assert memory.due_at == as_moment(day)
    assert (day - study_date(START, PLAN.zone)).days == interval_days(memory.stability or 0, 0.9)


@pytest.mark.parametrize("retention", [0.7, 0.9, 0.97])
def test_intervals_and_stability_are_those_of_the_package(retention: float) -> None:
    plan = Plan(1, "UTC", retention)
    scheduler = Scheduler(
        desired_retention=retention, enable_fuzzing=False, maximum_interval=LONGEST_INTERVAL_DAYS
    )
    card, memory, at = Card(1), new(), START
    for rating in (GOOD, GOOD, GOOD, HARD, EASY, AGAIN, GOOD, GOOD, GOOD):
        card, _ = scheduler.review_card(card, Rating(rating), at)
        memory = answered(memory, rating, at, plan)
        assert (memory.stability, memory.difficulty) == pytest.approx((card.stability, card.difficulty))
        if memory.state == REVIEW:
            assert interval_days(memory.stability or 0, retention) == (card.due - at).days
        at = card.due


@pytest.mark.parametrize("rating", [AGAIN, HARD, GOOD, EASY])
@pytest.mark.parametrize("difficulty", [None, 0.0, -4.0, 99.0, float("nan")])
@pytest.mark.parametrize("state", [LEARNING, REVIEW, RELEARNING])
def test_a_restored_card_without_a_true_difficulty_goes_on_from_its_stability(
    state: int, difficulty: float | None, rating: int
) -> None:
    memory = learnt().but(state=state, step=None, stability=30.0, difficulty=difficulty)
    after = answered(memory, rating, START + timedelta(days=30), PLAN)
    assert 1 <= (after.difficulty or 0) <= 10
    assert retrievability(memory, START + timedelta(days=30), PLAN) == pytest.approx(0.9, abs=0.001)
    assert ((after.stability or 0) > 30) == (rating != AGAIN)


@pytest.mark.parametrize(("state", "stability"), [(REVIEW, None), (REVIEW, float("nan")), (7, 30.0)])
def test_a_restored_card_of_which_nothing_is_known_is_learnt_anew(
    state: int, stability: float | None
) -> None:
    memory = learnt().but(state=state, stability=stability, difficulty=None)
    assert answered(memory, GOOD, START + timedelta(days=3), PLAN).state == LEARNING


def test_nights_count_not_hours() -> None:
    memory = learnt(datetime(2026, 3, 2, 21, tzinfo=UTC))
    tomorrow_noon = datetime(2026, 3, 3, 11, tzinfo=UTC)
    assert retrievability(memory, tomorrow_noon, PLAN) == pytest.approx(
        retrievability(memory, tomorrow_noon + timedelta(hours=10), PLAN)
    )
    assert (retrievability(memory, tomorrow_noon, PLAN) or 1) < 1


def test_a_new_card_has_no_chance_of_recall_yet() -> None:
    assert retrievability(new(), START, PLAN) is None


def test_a_clock_that_went_back_neither_crashes_nor_shortens() -> None:
    memory = learnt()
    early = START - timedelta(days=30)
    after = answered(memory, GOOD, early, PLAN)
    assert after.last_review_at == memory.last_review_at
    assert after.due_at > START
    assert retrievability(memory, early, PLAN) == 1.0


def test_the_eighth_lapse_sets_a_leech_aside_and_four_more_again() -> None:
    memory, at = learnt(), START
    aside = []
    while memory.lapses < 13:
        at += timedelta(days=5)
        memory = answered(memory, AGAIN, at, PLAN)
        assert memory.state == RELEARNING
        aside += [memory.lapses] if memory.suspended else []
        memory = answered(memory.but(suspended=False), GOOD, at + timedelta(minutes=10), PLAN)
    assert aside == [8, 12]
    assert memory.leech


def test_a_leech_that_holds_three_weeks_is_one_no_more() -> None:
    memory, at = learnt().but(leech=True, lapses=8), START
    while (memory.stability or 0) < 21:
        assert memory.leech
        at = memory.due_at
        memory = answered(memory, GOOD, at, PLAN)
    assert not memory.leech


@pytest.mark.parametrize("rating", [AGAIN, HARD, GOOD, EASY])
def test_no_interval_is_endless(rating: int) -> None:
    memory, at = learnt(), START
    for _ in range(80):
        at = max(at, memory.due_at)
        memory = answered(memory, EASY, at, PLAN)
        at = START if at.year > 2300 else at
    after = answered(memory, rating, memory.last_review_at or at, PLAN)
    assert after.due_at - (after.last_review_at or at) < timedelta(days=1.1 * LONGEST_INTERVAL_DAYS)


def test_the_same_answer_gives_the_same_date_and_better_answers_later_ones() -> None:
    memory, at = learnt(), START
    for _ in range(6):
        at = memory.due_at
        found = [answered(memory, rating, at, PLAN).due_at for rating in (AGAIN, HARD, GOOD, EASY)]
        assert found == [answered(memory, rating, at, PLAN).due_at for rating in (AGAIN, HARD, GOOD, EASY)]
        assert found == sorted(found)
        memory = answered(memory, GOOD, at, PLAN)


def test_what_the_log_keeps_gives_the_same_memory_again() -> None:
    memory = learnt().but(suspended=True, buried_on="2026-03-02", leech=True)
    assert MemoryState.from_json(memory.to_json()) == memory
    assert MemoryState.from_json({**memory.to_json(), "of_a_later_release": 1}) == memory


TODAY, EXAM = date(2026, 3, 2), date(2026, 3, 20)


@pytest.mark.parametrize("card_id", range(6))
def test_nothing_is_scheduled_past_the_exam_and_all_comes_in_the_last_days(card_id: int) -> None:
    late = bounded(date(2026, 8, 1), exam=EXAM, answered_on=TODAY, today=TODAY, card_id=card_id)
    assert EXAM - timedelta(days=LAST_DAYS) <= late < EXAM
    in_time = date(2026, 3, 10)
    assert bounded(in_time, exam=EXAM, answered_on=TODAY, today=TODAY, card_id=card_id) == in_time


def test_what_was_answered_in_the_last_days_waits_for_the_morning_of_the_exam() -> None:
    eve = EXAM - timedelta(days=1)
    assert bounded(date(2026, 8, 1), exam=EXAM, answered_on=eve, today=eve, card_id=1) == EXAM


def test_an_exam_that_has_begun_holds_nothing_back() -> None:
    later = date(2026, 8, 1)
    assert bounded(later, exam=EXAM, answered_on=EXAM, today=EXAM, card_id=1) == later


def test_every_card_is_seen_once_more_before_its_exam() -> None:
    random.seed(4)
    plan = Plan(3, "America/New_York", 0.9, EXAM)
    for card_id in range(40):
        plan = Plan(card_id, plan.zone, 0.9, EXAM)
        memory, at = learnt(START, plan), START
        seen = TODAY
        while study_date(memory.due_at, plan.zone) < EXAM:
            at = memory.due_at
            seen = study_date(at, plan.zone)
            memory = answered(memory, random.choice((AGAIN, GOOD, EASY)), at, plan)
        assert EXAM - timedelta(days=LAST_DAYS) <= seen < EXAM
        assert study_date(memory.due_at, plan.zone) == EXAM


def test_states_have_the_numbers_of_the_package() -> None:
    assert (NEW, LEARNING, REVIEW, RELEARNING) == (0, 1, 2, 3)
