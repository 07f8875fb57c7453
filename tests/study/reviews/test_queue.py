"""The queue: what comes first, what waits, and what a day holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import AGAIN, GOOD, REVIEW, CardSchedule
from studylens.study.reviews import cards as schedule
from studylens.study.reviews.queue import NEW_EVERY, Scope, next_card
from studylens.study.schedule.settings import catch_up, settings_to_change
from tests.study.reviews.world import add_deck, add_guest, learn, send

pytestmark = pytest.mark.own_sql

AT = datetime(2026, 3, 2, 18, tzinfo=UTC)
LATER = AT + timedelta(days=30)


@pytest.fixture
def guest(database: Database) -> int:
    with database.writing() as session:
        return add_guest(session)


def answer_all(session: Session, guest: int, at: datetime, *, most: int = 400) -> list[int]:
    """Answer well what comes up until nothing does; return the cards in their order."""
    seen = []
    for _ in range(most):
        shown = next_card(session, guest, at, Scope()).shown
        if shown is None:
            break
        seen.append(shown.card.id)
        send(session, guest, shown.card.id, at)
    return seen


def test_what_is_most_at_risk_comes_first(database: Database, guest: int) -> None:
    with database.writing() as session:
        ids = learn(session, add_deck(session, guest), AT)
        for card_id, (days, stability) in zip(
            ids, [(20, 40), (20, 10), (90, 80), (8, 3), (1, 0.5)], strict=True
        ):
            row = session.get_one(CardSchedule, card_id, populate_existing=True)
            row.last_review_at, row.stability = LATER - timedelta(days=days), stability
            row.due_at = LATER - timedelta(days=1)
        session.flush()
        order = [ids[n] for n in (3, 1, 4, 2, 0)]
        assert answer_all(session, guest, LATER)[:5] == order


def test_new_cards_come_in_between(database: Database, guest: int) -> None:
    with database.writing() as session:
        known = learn(session, add_deck(session, guest, 12), AT)
        fresh = add_deck(session, guest, 3)
        schedule.accept(session, fresh, fresh.cards, AT)
        order = answer_all(session, guest, LATER)
        places = [order.index(card.id) for card in fresh.cards]
        assert places[0] == NEW_EVERY - 1
        assert places[1] - places[0] >= NEW_EVERY - 1
        assert set(known) <= set(order)


def test_steps_come_back_in_the_session_and_end_it(database: Database, guest: int) -> None:
    with database.writing() as session:
        pack = add_deck(session, guest, 2)
        schedule.accept(session, pack, pack.cards, AT)
        first, second = (card.id for card in pack.cards)
        send(session, guest, first, AT, AGAIN)
        shown = next_card(session, guest, AT, Scope()).shown
        assert shown is not None
        assert shown.card.id == second  # The other one first: a minute has not gone by.
        shown = next_card(session, guest, AT + timedelta(minutes=2), Scope()).shown
        assert shown is not None
        assert shown.card.id == first
        order = answer_all(session, guest, AT + timedelta(minutes=2))
        assert sorted(order) == [first, first, second, second]


def test_nobody_waits_for_a_step_and_none_comes_long_before_its_time(database: Database, guest: int) -> None:
    with database.writing() as session:
        pack = add_deck(session, guest, 1)
        schedule.accept(session, pack, pack.cards, AT)
        send(session, guest, pack.cards[0].id, AT, GOOD)
        assert next_card(session, guest, AT, Scope()).shown is not None
        assert next_card(session, guest, AT - timedelta(minutes=11), Scope()).shown is None


def test_the_limits_count_cards_of_the_day_and_not_their_repeats(database: Database, guest: int) -> None:
    with database.writing() as session:
        settings = settings_to_change(session, guest)
        settings.daily_cap, settings.new_per_day = 6, 2
        known = learn(session, add_deck(session, guest, 10), AT)
        fresh = add_deck(session, guest, 5)
        schedule.accept(session, fresh, fresh.cards, AT)
        queue = next_card(session, guest, LATER, Scope())
        assert (queue.due, queue.new, queue.waiting) == (6, 0, 10)
        send(session, guest, known[0], LATER, AGAIN)
        queue = next_card(session, guest, LATER, Scope())
        assert (queue.due, queue.new) == (5 + 1, 0)  # Its step comes on top.
        assert len(set(answer_all(session, guest, LATER))) == 6
        assert next_card(session, guest, LATER, Scope(more=True)).left == 4 + 5
        tomorrow = schedule.due_now(session, guest, LATER + timedelta(days=1))
        assert (tomorrow.due, tomorrow.new) == (4 + 1, 1)  # What was forgotten comes tomorrow, too.


def test_one_pack_can_be_reviewed_alone(database: Database, guest: int) -> None:
    with database.writing() as session:
        learn(session, add_deck(session, guest), AT)
        pack = add_deck(session, guest, 2)
        mine = learn(session, pack, AT)
        queue = next_card(session, guest, LATER, Scope(pack.id))
        assert queue.due == 2
        assert queue.shown is not None
        assert queue.shown.card.id in mine


def test_a_backlog_is_spread_most_at_risk_first_without_new_cards(database: Database, guest: int) -> None:
    with database.writing() as session:
        learn(session, add_deck(session, guest, 20), AT)
        fresh = add_deck(session, guest, 5)
        schedule.accept(session, fresh, fresh.cards, AT)
        catch_up(session, guest, days=4, begun=LATER.date())
        seen = []
        for day in range(4):
            at = LATER + timedelta(days=day)
            seen.append(answer_all(session, guest, at))
            assert schedule.due_now(session, guest, at).new == 0
        assert [len(set(cards)) for cards in seen] == [5, 5, 5, 5]
        assert len({card for cards in seen for card in cards}) == 20
        after = schedule.due_now(session, guest, LATER + timedelta(days=4))
        assert after.new == 5


def test_what_is_due_now_says_about_how_long_it_takes(database: Database, guest: int) -> None:
    with database.writing() as session:
        pack = add_deck(session, guest, 60)
        schedule.accept(session, pack, pack.cards, AT)
        settings_to_change(session, guest).new_per_day = 60
        assert schedule.due_now(session, guest, AT).minutes == 8  # 60 cards of 8 s
        for card in pack.cards:
            send(session, guest, card.id, AT)
        tomorrow = schedule.due_now(session, guest, AT + timedelta(days=1))
        assert (tomorrow.due, tomorrow.new, tomorrow.minutes) == (60, 0, 4)  # 4 s each, as they took.


def test_nothing_due_takes_no_time(database: Database, guest: int) -> None:
    with database.reading() as session:
        found = schedule.due_now(session, guest, AT)
        assert (found.due, found.new, found.minutes, found.cards) == (0, 0, 0, 0)


def test_the_forecast_counts_known_cards_by_study_day_with_the_overdue_today(
    database: Database, guest: int
) -> None:
    zone = "Pacific/Auckland"
    with database.writing() as session:
        settings_to_change(session, guest).time_zone = zone
        ids = learn(session, add_deck(session, guest, 6), AT)
        due = [
            AT - timedelta(days=9),
            AT - timedelta(minutes=1),
            AT + timedelta(hours=21),
            AT + timedelta(days=2),
        ]
        rows = [session.get_one(CardSchedule, card_id, populate_existing=True) for card_id in ids]
        for row, moment in zip(rows, [*due, AT + timedelta(days=40), AT], strict=True):
            row.due_at, row.state = moment, REVIEW
        rows[5].suspended = True
        session.flush()
        # It is 7 in the morning of 3 March in Auckland; a study day ends at 3 in the afternoon UTC.
        assert schedule.due_by_day(session, guest, zone, 4, at=AT) == [
            (date(2026, 3, 3), 2), (date(2026, 3, 4), 1), (date(2026, 3, 5), 1), (date(2026, 3, 6), 0),
        ]  # fmt: skip


def test_a_damaged_restore_does_not_stop_the_queue(database: Database, guest: int) -> None:
    with database.writing() as session:
        pack = add_deck(session, guest, 2)
        learn(session, pack, AT)
        pack.exam_date = "0000-99-99"
        settings = settings_to_change(session, guest)
        settings.catch_up_from, settings.catch_up_days = "someday", 3
        settings.time_zone = "Mars/Base"
        row = session.get_one(CardSchedule, pack.cards[0].id, populate_existing=True)
        row.stability = 0.0
        session.flush()
        assert len(set(answer_all(session, guest, LATER))) == 2
