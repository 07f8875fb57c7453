"""Whoever asks has a row in every table: what the matrix's world lacks is added here."""

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studylens.jobs import readings
from studylens.models import (
    GOOD,
    LOG_REVIEW,
    LOG_UNDO,
    REVIEW,
    Account,
    Achievement,
    CardSchedule,
    Cutout,
    DeviceCode,
    Flashcard,
    Import,
    ImportStep,
    KeptAccount,
    KeptMark,
    KeptName,
    LiveQuiz,
    Pack,
    PackJoin,
    PushSubscription,
    ReviewLog,
    SharedLink,
    SheetBatch,
    TranscriptLine,
    UserAchievement,
    new_id,
    now,
)
from studylens.study.record import tallies
from studylens.study.schedule.memory import MemoryState
from studylens.web.door.wiring import Wiring
from tests.plans import crowd
from tests.web.matrix.world import World, build

DAYS, A_DAY = 8, 3
"""Study days unless more are asked for, the last of them today, and answers on each."""


def beside(app: Flask, wiring: Wiring, others: int, *, days: int = DAYS) -> World:
    """Fill the database with a student who has one thing of every kind, and others who have the same."""
    built = build(app, wiring)
    with wiring.database.writing() as session:
        other = guest_of(session, "other")
        for guest_id in (other, built.owner):
            add_history(session, guest_id, days)
        make_recent(session)
    readings.begin(wiring.database)
    crowd.add_others(wiring.database, other, 1, others)
    return built


def make_recent(session: Session) -> None:
    """Let nothing be so old that a sweep deletes it: what is due once is no cost of every sweep."""
    for moment in (Cutout.created_at, SheetBatch.created_at, LiveQuiz.made_at, PackJoin.joined_at):
        session.execute(update(moment.class_).values({moment.key: now()}))
    session.execute(update(SharedLink).values(ends_at=now() + timedelta(days=1), revoked_at=None))


def guest_of(session: Session, name: str) -> int:
    """Return the guest of an account."""
    return session.execute(select(Account.guest_id).where(Account.name == name)).scalar_one()


def add_history(session: Session, guest_id: int, days: int = DAYS) -> None:
    """Let a student have answered cards for some days, one answer undone, and use all that one can."""
    cards = list(session.scalars(select(Flashcard).join(Pack).where(Pack.guest_id == guest_id)))
    for place, card in enumerate(cards):
        card.edited_at = now() if place % 3 == 0 else None
        if session.get(CardSchedule, card.id) is None:
            due = now() + timedelta(days=place % 5 - 2)
            session.add(CardSchedule(card_id=card.id, guest_id=guest_id, pack_id=card.pack_id, state=REVIEW,
                                     stability=5.0 + place, difficulty=5.0, due_at=due,
                                     last_review_at=now() - timedelta(days=3), lapses=place % 4))  # fmt: skip
    for day in range(days):
        for card in cards[:A_DAY]:
            session.add(_answer(guest_id, card, now().date() - timedelta(days=day)))
    session.flush()
    last = session.scalars(select(ReviewLog).where(ReviewLog.guest_id == guest_id).limit(1)).one()
    undo = _answer(guest_id, cards[0], now().date())
    undo.kind, undo.undoes_id, undo.rating = LOG_UNDO, last.id, None
    session.add(undo)
    lines = select(TranscriptLine).join(Pack, Pack.id == TranscriptLine.pack_id)
    for line in session.scalars(lines.where(Pack.guest_id == guest_id).limit(3)):
        line.edited_at = now()
    tallies.recount(session, guest_id)
    _add_the_rest(session, guest_id)


def _answer(guest_id: int, card: Flashcard, day: date) -> ReviewLog:
    at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
    state = MemoryState(state=REVIEW, due_at=at, stability=5.0, difficulty=5.0, last_review_at=at).to_json()
    return ReviewLog(guest_id=guest_id, card_id=card.id, card_uid=card.uid, pack_id=card.pack_id,
                     kind=LOG_REVIEW, rating=GOOD, reviewed_at=at, local_date=day.isoformat(), local_hour=5,
                     zone="UTC", state_before=REVIEW, retrievability=0.9,
                     before=state, after=state)  # fmt: skip


def _add_the_rest(session: Session, guest_id: int) -> None:
    later = now() + timedelta(days=1)
    code, push = new_id() * 2, new_id() * 2
    session.add_all((
        KeptAccount(guest_id=guest_id, mark=1),
        KeptMark(guest_id=guest_id, part="packs", mark=1),
        KeptName(name=new_id(), guest_id=guest_id),
        DeviceCode(code_hash=code, guest_id=guest_id, expires_at=later),
        PushSubscription(guest_id=guest_id, endpoint_hash=push, endpoint="https://push.example/1", p256dh="p",
                         auth="a", hour=7, next_at=later),
    ))  # fmt: skip
    for name in session.scalars(select(Achievement.achievement_name).limit(3)):
        session.add(UserAchievement(guest_id=guest_id, achievement_name=name, tier=1))
    for coming in session.scalars(select(Import.id).where(Import.guest_id == guest_id)):
        session.add(ImportStep(import_id=coming))
