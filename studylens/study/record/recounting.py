"""Sums built anew from a long log while others write: it is read without the lock, which is held for the end.

`tallies.recount` does the same in one transaction: right for a short log, and inside a change of many rows.
What is kept of each card (evidence) follows, some cards at a time.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import CardSchedule, ReviewLog
from studylens.study.record import evidence, tallies
from studylens.study.record.tallies import Counted

TRIES = 3
"""How often the log is read when rows of it went meanwhile, or came in between; then the lock is held."""
CARDS_AT_ONCE = 100
"""Cards of which the log is read in one transaction: some thousand rows."""


def recount_beside_others(database: Database, guest_id: int) -> None:
    """Build the student's sums and evidence anew; others wait for little. Raises DatabaseDown."""
    _recount_sums(database, guest_id)
    _recount_evidence(database, guest_id)


def _recount_evidence(database: Database, guest_id: int) -> None:
    with database.reading() as session:
        mine = select(CardSchedule.card_id).where(CardSchedule.guest_id == guest_id, CardSchedule.reps > 0)
        cards = session.scalars(mine.order_by(CardSchedule.card_id)).all()
    for start in range(0, len(cards), CARDS_AT_ONCE):
        with database.writing() as session:
            evidence.recount(session, cards[start : start + CARDS_AT_ONCE])


def _recount_sums(database: Database, guest_id: int) -> None:
    """The lock is held for the latest rows alone."""
    for _ in range(TRIES):
        with database.reading() as session:
            counted = tallies.read_log(session, guest_id, Counted())
            rows = _rows(session, guest_id, counted.last)
        with database.writing() as session:
            # Who answers at this moment on PostgreSQL waits for this, or is seen below.
            tallies.clear(session, guest_id)
            if _rows(session, guest_id, counted.last) == rows:
                tallies.write(session, guest_id, tallies.read_log(session, guest_id, counted))
                return
            session.rollback()
    with database.writing() as session:
        tallies.recount(session, guest_id)


def _rows(session: Session, guest_id: int, last: int) -> int:
    mine = (ReviewLog.guest_id == guest_id, ReviewLog.id <= last)
    return session.scalar(select(func.count()).select_from(ReviewLog).where(*mine)) or 0
