"""A student who answers cards: rows of the log, through the door that all rows go through."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from studylens.models import (
    GOOD,
    LOG_REVIEW,
    LOG_UNDO,
    REVIEW,
    CardSchedule,
    Flashcard,
    Guest,
    Pack,
    ReviewLog,
    StudySettings,
    new_id,
)
from studylens.study.reviews import log
from studylens.study.schedule.moment import StudyMoment

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def new_guest(session: Session) -> int:
    guest = Guest(token_hash=new_id() * 2)
    session.add(guest)
    session.flush()
    return guest.id


def entry(guest_id: int, at: datetime = NOON, *, zone: str = "UTC", **fields: Any) -> ReviewLog:
    """Return a row of the log: by default a card in review, remembered."""
    row = log.entry(guest_id, fields.pop("kind", LOG_REVIEW), StudyMoment(at, StudySettings(time_zone=zone)))
    for name, value in {"rating": GOOD, "state_before": REVIEW, "duration_ms": 4_000, **fields}.items():
        setattr(row, name, value)
    return row


def answer(session: Session, guest_id: int, at: datetime = NOON, **fields: Any) -> ReviewLog:
    """Write one answer."""
    return log.write(session, entry(guest_id, at, **fields))


def undo(session: Session, row: ReviewLog, at: datetime | None = None) -> ReviewLog:
    """Take an answer back."""
    made = entry(row.guest_id, at or row.reviewed_at, kind=LOG_UNDO, rating=None, undoes_id=row.id)
    return log.write(session, made)


def add_cards(session: Session, guest_id: int, *schedules: dict[str, Any], title: str = "Cells") -> Pack:
    """Add a pack with an accepted card for each schedule, whose entry `card` may hold columns of the card."""
    pack = Pack(guest_id=guest_id, title=title)
    session.add(pack)
    session.flush()
    for n, columns in enumerate(schedules):
        texts = {"front": f"Front {n}", "back": "Back", "kind": "short_answer", "origin": "server"}
        card = Flashcard(pack_id=pack.id, **{**texts, "accepted_at": NOON, **columns.get("card", {})})
        session.add(card)
        session.flush()
        row = {
            "state": REVIEW,
            "stability": 30.0,
            "difficulty": 5.0,
            "due_at": NOON + DAY,
            "last_review_at": NOON - DAY,
            **columns,
        }
        row.pop("card", None)
        session.add(CardSchedule(card_id=card.id, guest_id=guest_id, pack_id=pack.id, **row))
    session.flush()
    return pack
