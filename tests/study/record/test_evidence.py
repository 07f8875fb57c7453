"""What the log proves of a card: later days on which it was recalled, and that its answer was typed."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from database_config import Database
from studylens.judging.typed.verdicts import TypedVerdict
from studylens.models import (
    AGAIN,
    GOOD,
    LOG_CRAM,
    LOG_QUIZ,
    LOG_REVIEW,
    LOG_UNDO,
    TYPED_RIGHT,
    CardSchedule,
    Pack,
)
from studylens.study.record.evidence import Held, held_of, recount
from studylens.study.record.recounting import recount_beside_others
from studylens.study.reviews import answers, cards
from studylens.study.reviews.answers import Answer
from tests.study.record.answers import DAY, NOON, answer
from tests.study.reviews.world import add_deck, add_guest, log_of, send, set_schedule

pytestmark = pytest.mark.own_sql
SHOWN = {
    "recalled on two later days": ([(1, GOOD), (3, GOOD), (9, GOOD)], Held("01", "03", "09")),
    "the first day proves nothing": ([(1, GOOD), (1, GOOD)], Held("01")),
    "what was recalled before it was forgotten counts no longer": (
        [(1, GOOD), (3, GOOD), (9, AGAIN), (9, GOOD)], Held("01", lost_on="09"),
    ),
    "nor does the rest of the day on which it was forgotten": (
        [(1, GOOD), (9, GOOD), (9, AGAIN)], Held("01", lost_on="09"),
    ),
    "after it was forgotten it counts anew": (
        [(1, AGAIN), (3, AGAIN), (9, GOOD), (20, GOOD)], Held("01", "09", "20", lost_on="03"),
    ),
    "to fail while it is being learned forgets nothing": (
        [(1, AGAIN), (1, GOOD), (3, GOOD)], Held("01", "03", "03"),
    ),
}  # fmt: skip


def row(number: int, day: int, rating: int | None, kind: str = LOG_REVIEW, **more: Any) -> SimpleNamespace:
    fields = {"verdict": None, "undoes_id": None, **more}
    return SimpleNamespace(id=number, kind=kind, local_date=f"{day:02}", rating=rating, **fields)


@pytest.mark.parametrize(("said", "held"), SHOWN.values(), ids=SHOWN)
def test_later_days_since_a_card_was_last_forgotten_count(said: list[tuple[int, int]], held: Held) -> None:
    assert held_of(row(n, day, rating) for n, (day, rating) in enumerate(said)) == held  # type: ignore[misc]


def test_only_reviews_are_recall_but_a_quiz_may_be_typed() -> None:
    rows = [
        row(1, 1, GOOD),
        row(2, 3, GOOD, LOG_CRAM),
        row(3, 4, GOOD, LOG_QUIZ, verdict="right"),
        row(4, 5, GOOD, LOG_QUIZ, verdict="nearly"),
    ]
    assert held_of(rows) == Held("01", typed_on="04")  # type: ignore[arg-type]


def test_an_answer_that_was_taken_back_proves_nothing() -> None:
    rows = [row(1, 1, GOOD), row(2, 3, GOOD, verdict="right"), row(3, 3, None, LOG_UNDO, undoes_id=2)]
    assert held_of(rows) == Held("01")  # type: ignore[arg-type]


ANSWERS = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from([AGAIN, GOOD]), st.sampled_from([None, "right", "wrong"])),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(ANSWERS)
def test_what_moves_with_each_answer_is_what_the_log_tells(said: list[tuple[int, int, str | None]]) -> None:
    said.sort(key=lambda one: one[0])
    held = Held()
    for day, rating, verdict in said:
        assert held.follows(f"{day:02}")
        held = held.answered(f"{day:02}", recalled=rating == GOOD, verdict=verdict)
    rows = [row(n, day, rating, verdict=verdict) for n, (day, rating, verdict) in enumerate(said)]
    assert held_of(rows) == held == held_of(reversed(rows))  # type: ignore[arg-type]
    if held.lost_on and held.held_from:
        assert held.lost_on < held.held_from <= (held.held_to or "")


def deck(session: Session) -> tuple[int, Pack, int]:
    guest = add_guest(session)
    pack = add_deck(session, guest, 1)
    cards.accept(session, pack, pack.cards, NOON)
    return guest, pack, pack.cards[0].id


def held(session: Session, card_id: int) -> Held:
    return Held.of(session.get_one(CardSchedule, card_id, populate_existing=True))


def test_an_answer_keeps_what_it_proves_and_taking_it_back_forgets_it(database: Database) -> None:
    with database.writing() as session:
        guest, _, card = deck(session)
        for days in (0, 3, 9):
            send(session, guest, card, NOON + days * DAY)
        assert held(session, card) == Held("2026-03-10", "2026-03-13", "2026-03-19")
        assert answers.undo(session, guest, "a" * 16, NOON + 9 * DAY) == card
        assert held(session, card) == Held("2026-03-10", "2026-03-13", "2026-03-13")
        send(session, guest, card, NOON + 10 * DAY, AGAIN)
        assert held(session, card) == Held("2026-03-10", lost_on="2026-03-20")


@pytest.mark.parametrize(
    ("typed", "verdict", "day"),
    [("Back 1", "right", "2026-03-10"), ("front", "wrong", None), ("", None, None)],
)
def test_the_verdict_on_what_was_typed_is_kept_with_the_answer(
    database: Database, typed: str, verdict: str | None, day: str | None
) -> None:
    with database.writing() as session:
        guest, _, card = deck(session)
        answers.answer(session, guest, Answer(card, GOOD, "a" * 16, typed=typed), NOON)

        assert [found.verdict for found in log_of(session, card)] == [verdict]
        assert held(session, card).typed_on == day


def test_what_comes_late_or_was_answered_before_this_was_kept_is_read_from_the_log(
    database: Database,
) -> None:
    with database.writing() as session:
        guest, _, card = deck(session)
        for days in (0, 3):
            send(session, guest, card, NOON + days * DAY)
    set_schedule(database, card, **Held().columns())
    with database.writing() as session:
        send(session, guest, card, NOON + 9 * DAY)
        assert held(session, card) == Held("2026-03-10", "2026-03-13", "2026-03-19")
        send(session, guest, card, NOON + 5 * DAY, AGAIN)
        assert held(session, card) == Held("2026-03-10", "2026-03-19", "2026-03-19", "2026-03-15")


def test_a_typed_quiz_answer_of_a_draft_counts_once_it_is_reviewed(database: Database) -> None:
    with database.writing() as session:
        guest, pack, card = deck(session)

        answer(session, guest, NOON - timedelta(days=1), kind=LOG_QUIZ, verdict="right", card_id=card,
               card_uid=pack.cards[0].uid)  # fmt: skip
        send(session, guest, card, NOON)
        assert held(session, card) == Held("2026-03-10", typed_on="2026-03-09")


def test_the_word_that_models_know_for_right_is_the_judges() -> None:
    assert TypedVerdict.RIGHT.value == TYPED_RIGHT


def test_sums_that_are_built_anew_bring_what_each_card_proves(database: Database) -> None:
    with database.writing() as session:
        guest, _, card = deck(session)
        for days in (0, 3, 9):
            send(session, guest, card, NOON + days * DAY)
    set_schedule(database, card, **Held("2020-01-01", typed_on="2020-01-02").columns())
    recount_beside_others(database, guest)
    with database.writing() as session:
        assert held(session, card) == Held("2026-03-10", "2026-03-13", "2026-03-19")
        assert recount(session, [card]) == 0
