"""Answers: each counts once, moves its card, keeps siblings away for the day, and can be taken back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.orm import Session

from studylens.errors import CardAway, NotFound
from studylens.models import LOG_REVIEW, LOG_UNDO, NEW, REVIEW, CardSchedule, Flashcard, Pack, ReviewLog
from studylens.study import log
from studylens.study.days import study_date
from studylens.study.schedule import plan_for
from studylens.study.schedule_exam import is_last_round
from studylens.study.schedule_fsrs import answered, retrievability
from studylens.study.schedule_memory import Memory
from studylens.study.settings import settings_of

UNDO_DAYS = 1
"""Study days back that an answer can be taken back: what was answered before is history."""


@dataclass(frozen=True)
class Answer:
    """One answer as it was sent: rating 1-4, a random key of its form, and milliseconds (0: unknown)."""

    card_id: int
    rating: int
    request_key: str
    duration_ms: int = 0


@dataclass(frozen=True)
class Outcome:
    """What an answer did: `counted` is False for a form that had been sent before."""

    counted: bool
    leech: bool = False


def answer(session: Session, guest_id: int, given: Answer, at: datetime) -> Outcome:
    """Count an answer and schedule its card. Raises NotFound, CardAway; a second submit changes nothing."""
    found = _locked(session, guest_id, given.card_id)
    if is_known(session, guest_id, given.request_key):
        return Outcome(counted=False)
    row: CardSchedule = found.CardSchedule
    settings = settings_of(session, guest_id)
    plan = plan_for(given.card_id, settings, found.exam_date)
    before = Memory.of(row)
    after = answered(before, given.rating, at, plan)
    made = log.entry(guest_id, LOG_REVIEW, at=at, zone=plan.zone)
    made.card_id, made.card_uid, made.pack_id = given.card_id, found.uid, row.pack_id
    made.rating, made.duration_ms, made.request_key = given.rating, given.duration_ms, given.request_key
    made.state_before, made.retrievability = before.state, retrievability(before, at, plan)
    made.before, made.after = before.to_json(), after.to_json()
    after.write(row)
    if not is_last_round(study_date(at, plan.zone), plan.exam):
        _bury_siblings(session, row, found.source_line, made.local_date)
    log.write(session, made)
    return Outcome(counted=True, leech=after.suspended and not before.suspended)


def undo(session: Session, guest_id: int, request_key: str, at: datetime) -> int | None:
    """Take the last answer of this study day back; return its card's id, None when there is none."""
    zone = settings_of(session, guest_id).time_zone
    last = session.scalar(_last_answer(guest_id, study_date(at, zone)))
    if last is None or is_known(session, guest_id, request_key):
        return None
    row = session.get(CardSchedule, last.card_id, with_for_update=True) if last.card_id else None
    if session.scalar(_last_answer(guest_id, study_date(at, zone))) is not last:
        return None  # Another tab took it back while we waited for the card.
    made = log.entry(guest_id, LOG_UNDO, at=at, zone=zone)
    made.card_id, made.card_uid, made.pack_id = last.card_id, last.card_uid, last.pack_id
    made.undoes_id, made.request_key = last.id, request_key
    if row is not None and last.before:
        made.before, made.after = Memory.of(row).to_json(), last.before
        Memory.from_json(last.before).write(row)
        _unbury_siblings(session, row, last)
    log.write(session, made)
    return last.card_id


def can_undo(session: Session, guest_id: int, today: date) -> bool:
    """Say whether there is an answer to take back."""
    return session.scalar(_last_answer(guest_id, today).with_only_columns(ReviewLog.id)) is not None


def is_known(session: Session, guest_id: int, request_key: str) -> bool:
    """Say whether a form with this key was counted before."""
    same = select(ReviewLog.id).where(ReviewLog.guest_id == guest_id, ReviewLog.request_key == request_key)
    return session.scalar(same) is not None


def find_own(session: Session, guest_id: int | None, card_id: int) -> Flashcard:
    """Return the guest's card, whatever became of it. Raises NotFound, also for somebody else's."""
    own = select(Flashcard).join(Pack).where(Flashcard.id == card_id, Pack.guest_id == (guest_id or 0))
    found = session.scalar(own)
    if found is None:
        raise NotFound
    return found


def _locked(session: Session, guest_id: int, card_id: int) -> Row[*tuple[Any, ...]]:
    """Return the card's schedule, locked, and what an answer needs beside it. Raises NotFound, CardAway."""
    found = session.execute(_FOUND.where(CardSchedule.card_id == card_id)).one_or_none()
    if found is None or found.guest_id != guest_id:
        find_own(session, guest_id, card_id)
        raise CardAway  # Their own, but a draft.
    if found.deleted_at or found.trashed_at or found.CardSchedule.suspended:
        raise CardAway
    return found


_FOUND = (
    select(
        CardSchedule,
        Flashcard.uid,
        Flashcard.source_line,
        Flashcard.deleted_at,
        Pack.guest_id,
        Pack.exam_date,
        Pack.deleted_at.label("trashed_at"),
    )
    .join(Flashcard, Flashcard.id == CardSchedule.card_id)
    .join(Pack, Pack.id == CardSchedule.pack_id)
    .with_for_update(of=CardSchedule)
)


def _last_answer(guest_id: int, today: date) -> Select[ReviewLog]:
    """Select the latest answer that no `undo` row names."""
    since = (today - timedelta(days=UNDO_DAYS - 1)).isoformat()
    recent = (ReviewLog.guest_id == guest_id, ReviewLog.local_date >= since)
    undone = select(ReviewLog.undoes_id).where(*recent, ReviewLog.kind == LOG_UNDO)
    undone = undone.where(ReviewLog.undoes_id.is_not(None))
    answers = select(ReviewLog).where(*recent, ReviewLog.kind == LOG_REVIEW, ReviewLog.id.not_in(undone))
    return answers.order_by(ReviewLog.id.desc()).limit(1)


def _siblings(row: CardSchedule, source_line: int) -> Select[int]:
    same = select(Flashcard.id).where(Flashcard.pack_id == row.pack_id, Flashcard.id != row.card_id)
    return same.where(Flashcard.source_line == source_line)


def _bury_siblings(session: Session, row: CardSchedule, source_line: int | None, today: str) -> None:
    """Keep cards of the same line away today: the one would answer the other."""
    if source_line is None:
        return
    resting = CardSchedule.state.in_((NEW, REVIEW))  # What is in its steps goes on.
    away = update(CardSchedule).where(CardSchedule.card_id.in_(_siblings(row, source_line)), resting)
    session.execute(away.values(buried_on=today), execution_options={"synchronize_session": False})


def _unbury_siblings(session: Session, row: CardSchedule, last: ReviewLog) -> None:
    card = session.get(Flashcard, row.card_id)
    if card is None or card.source_line is None:
        return
    back = update(CardSchedule).where(CardSchedule.card_id.in_(_siblings(row, card.source_line)))
    back = back.where(CardSchedule.buried_on == last.local_date).values(buried_on=None)
    session.execute(back, execution_options={"synchronize_session": False})
