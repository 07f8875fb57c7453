"""Cramming: every card of a pack once, forgotten ones again, and no schedule changes by it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import CardAway
from studylens.models import AGAIN, LOG_CRAM, Flashcard, Pack, ReviewLog
from studylens.study.reviews import log
from studylens.study.reviews.answers import Answer, find_own, is_known
from studylens.study.schedule.moment import moment_of


@dataclass(frozen=True)
class CramRound:
    """The next card of a round, None at its end; how many of the pack's cards are known in it."""

    card: Flashcard | None
    known: int
    total: int


def next_crammed(session: Session, pack: Pack, since: datetime) -> CramRound:
    """Return the next card of the round that began at `since`: unseen ones first, then forgotten ones."""
    mine = select(ReviewLog.card_id, ReviewLog.rating).where(ReviewLog.pack_id == pack.id)
    mine = mine.where(ReviewLog.guest_id == pack.guest_id, ReviewLog.kind == LOG_CRAM)
    latest: dict[int | None, int | None] = {}
    for card_id, rating in session.execute(mine.where(ReviewLog.reviewed_at >= since).order_by(ReviewLog.id)):
        latest.pop(card_id, None)  # So that the order is that of the latest answers.
        latest[card_id] = rating
    cards = {card.id: card for card in pack.cards}
    unseen = [card for card in cards.values() if card.id not in latest]
    again = [cards[n] for n, rating in latest.items() if n in cards and rating == AGAIN]
    left = [*unseen, *again]
    return CramRound(left[0] if left else None, len(cards) - len(left), len(cards))


def cram(session: Session, guest_id: int, given: Answer, at: datetime) -> bool:
    """Write an answer down without moving the card; say whether it was new. Raises NotFound, CardAway."""
    card = find_own(session, guest_id, given.card_id)
    if card.deleted_at is not None:
        raise CardAway
    if is_known(session, guest_id, given.request_key):
        return False
    made = log.entry(guest_id, LOG_CRAM, moment_of(session, guest_id, at))
    made.card_id, made.card_uid, made.pack_id = card.id, card.uid, card.pack_id
    made.rating, made.duration_ms, made.request_key = given.rating, given.duration_ms, given.request_key
    log.write(session, made)
    return True
