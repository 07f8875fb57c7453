"""What came of the answers of today: cards remembered at first, which slipped, and how long it took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from studylens.models import AGAIN, LOG_REVIEW, LOG_UNDO, CardSchedule, Flashcard, Pack, ReviewLog
from studylens.study.record.known import is_known
from studylens.study.reviews.today import Today
from studylens.study.schedule.memory import MemoryState

MOST_SLIPPED = 5
"""Forgotten cards that are named: more are a list for another day."""


@dataclass(frozen=True)
class Slip:
    """A card that was forgotten at its first answer of today, and how often in all after it was known."""

    card: Flashcard
    times: int


@dataclass(frozen=True)
class Sitting:
    """Cards answered today and, of them, those remembered at their first answer; seconds in all."""

    cards: int = 0
    remembered: int = 0
    seconds: int = 0
    newly_known: int = 0
    """Cards that hold three weeks or longer now, and did not before today's first answer."""
    slipped: tuple[Slip, ...] = ()
    """At most MOST_SLIPPED of those that were forgotten."""
    answered: tuple[int, ...] = ()
    """Ids of the cards, those that were forgotten first."""

    @property
    def forgotten(self) -> int:
        """Cards that were not remembered at their first answer."""
        return self.cards - self.remembered


def sitting_of(session: Session, today: Today, pack_id: str | None = None) -> Sitting:
    """Return what came of the answers of this study day, in one pack or in all; undone ones do not count."""
    found = _answers(session, today, pack_id)
    first: dict[int, Row[Any]] = {}
    last: dict[int, Row[Any]] = {}
    for row in found:
        first.setdefault(row.card_id, row)
        last[row.card_id] = row
    forgotten = [card_id for card_id, row in first.items() if row.rating == AGAIN]
    return Sitting(
        cards=len(first),
        remembered=len(first) - len(forgotten),
        seconds=sum(row.duration_ms or 0 for row in found) // 1000,
        newly_known=sum(not _holds(row.before) and _holds(last[key].after) for key, row in first.items()),
        slipped=_slips(session, today, forgotten[:MOST_SLIPPED]),
        answered=tuple(dict.fromkeys((*forgotten, *first))),
    )


def _answers(session: Session, today: Today, pack_id: str | None) -> Sequence[Row[Any]]:
    """Return the day's answers in their order; those of cards that are gone for good are left out."""
    mine = (ReviewLog.guest_id == today.guest_id, ReviewLog.local_date == today.moment.today.isoformat())
    undone = select(ReviewLog.undoes_id).where(*mine, ReviewLog.kind == LOG_UNDO)
    undone = undone.where(ReviewLog.undoes_id.is_not(None))
    columns = (ReviewLog.card_id, ReviewLog.rating, ReviewLog.duration_ms, ReviewLog.before, ReviewLog.after)
    rows = select(*columns).where(*mine, ReviewLog.kind == LOG_REVIEW, ReviewLog.id.not_in(undone))
    rows = rows.where(ReviewLog.card_id.is_not(None))
    if pack_id:
        rows = rows.where(ReviewLog.pack_id == pack_id)
    return session.execute(rows.order_by(ReviewLog.id)).all()


def _holds(kept: dict[str, Any] | None) -> bool:
    """Say whether a card with this state is known."""
    if not kept:
        return False
    memory = MemoryState.from_json(kept)
    return is_known(memory.state, memory.stability)


def _slips(session: Session, today: Today, ids: Iterable[int]) -> tuple[Slip, ...]:
    """Return the cards that are still there, in this order."""
    places = {card_id: place for place, card_id in enumerate(ids)}
    own = select(Flashcard, CardSchedule.lapses).join(Pack, Pack.id == Flashcard.pack_id)
    own = own.outerjoin(CardSchedule, CardSchedule.card_id == Flashcard.id)
    own = own.where(Pack.guest_id == today.guest_id, Pack.deleted_at.is_(None))
    own = own.where(Flashcard.id.in_(places), Flashcard.deleted_at.is_(None))
    found = [Slip(card, lapses or 0) for card, lapses in session.execute(own)] if places else []
    return tuple(sorted(found, key=lambda slip: places[slip.card.id]))
