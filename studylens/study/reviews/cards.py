"""When cards come back, apart from answers: accepting drafts, exams, cards set aside and brought back."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText, CardAway
from studylens.language import _
from studylens.models import NEW, REVIEW, CardSchedule, Flashcard, Pack, StudySettings
from studylens.study.reviews import log
from studylens.study.reviews.due import DueCount, due_by_day, due_now
from studylens.study.schedule.due_day import as_moment, due_day
from studylens.study.schedule.fsrs import Plan, review_day
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import StudyMoment, moment_of
from studylens.study.schedule.weights import weights_of

__all__ = [
    "DueCount",
    "accept",
    "due_by_day",
    "due_now",
    "make_due",
    "parse_exam",
    "plan_for",
    "resume",
    "set_exam",
    "skip",
    "suspend",
    "take_back",
]  # fmt: skip
FARTHEST_EXAM_DAYS = 5 * 366
"""Five years ahead; a later date is a slip of the finger."""

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def accept(session: Session, pack: Pack, cards: Iterable[Flashcard], at: datetime) -> int:
    """Schedule those of the pack's cards that have no schedule yet, as new and due now; return how many."""
    chosen = [card for card in cards if card.pack_id == pack.id and card.deleted_at is None]
    session.execute(select(Pack.id).where(Pack.id == pack.id).with_for_update())  # One at a time.
    known = select(CardSchedule.card_id).join(Flashcard, Flashcard.id == CardSchedule.card_id)
    scheduled = set(session.scalars(known.where(Flashcard.pack_id == pack.id)))  # A pack may have thousands.
    for card in chosen:
        card.accepted_at = card.accepted_at or at
    fresh = [card.id for card in chosen if card.id not in scheduled]
    session.add_all(
        CardSchedule(card_id=card_id, guest_id=pack.guest_id, pack_id=pack.id, state=NEW, due_at=at)
        for card_id in fresh
    )
    session.flush()
    return len(fresh)


def take_back(session: Session, pack: Pack, at: datetime) -> int:
    """Let those cards be new again that were accepted at this moment and never answered; return how many."""
    rows = select(CardSchedule).join(Flashcard, Flashcard.id == CardSchedule.card_id)
    mine = (Flashcard.pack_id == pack.id, Flashcard.accepted_at == at, CardSchedule.reps == 0)
    taken = session.scalars(rows.where(*mine).with_for_update()).all()
    for row in taken:
        session.get_one(Flashcard, row.card_id).accepted_at = None
        session.delete(row)
    session.flush()
    return len(taken)


def make_due(session: Session, card: Flashcard, at: datetime) -> CardSchedule:
    """Let a card come up now, after a wrong answer in a quiz; a draft is accepted by that."""
    row = session.get(CardSchedule, card.id, with_for_update=True)
    if row is None:
        accept(session, session.get_one(Pack, card.pack_id), [card], at)
        return session.get_one(CardSchedule, card.id)
    before, moment = MemoryState.of(row), moment_of(session, row.guest_id, at)
    waits = before.due_at > at or _day(before, moment) > moment.today
    log.move(session, row, before.but(due_at=at if waits else before.due_at, buried_on=None), moment)
    return row


def suspend(session: Session, guest_id: int, card_id: int, at: datetime) -> None:
    """Set a card aside until the student brings it back. Raises CardAway."""
    _hold(session, guest_id, card_id, at, suspended=True)


def skip(session: Session, guest_id: int, card_id: int, at: datetime) -> None:
    """Let a card stay away for the rest of the study day, its schedule as it was. Raises CardAway."""
    row = session.get(CardSchedule, card_id, with_for_update=True)
    if row is None or row.guest_id != guest_id:
        raise CardAway
    moment = moment_of(session, guest_id, at)
    log.move(session, row, MemoryState.of(row).but(buried_on=moment.today.isoformat()), moment)


def resume(session: Session, guest_id: int, card_id: int, at: datetime) -> None:
    """Bring a card back that was set aside. Raises CardAway."""
    _hold(session, guest_id, card_id, at, suspended=False)


def parse_exam(text: str, today: date) -> date | None:
    """Return the day of an exam written as YYYY-MM-DD, None for nothing. Raises BadText."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip() if _DAY.fullmatch(text.strip()) else "")
    except ValueError as error:
        raise BadText(_("There is no such day. Write the exam's date as year-month-day.")) from error
    if day < today:
        raise BadText(_("This day is over. Choose the exam's date from today on, or leave it empty."))
    if day > today + timedelta(days=FARTHEST_EXAM_DAYS):
        raise BadText(_("This is more than five years away. Check the year."))
    return day


def set_exam(session: Session, pack: Pack, exam: date | None, at: datetime) -> int:
    """Set or clear the pack's exam, and move what was scheduled accordingly; return how many cards moved."""
    moment = moment_of(session, pack.guest_id, at)
    pack.exam_date = exam.isoformat() if exam else None
    known = select(CardSchedule).where(CardSchedule.pack_id == pack.id, CardSchedule.state == REVIEW)
    rows = session.scalars(known.with_for_update()).all()
    moves = [(row, _rescheduled(row, pack, moment)) for row in rows if _day(row, moment) > moment.today]
    changed = [(row, after) for row, after in moves if _day(after, moment) != _day(row, moment)]
    log.move_all(session, changed, moment)
    return len(changed)


def plan_for(card_id: int, settings: StudySettings, exam_date: str | None) -> Plan:
    """Return for whom a card is scheduled."""
    exam, weights = exam_of(exam_date), weights_of(settings)
    return Plan(card_id, settings.time_zone, settings.retention, exam, weights)


def exam_of(exam_date: str | None) -> date | None:
    """Return a pack's exam; a date that is none (from a restored file) is left out."""
    try:
        return date.fromisoformat(exam_date) if exam_date else None
    except ValueError:
        return None


def _rescheduled(row: CardSchedule, pack: Pack, moment: StudyMoment) -> MemoryState:
    memory, plan = MemoryState.of(row), plan_for(row.card_id, moment.settings, pack.exam_date)
    return memory.but(due_at=as_moment(review_day(memory, moment.at, plan)))


def _day(card: CardSchedule | MemoryState, moment: StudyMoment) -> date:
    return due_day(card.state, card.due_at, moment.zone)


def _hold(session: Session, guest_id: int, card_id: int, at: datetime, *, suspended: bool) -> None:
    row = session.get(CardSchedule, card_id, with_for_update=True)
    if row is None or row.guest_id != guest_id:
        raise CardAway
    after = MemoryState.of(row).but(suspended=suspended, buried_on=None)
    log.move(session, row, after, moment_of(session, guest_id, at))
