""" "From earlier days" is a matter of dates: what was asked today already is not from an earlier day."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import AGAIN, GOOD, LOG_CRAM, LOG_QUIZ, CardSchedule, Flashcard, ReviewDay, new_id
from studylens.study.progress.stats import progress_of
from studylens.study.record.tallies import recount
from studylens.study.reviews import answers, cards, log
from studylens.study.reviews.queue import Scope, next_card
from studylens.study.schedule.moment import moment_of
from studylens.study.schedule.settings import settings_to_change
from tests.study.reviews.world import add_deck, add_guest, learn, send

pytestmark = pytest.mark.own_sql
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = AT + timedelta(days=9)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["UTC", "Asia/Tokyo"])
def card(database: Database, request: pytest.FixtureRequest) -> int:
    """A card that its student learnt on 2 March, in a zone."""
    with database.writing() as session:
        guest = add_guest(session)
        settings_to_change(session, guest).time_zone = request.param
        return learn(session, add_deck(session, guest, 1), AT)[0]


def guest_of(session: Session, card_id: int) -> int:
    return session.get_one(CardSchedule, card_id).guest_id


def ask(session: Session, card_id: int, kind: str, at: datetime, rating: int = GOOD) -> None:
    """Ask the card in a quiz or while cramming; what a quiz missed is due."""
    card, guest = session.get_one(Flashcard, card_id), guest_of(session, card_id)
    row = log.entry(guest, kind, moment_of(session, guest, at))
    row.card_id, row.card_uid, row.pack_id, row.rating = card.id, card.uid, card.pack_id, rating
    log.write(session, row)
    if kind == LOG_QUIZ and rating == AGAIN:
        cards.make_due(session, card, at)


def recalls(session: Session, card_id: int) -> list[int]:
    """Return recalls of cards from earlier days, day by day; the same when all is counted anew."""

    def counted() -> list[int]:
        passed = ReviewDay.young_passed + ReviewDay.mature_passed
        return list(session.scalars(select(passed).order_by(ReviewDay.local_date)))

    found = counted()
    recount(session, guest_of(session, card_id))
    assert counted() == found
    return found


def test_a_card_that_comes_back_on_a_later_day_counts(database: Database, card: int) -> None:
    with database.writing() as session:
        send(session, guest_of(session, card), card, LATER)
        assert recalls(session, card) == [0, 1]


def test_a_card_learnt_today_and_missed_in_a_quiz_is_of_today(database: Database, card: int) -> None:
    with database.writing() as session:
        at = AT + 30 * MINUTE
        ask(session, card, LOG_QUIZ, at, AGAIN)
        send(session, guest_of(session, card), card, at + MINUTE)
        assert recalls(session, card) == [0]


def test_a_card_of_last_week_that_a_quiz_missed_minutes_ago_is_of_today(
    database: Database, card: int
) -> None:
    with database.writing() as session:
        ask(session, card, LOG_QUIZ, LATER, AGAIN)
        send(session, guest_of(session, card), card, LATER + MINUTE)
        assert recalls(session, card) == [0, 0]


def test_what_a_quiz_missed_yesterday_is_from_an_earlier_day(database: Database, card: int) -> None:
    with database.writing() as session:
        ask(session, card, LOG_QUIZ, LATER - timedelta(days=1), AGAIN)
        send(session, guest_of(session, card), card, LATER)
        assert recalls(session, card) == [0, 0, 1]


def test_a_card_crammed_today_is_of_today(database: Database, card: int) -> None:
    with database.writing() as session:
        ask(session, card, LOG_CRAM, LATER)
        send(session, guest_of(session, card), card, LATER + MINUTE)
        assert recalls(session, card) == [0, 0]


def test_a_step_of_today_is_of_today_and_one_of_yesterday_is_not(database: Database, card: int) -> None:
    with database.writing() as session:
        guest = guest_of(session, card)
        send(session, guest, card, LATER, AGAIN)
        send(session, guest, card, LATER + MINUTE, AGAIN)
        send(session, guest, card, LATER + 2 * MINUTE, AGAIN)
        send(session, guest, card, LATER + timedelta(days=1), GOOD)
        assert recalls(session, card) == [0, 0, 1]


def test_an_answer_that_was_taken_back_does_not_make_the_card_one_of_today(
    database: Database, card: int
) -> None:
    with database.writing() as session:
        guest = guest_of(session, card)
        send(session, guest, card, LATER, AGAIN)
        answers.undo(session, guest, new_id(), LATER + MINUTE)
        send(session, guest, card, LATER + 2 * MINUTE)
        assert recalls(session, card) == [0, 1]


@pytest.mark.parametrize("seed", range(3))
def test_all_pages_tell_the_same_numbers(database: Database, seed: int) -> None:
    dice = random.Random(seed)
    with database.writing() as session:
        guest = add_guest(session)
        ids = learn(session, add_deck(session, guest, 4), AT)
        for day in range(1, 6):
            at = AT + timedelta(days=2 * day)
            for _ in range(dice.randrange(2, 7)):
                at += dice.randrange(1, 90) * MINUTE
                chosen, rating = dice.choice(ids), dice.choice([AGAIN, GOOD])
                if dice.random() < 0.4:
                    ask(session, chosen, dice.choice([LOG_QUIZ, LOG_CRAM]), at, rating)
                else:
                    send(session, guest, chosen, at, rating)
                if dice.random() < 0.2:
                    answers.undo(session, guest, new_id(), at)
            queue, stats = next_card(session, guest, at, Scope()), progress_of(session, guest, at)
            of_year = {item.date: item.answers for item in stats.year.days}
            assert queue.today.answers == stats.done_today.answers == of_year.get(stats.today, 0)
            assert queue.done == stats.done_today.reviews
            assert (queue.due, queue.new, queue.waiting) == (
                stats.due.due, stats.due.new, stats.due.waiting,
            )  # fmt: skip
            assert stats.forecast[0].cards == stats.due.waiting
            earlier = stats.retention[-1].both
            states = {item.state: item.share for item in stats.states}
            assert states["review"] == earlier
            assert sum(item.share.n for item in stats.hours) == earlier.n
            assert sum(item.share.passed for item in stats.hours) == earlier.passed
