"""Answers: each counts once, in one transaction, and everything can be counted again from the log."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database_config import Database
from studylens.errors import CardAway, NotFound
from studylens.models import (
    AGAIN,
    LOG_QUIZ,
    LOG_RESCHEDULE,
    LOG_REVIEW,
    LOG_UNDO,
    CardSchedule,
    Flashcard,
    Pack,
    ReviewDay,
    ReviewLog,
    StudySettings,
    new_id,
)
from studylens.study.record.tallies import recount
from studylens.study.reviews import answers, cards, log
from studylens.study.reviews.answers import Answer
from studylens.study.reviews.queue import Scope, next_card
from studylens.study.schedule.days import study_date
from studylens.study.schedule.fsrs import answered
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import StudyMoment
from studylens.study.schedule.settings import settings_of, settings_to_change
from tests.study.reviews.world import add_deck, add_guest, learn, log_of, send

pytestmark = pytest.mark.own_sql

AT = datetime(2026, 3, 2, 18, tzinfo=UTC)


def memory_of(session: Session, card_id: int) -> MemoryState:
    return MemoryState.of(session.get_one(CardSchedule, card_id, populate_existing=True))


def test_drafts_do_not_come_up_until_they_are_accepted_once(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session))
        assert next_card(session, pack.guest_id, AT, Scope()).shown is None
        assert cards.accept(session, pack, pack.cards[:2], AT) == 2
        assert cards.accept(session, pack, pack.cards, AT) == 3
        assert cards.accept(session, pack, pack.cards, AT) == 0
        assert cards.due_now(session, pack.guest_id, AT).new == 5


def test_an_answer_is_logged_with_all_that_numbers_need(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session))
        settings_to_change(session, pack.guest_id).time_zone = "Asia/Tokyo"
        [card_id, *_] = learn(session, pack, AT)
        row = log_of(session, card_id)[-1]
        assert (row.kind, row.rating, row.duration_ms, row.zone) == (LOG_REVIEW, 3, 4_000, "Asia/Tokyo")
        assert (row.local_date, row.local_hour) == ("2026-03-02", 3)
        assert (row.reviewed_at, row.card_uid) == (AT + timedelta(minutes=10), pack.cards[0].uid)
        assert row.after == memory_of(session, card_id).to_json()
        day = session.get_one(ReviewDay, (pack.guest_id, "2026-03-02"))
        assert (day.reviews, day.new_cards) == (10, 5)


def test_a_double_submit_is_one_answer(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session))
        card_id, later = learn(session, pack, AT)[0], AT + timedelta(days=3)
        given = Answer(card_id, 3, new_id())
        assert answers.answer(session, pack.guest_id, given, later).counted
        moved = memory_of(session, card_id)
        assert not answers.answer(session, pack.guest_id, given, later).counted
        assert memory_of(session, card_id) == moved
        assert len(log_of(session, card_id)) == 3


def test_somebody_elses_card_does_not_exist(database: Database) -> None:
    with database.writing() as session:
        card_id = learn(session, add_deck(session, add_guest(session)), AT)[0]
        stranger = add_guest(session)
        for unknown in (card_id, 2**31 - 1):
            with pytest.raises(NotFound):
                send(session, stranger, unknown, AT)


def test_what_is_away_is_not_counted(database: Database) -> None:
    with database.writing() as session:
        guest = add_guest(session)
        pack, trashed = add_deck(session, guest), add_deck(session, guest)
        dropped = add_deck(session, guest).cards[0]
        dropped.deleted_at, draft = AT, dropped.id
        deleted, suspended, *_ = learn(session, pack, AT)
        in_trash = learn(session, trashed, AT)[0]
        pack.cards[0].deleted_at = trashed.deleted_at = AT
        cards.suspend(session, guest, suspended, AT)
        before = session.scalar(select(func.count()).select_from(ReviewLog))
        for card_id in (draft, deleted, suspended, in_trash):
            with pytest.raises(CardAway):
                send(session, guest, card_id, AT)
        assert session.scalar(select(func.count()).select_from(ReviewLog)) == before
        assert {deleted, suspended, in_trash}.isdisjoint({shown_id(session, guest, AT + timedelta(days=9))})


def shown_id(session: Session, guest: int, at: datetime, scope: Scope | None = None) -> int | None:
    shown = next_card(session, guest, at, scope or Scope()).shown
    return shown.card.id if shown else None


def test_undo_restores_the_card_and_the_sums_and_keeps_both_rows(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session))
        card_id, later = learn(session, pack, AT)[0], AT + timedelta(days=3)
        before = memory_of(session, card_id)
        send(session, pack.guest_id, card_id, later, AGAIN)
        assert answers.undo(session, pack.guest_id, new_id(), later) == card_id
        assert memory_of(session, card_id) == before
        assert [row.kind for row in log_of(session, card_id)[-2:]] == [LOG_REVIEW, LOG_UNDO]
        day = session.get_one(ReviewDay, (pack.guest_id, "2026-03-05"), populate_existing=True)
        assert (day.reviews, day.mature_reviews, day.young_reviews) == (0, 0, 0)
        assert answers.undo(session, pack.guest_id, new_id(), later) is None


def test_undo_goes_back_answer_by_answer_and_once_for_each_form(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session))
        first, second, *_ = learn(session, pack, AT)
        later, key = AT + timedelta(days=3), new_id()
        send(session, pack.guest_id, first, later)
        send(session, pack.guest_id, second, later)
        assert answers.undo(session, pack.guest_id, key, later) == second
        assert answers.undo(session, pack.guest_id, key, later) is None
        assert answers.undo(session, pack.guest_id, new_id(), later) == first
        assert answers.undo(session, pack.guest_id, new_id(), later) is None


def test_cards_of_the_same_line_wait_until_tomorrow_and_undo_lets_them_come(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session), cards=3)
        pack.cards[1].source_line = pack.cards[0].source_line
        first, sibling, other = learn(session, pack, AT)
        later = AT + timedelta(days=5)
        send(session, pack.guest_id, first, later)
        assert memory_of(session, sibling).buried_on == "2026-03-07"
        assert memory_of(session, other).buried_on is None
        assert shown_id(session, pack.guest_id, later) == other
        assert shown_id(session, pack.guest_id, later + timedelta(days=1)) in {sibling, other}
        answers.undo(session, pack.guest_id, new_id(), later)
        assert memory_of(session, sibling).buried_on is None


def test_the_eighth_lapse_is_told_and_the_card_waits(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session), cards=1)
        [card_id], at = learn(session, pack, AT), AT
        session.get_one(CardSchedule, card_id).lapses = 7
        at += timedelta(days=4)
        assert send(session, pack.guest_id, card_id, at, AGAIN).leech
        assert shown_id(session, pack.guest_id, at + timedelta(days=1)) is None
        cards.resume(session, pack.guest_id, card_id, at)
        assert shown_id(session, pack.guest_id, at + timedelta(days=1)) == card_id
        assert memory_of(session, card_id).leech


def test_a_clock_that_goes_back_neither_crashes_nor_loses(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session))
        card_id = learn(session, pack, AT)[0]
        send(session, pack.guest_id, card_id, AT - timedelta(days=400))
        row = log_of(session, card_id)[-1]
        assert row.retrievability == 1.0
        assert memory_of(session, card_id).last_review_at == AT + timedelta(minutes=10)


def test_days_that_are_over_stay_as_written_when_the_zone_changes(database: Database) -> None:
    with database.writing() as session:
        pack = add_deck(session, add_guest(session))
        settings = settings_to_change(session, pack.guest_id)
        settings.time_zone = "Pacific/Auckland"
        first, second, *_ = learn(session, pack, AT)
        settings.time_zone = "America/Los_Angeles"
        send(session, pack.guest_id, second, AT + timedelta(minutes=30))
        assert {row.local_date for row in log_of(session, first)} == {"2026-03-03"}
        assert log_of(session, second)[-1].local_date == "2026-03-02"
        recount(session, pack.guest_id)
        days = session.scalars(select(ReviewDay.local_date).where(ReviewDay.guest_id == pack.guest_id))
        assert set(days) == {"2026-03-02", "2026-03-03"}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"])
def test_replaying_the_log_gives_the_present_schedule(database: Database, zone: str) -> None:
    rng, at = random.Random(zone), AT
    with database.writing() as session:
        guest = add_guest(session)
        settings_to_change(session, guest).time_zone = zone
        pack = add_deck(session, guest, cards=6)
        learn(session, pack, at)
        for _ in range(150):
            at += timedelta(hours=rng.choice((0, 1, 9, 30, 200)), seconds=rng.randrange(9_999))
            live_through_one_moment(session, guest, pack.id, at, rng)
        for card in pack.cards:
            assert replayed(session, guest, card) == memory_of(session, card.id).but(buried_on=None)


def live_through_one_moment(
    session: Session, guest: int, pack_id: str, at: datetime, rng: random.Random
) -> None:
    shown = next_card(session, guest, at, Scope(pack_id, more=True)).shown
    if shown is None:
        return
    send(session, guest, shown.card.id, at, rng.choice((1, 2, 3, 3, 3, 4)))
    session.expire_all()
    deed = rng.randrange(12)
    if deed == 0:
        answers.undo(session, guest, new_id(), at)
    elif deed == 1:
        cards.make_due(session, session.get_one(Flashcard, shown.card.id), at)
    elif deed == 2 and session.get_one(CardSchedule, shown.card.id).suspended:
        cards.resume(session, guest, shown.card.id, at)
    elif deed == 3:
        exam = study_date(at, "UTC") + timedelta(days=rng.randrange(30))
        cards.set_exam(session, session.get_one(Pack, pack_id), exam, at)


def replayed(session: Session, guest: int, card: Flashcard) -> MemoryState:
    """Go through the card's rows again: each must begin where the last one ended."""
    rows = log_of(session, card.id)
    memory = MemoryState.from_json(rows[0].before or {})
    for row in rows:
        before, after = MemoryState.from_json(row.before or {}), MemoryState.from_json(row.after or {})
        assert before.but(buried_on=None) == memory.but(buried_on=None)
        if row.kind == LOG_REVIEW:
            day_exam = session.get_one(Pack, card.pack_id).exam_date
            plan = cards.plan_for(card.id, settings_of(session, guest), None)
            again = answered(before, row.rating or 0, row.reviewed_at, plan)
            assert after == again or (day_exam and after.but(due_at=again.due_at) == again)
        memory = after
    return memory.but(buried_on=None)


def test_a_wrong_answer_in_a_quiz_makes_a_card_due_and_the_log_says_so(database: Database) -> None:
    with database.writing() as session:
        guest = add_guest(session)
        pack = add_deck(session, guest)
        card_id = learn(session, pack, AT)[0]
        draft = add_deck(session, guest).cards[0]
        tomorrow = AT + timedelta(hours=12)
        made = log.entry(guest, LOG_QUIZ, StudyMoment(tomorrow, StudySettings(time_zone="UTC")))
        made.rating, made.card_id = AGAIN, card_id
        log.write(session, made)
        cards.make_due(session, pack.cards[0], tomorrow)
        assert cards.make_due(session, draft, tomorrow).due_at == tomorrow
        assert draft.accepted_at == tomorrow
        assert shown_id(session, guest, tomorrow, Scope(pack.id)) == card_id
        assert [row.kind for row in log_of(session, card_id)[-2:]] == [LOG_QUIZ, LOG_RESCHEDULE]
