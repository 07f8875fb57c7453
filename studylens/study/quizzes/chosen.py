"""A quiz on cards that are named, such as those of today's session."""

import random
import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.language import _
from studylens.models import Flashcard, Pack, QuizAttempt
from studylens.study.quizzes.making import MOST_ITEMS, asked_by, begin, can_be_asked
from studylens.study.quizzes.options import Options


def start_on(
    session: Session,
    guest_id: int,
    card_ids: Sequence[int],
    *,
    title: str,
    order: random.Random | None = None,
) -> QuizAttempt:
    """Add an attempt that asks these cards, shuffled; of too many the first. Raises BadText for none."""
    shuffler = order or secrets.SystemRandom()
    chosen = cards_to_ask(session, guest_id, card_ids)
    if not chosen:
        raise BadText(_("None of these cards can be asked in a quiz."))
    shuffler.shuffle(chosen)
    return begin(session, guest_id, chosen, title=title, order=shuffler)


def cards_to_ask(
    session: Session, guest_id: int, card_ids: Sequence[int], *, most: int = MOST_ITEMS
) -> list[Flashcard]:
    """Return the guest's cards of these that can be asked, in this order and none twice; at most `most`."""
    options = Options(session)
    found: dict[str, Flashcard] = {}
    for place in range(0, len(card_ids), MOST_ITEMS):
        for card in _load(session, guest_id, card_ids[place : place + MOST_ITEMS]):
            if can_be_asked(card, options):
                found.setdefault(asked_by(card), card)
            if len(found) == most:
                return list(found.values())
    return list(found.values())


def _load(session: Session, guest_id: int, card_ids: Sequence[int]) -> list[Flashcard]:
    own = select(Flashcard).join(Pack).where(Pack.guest_id == guest_id, Pack.deleted_at.is_(None))
    cards = session.scalars(own.where(Flashcard.id.in_(card_ids), Flashcard.deleted_at.is_(None)))
    by_id = {card.id: card for card in cards}
    return [by_id[card_id] for card_id in card_ids if card_id in by_id]
