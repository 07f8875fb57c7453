"""Answers: each counts once, moves its card, keeps siblings away for the day, and can be taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from studylens.errors import CardAway, NotFound
from studylens.models import HARD, LOG_REVIEW, LOG_UNDO, CardSchedule, Flashcard, Pack, ReviewLog
from studylens.study.keeping.arrivals import check_all_here
from studylens.study.record import evidence
from studylens.study.record.evidence import Held
from studylens.study.record.gains import SEEN_ON
from studylens.study.reviews import log
from studylens.study.reviews.cards import plan_for
from studylens.study.reviews.fresh import keep_draft
from studylens.study.reviews.statements import BURIED, FOR_ANSWER, LAST_ANSWER, MOVED, UNBURIED
from studylens.study.reviews.typed import verdict_on
from studylens.study.schedule.exam import is_last_round
from studylens.study.schedule.fsrs import answered, retrievability
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import moment_of


@dataclass(frozen=True)
class Answer:
    """One answer as it was sent: rating 1-4, a random key of its form, and milliseconds (0: unknown)."""

    card_id: int
    rating: int
    request_key: str
    duration_ms: int = 0
    typed: str = ""
    """What was typed and compared before it was rated; empty: it was only thought of."""


@dataclass(frozen=True)
class Outcome:
    """What an answer did: `counted` is False for a form that had been sent before."""

    counted: bool
    leech: bool = False
    news: bool = True
    """There may be achievements that the student has not been told."""


def answer(session: Session, guest_id: int, given: Answer, at: datetime) -> Outcome:
    """Count an answer and schedule its card. Raises NotFound, CardAway; a second submit changes nothing."""
    found = _locked(session, guest_id, given, at)
    if found.is_known:
        return Outcome(counted=False)
    moment = moment_of(session, guest_id, at)
    plan = plan_for(given.card_id, moment.settings, found.exam_date)
    before = MemoryState.of(found)
    after = answered(before, given.rating, at, plan)
    made = log.entry(guest_id, LOG_REVIEW, moment)
    made.card_id, made.card_uid, made.pack_id = given.card_id, found.uid, found.pack_id
    made.rating, made.duration_ms, made.request_key = given.rating, given.duration_ms, given.request_key
    made.state_before, made.retrievability = before.state, retrievability(before, at, plan)
    made.before, made.after = before.to_json() | {SEEN_ON: found.seen_on}, after.to_json()
    made.verdict = verdict_on(session, given.card_id, given.typed) if given.typed else None
    held = Held.of(found)
    recalled = given.rating >= HARD
    _move(
        session, given.card_id, after, held.answered(made.local_date, recalled=recalled, verdict=made.verdict)
    )
    if found.has_siblings and not is_last_round(moment.today, plan.exam):
        near = {"card": given.card_id, "pack": found.pack_id, "line": found.source_line}
        session.connection().execute(BURIED, {**near, "today": made.local_date})
    earned = log.record(session, made)
    is_unknown = held.met_on is None and (before.reps or found.seen_on)  # Answered before this was kept.
    if is_unknown or not held.follows(made.local_date):
        evidence.recount(session, [given.card_id])
    is_leech = after.suspended and not before.suspended
    return Outcome(counted=True, leech=is_leech, news=bool(found.has_news or earned))


def undo(session: Session, guest_id: int, request_key: str, at: datetime) -> int | None:
    """Take the last answer of this study day back; return its card's id, None when there is none."""
    moment = moment_of(session, guest_id, at)
    last_id = _last_answer(session, guest_id, moment.today)
    if last_id is None or is_known(session, guest_id, request_key):
        return None
    last = session.get_one(ReviewLog, last_id)
    row = None
    if last.card_id is not None:
        row = session.get(CardSchedule, last.card_id, with_for_update=True, populate_existing=True)
    if _last_answer(session, guest_id, moment.today) != last_id:
        return None  # Another tab took it back while we waited for the card.
    made = log.entry(guest_id, LOG_UNDO, moment)
    made.card_id, made.card_uid, made.pack_id = last.card_id, last.card_uid, last.pack_id
    made.undoes_id, made.request_key = last.id, request_key
    if row is not None and last.before:
        made.before, made.after = MemoryState.of(row).to_json(), last.before
        MemoryState.from_json(last.before).write(row)
        _unbury_siblings(session, row, last)
    log.write(session, made)
    if row is not None:
        evidence.recount(session, [row.card_id])
    return last.card_id


def can_undo(session: Session, guest_id: int, today: date) -> bool:
    """Say whether there is an answer of this study day to take back: what was before is history."""
    return _last_answer(session, guest_id, today) is not None


def is_known(session: Session, guest_id: int, request_key: str) -> bool:
    """Say whether a form with this key was counted before."""
    same = select(ReviewLog.id).where(ReviewLog.guest_id == guest_id, ReviewLog.request_key == request_key)
    return session.scalar(same) is not None


def find_own(session: Session, guest_id: int | None, card_id: int) -> Flashcard:
    """Return the guest's card, whatever became of it. Raises StillMoving, NotFound (others' cards)."""
    own = select(Flashcard).join(Pack).where(Flashcard.id == card_id, Pack.guest_id == (guest_id or 0))
    found = session.scalar(own)
    if found is None:
        check_all_here(session, guest_id)
        raise NotFound
    return found


def _locked(session: Session, guest_id: int, given: Answer, at: datetime) -> Row[*tuple[Any, ...]]:
    """Return the card's schedule, locked, and what an answer needs beside it. Raises NotFound, CardAway.

    A draft gets its schedule here: answering a card is what keeps it.
    """
    session.flush()
    which = {"guest": guest_id, "card": given.card_id, "key": given.request_key}
    found = session.connection().execute(FOR_ANSWER, which).one_or_none()
    if found is None and keep_draft(session, guest_id, given.card_id, at):
        found = session.connection().execute(FOR_ANSWER, which).one_or_none()
    if found is None:
        find_own(session, guest_id, given.card_id)
        raise CardAway  # Their own, but deleted before it was kept.
    if found.deleted_at or found.trashed_at or found.suspended:
        raise CardAway
    return found


def _move(session: Session, card_id: int, after: MemoryState, held: Held) -> None:
    """Write a schedule past the session's own copy of the row, which is then read anew."""
    session.connection().execute(MOVED, {"card": card_id, **after.columns(), **held.columns()})
    copy = session.identity_map.get(session.identity_key(CardSchedule, card_id))
    if copy is not None:
        session.expire(copy)


def _last_answer(session: Session, guest_id: int, today: date) -> int | None:
    found = (
        session.connection().execute(LAST_ANSWER, {"guest": guest_id, "since": today.isoformat()}).scalar()
    )
    return int(found) if found is not None else None


def _unbury_siblings(session: Session, row: CardSchedule, last: ReviewLog) -> None:
    card = session.get(Flashcard, row.card_id)
    if card is not None and card.source_line is not None:
        near = {"card": row.card_id, "pack": row.pack_id, "line": card.source_line}
        session.connection().execute(UNBURIED, {**near, "today": last.local_date})
