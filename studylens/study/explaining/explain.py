"""What a student remembers of a page: its facts found or missed, and cards of what was missed due now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.judging.coverage import FactSpan, asks
from studylens.judging.telling import FactTold, Told, compare
from studylens.judging.text import filled, stems
from studylens.models import CardSchedule, Flashcard, Pack
from studylens.study.material.passages import facts_of
from studylens.study.reviews.cards import make_due

LEAST_WORDS = 3
"""Telling words of a line that bears a fact, on a page whose facts nobody has picked out."""


@dataclass(frozen=True)
class Explained:
    """Each fact of the page with what was found of it, and what becomes of the cards of the missed ones."""

    facts: tuple[FactTold, ...]
    cards: tuple[int, ...]
    """Ids of the pack's cards that ask what was missed."""
    due: int = 0
    """Those of them in the student's reviews: they are due now."""
    drafts: tuple[int, ...] = ()
    """Those that the student has not taken into the reviews yet."""

    def count(self, told: Told) -> int:
        """Return how many facts were found so far."""
        return sum(fact.told == told for fact in self.facts)


def facts_to_tell(pack: Pack) -> Sequence[FactSpan]:
    """Return the facts of the pack's page; of a page without any, its lines with enough words."""
    lines = (FactSpan(line.n, line.n, line.text) for line in pack.transcript)
    return facts_of(pack) or [line for line in lines if len(stems(line.text)) >= LEAST_WORDS]


def explain(pack: Pack, text: str) -> Explained:
    """Hold `text` against the pack's facts; nothing is changed."""
    facts = compare(facts_to_tell(pack), text)
    missed = [fact.fact for fact in facts if fact.told == Told.MISSED]
    return Explained(facts, tuple(card.id for card in pack.cards if _asks_any(card, missed)))


def bring_up(session: Session, pack: Pack, found: Explained, at: datetime) -> Explained:
    """Let the cards of what was missed come up now; drafts stay drafts until the student takes them."""
    mine = select(CardSchedule).where(CardSchedule.pack_id == pack.id)
    known = {row.card_id: row for row in session.scalars(mine.where(CardSchedule.card_id.in_(found.cards)))}
    due = [card for card in pack.cards if card.id in known and not known[card.id].suspended]
    for card in due:
        make_due(session, card, at)
    here = {card.id for card in pack.cards}
    drafts = tuple(card_id for card_id in found.cards if card_id in here and card_id not in known)
    return replace(found, due=len(due), drafts=drafts)


def _asks_any(card: Flashcard, facts: Iterable[FactSpan]) -> bool:
    words = stems(f"{filled(card.front, card.back)} {card.back}")
    return any(asks(card.source_line, words, fact) for fact in facts)
