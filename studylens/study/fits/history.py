"""A student's answers, card by card, as the optimiser takes them: days and ratings, oldest first."""

from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from studylens.models import LOG_ELSEWHERE, LOG_REVIEW, LOG_UNDO, NEW, ReviewLog

MOST_ANSWERS = 100_000
"""The latest that are looked at: 10 MB and 0.5 s here, 78 MB and 0.8 s in the process that fits."""
_AT_ONCE = 2_000

Cards = list[list[int]]
"""For each card: day, rating, day, rating, ..; days are ordinals of study days."""


def cards_of(session: Session, guest_id: int, most: int = MOST_ANSWERS) -> Cards:
    """Return what the student answered, of cards whose first answer is among the latest `most`.

    Answers that were taken back do not count. A card that began anew counts as another one.
    """
    # Those of another program tell as much of this student's memory; what was crammed there has no state.
    elsewhere = and_(ReviewLog.kind == LOG_ELSEWHERE, ReviewLog.state_before.is_not(None))
    mine = (ReviewLog.guest_id == guest_id, or_(ReviewLog.kind == LOG_REVIEW, elsewhere))
    which = (ReviewLog.id, ReviewLog.card_uid, ReviewLog.local_date, ReviewLog.rating, ReviewLog.state_before)
    newest = (
        select(*which).where(*mine).order_by(ReviewLog.local_date.desc(), ReviewLog.id.desc()).limit(most)
    )
    undone = _undone(session, guest_id)
    histories: dict[str, list[int]] = {}
    begun: Cards = []
    for row in session.execute(newest.execution_options(yield_per=_AT_ONCE)):
        if row.id in undone or row.rating is None or row.card_uid is None:
            continue
        history = histories.setdefault(row.card_uid, [])
        history += (row.rating, _ordinal(row.local_date))
        if row.state_before in {NEW, None}:
            begun.append(histories.pop(row.card_uid)[::-1])
    return begun


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _undone(session: Session, guest_id: int) -> set[int]:
    undo = select(ReviewLog.undoes_id).where(ReviewLog.guest_id == guest_id, ReviewLog.kind == LOG_UNDO)
    return {found for found in session.scalars(undo) if found is not None}
