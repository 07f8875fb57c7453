"""How many cards of a file a student has already, asked before any of them comes in."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.models import Flashcard, Pack

ASKED_AT_ONCE = 500
"""Cards in one question to the database."""


def count_known(session: Session, guest_id: int, uids: Sequence[str]) -> int:
    """Return how many of the cards stand in one of the guest's packs, none of them in the trash."""
    mine = (Pack.guest_id == guest_id, Pack.deleted_at.is_(None), Flashcard.deleted_at.is_(None))
    wanted = (
        select(func.count(Flashcard.uid.distinct())).join(Pack, Pack.id == Flashcard.pack_id).where(*mine)
    )
    some = (uids[place : place + ASKED_AT_ONCE] for place in range(0, len(uids), ASKED_AT_ONCE))
    return sum(session.scalar(wanted.where(Flashcard.uid.in_(part))) or 0 for part in some)
