"""What came of the answers of today: cards remembered at first, which slipped, and how long it took."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import AGAIN, LOG_REVIEW, LOG_UNDO, Flashcard, Pack, ReviewLog
from studylens.study.reviews.today import Today

MOST_SLIPPED = 5
"""Forgotten cards that are named: more are a list for another day."""


@dataclass(frozen=True)
class Sitting:
    """Cards answered today and, of them, those remembered at their first answer; seconds in all."""

    cards: int = 0
    remembered: int = 0
    seconds: int = 0
    slipped: tuple[Flashcard, ...] = ()


def sitting_of(session: Session, today: Today, pack_id: str | None = None) -> Sitting:
    """Return what came of the answers of this study day, in one pack or in all."""
    mine = (ReviewLog.guest_id == today.guest_id, ReviewLog.local_date == today.moment.today.isoformat())
    undone = select(ReviewLog.undoes_id).where(*mine, ReviewLog.kind == LOG_UNDO)
    undone = undone.where(ReviewLog.undoes_id.is_not(None))
    rows = select(ReviewLog.card_id, ReviewLog.rating, ReviewLog.duration_ms).where(
        *mine, ReviewLog.kind == LOG_REVIEW, ReviewLog.id.not_in(undone)
    )
    if pack_id:
        rows = rows.where(ReviewLog.pack_id == pack_id)
    found = session.execute(rows.order_by(ReviewLog.id)).all()
    first: dict[int | None, int | None] = {}
    for row in found:
        first.setdefault(row.card_id, row.rating)
    forgotten = [card_id for card_id, rating in first.items() if rating == AGAIN]
    seconds = sum(row.duration_ms or 0 for row in found) // 1000
    slipped = _cards(session, today, forgotten[:MOST_SLIPPED])
    return Sitting(len(first), len(first) - len(forgotten), seconds, slipped)


def _cards(session: Session, today: Today, ids: list[int | None]) -> tuple[Flashcard, ...]:
    own = select(Flashcard).join(Pack).where(Pack.guest_id == today.guest_id, Pack.deleted_at.is_(None))
    own = own.where(Flashcard.id.in_(ids), Flashcard.deleted_at.is_(None))
    return tuple(session.scalars(own.order_by(Flashcard.id))) if ids else ()
