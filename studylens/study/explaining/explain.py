"""What a student remembers of a page: its facts found or missed, and cards of what was missed due now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.judging.coverage import FactSpan, asks
from studylens.judging.telling import FactTold, Told, compare
from studylens.judging.text import filled, stems
from studylens.models import CardSchedule, Flashcard, Pack, PackTerm
from studylens.study.material.passages import facts_of
from studylens.study.reviews.cards import make_due
from studylens.study.schedule.moment import moment_of
from studylens.study.terms import points
from studylens.study.terms.packs import count_early

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


def points_to_tell(pack: Pack, term: PackTerm | None) -> Sequence[FactSpan]:
    """Return what there is to say of one of the pack's terms; without one, of the page."""
    facts = facts_to_tell(pack)
    return points.points_of([term], facts)[0] if term else facts


def keep_told(session: Session, pack: Pack, text: str, at: datetime) -> list[PackTerm]:
    """Keep with the pack's terms how much of each `text` says, and not the text; return those told."""
    day = moment_of(session, pack.guest_id, at).today
    told = points.keep(pack.key_terms, facts_to_tell(pack), text, day)
    if told:
        count_early(session, pack)
    return told


def explain(pack: Pack, text: str, facts: Sequence[FactSpan] | None = None) -> Explained:
    """Hold `text` against facts, the whole page's if none are named; nothing is changed."""
    told = compare(facts_to_tell(pack) if facts is None else facts, text)
    missed = [fact.fact for fact in told if fact.told == Told.MISSED]
    return Explained(told, tuple(card.id for card in pack.cards if _asks_any(card, missed)))


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
