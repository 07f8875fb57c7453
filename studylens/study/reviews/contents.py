"""The cards of one pack as its page lists them: how far each is, narrowed by that and by words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import NEW, CardSchedule, Flashcard, Pack
from studylens.study.record.mastery import is_mastered
from studylens.study.schedule.due_day import due_day
from studylens.study.schedule.moment import StudyMoment

FRESH, DUE, LEARNING, KNOWN, PAUSED = "new", "due", "learning", "known", "paused"
STATES = (FRESH, DUE, LEARNING, KNOWN, PAUSED)
"""In the order in which the page offers them."""


@dataclass(frozen=True)
class Standing:
    """How far a card is: one of STATES, and in how many study days it comes back (None: in no order yet)."""

    state: str
    days: int | None = None
    memory: str = FRESH
    """FRESH, LEARNING or KNOWN, whether it is due or paused or not."""


@dataclass(frozen=True)
class Contents:
    """Cards of a pack that fit what is looked for, and how many there are of each state in all."""

    cards: tuple[Flashcard, ...]
    standing: dict[int, Standing]
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many cards the pack has."""
        return sum(self.counts.values())

    def in_memory(self, memory: str) -> int:
        """Return how many cards are FRESH, LEARNING or KNOWN, as library and progress count them."""
        return sum(one.memory == memory for one in self.standing.values())


def contents_of(
    session: Session, pack: Pack, moment: StudyMoment, *, show: str = "", words: str = ""
) -> Contents:
    """Return the pack's cards in their order; `show`: a state, `words`: all of them are in the card."""
    cards = list(pack.cards)
    standing = _standings(session, cards, moment)
    counts = {state: sum(one.state == state for one in standing.values()) for state in STATES}
    wanted = words.casefold().split()
    fitting = [
        card for card in cards if (not show or standing[card.id].state == show) and _holds(card, wanted)
    ]
    return Contents(tuple(fitting), standing, counts)


def standing_of(session: Session, card: Flashcard, moment: StudyMoment) -> Standing:
    """Return how far one card is."""
    return _standings(session, [card], moment)[card.id]


def _standings(session: Session, cards: Sequence[Flashcard], moment: StudyMoment) -> dict[int, Standing]:
    rows = select(CardSchedule).where(CardSchedule.card_id.in_([card.id for card in cards]))
    known = {row.card_id: row for row in session.scalars(rows)} if cards else {}
    return {card.id: _standing(known.get(card.id), moment) for card in cards}


def _standing(row: CardSchedule | None, moment: StudyMoment) -> Standing:
    if row is None:
        return Standing(FRESH)
    memory = _memory(row)
    if row.suspended:
        return Standing(PAUSED, memory=memory)
    if memory == FRESH:
        return Standing(FRESH)
    days = max(0, (_day(row, moment) - moment.today).days)
    return Standing(memory if days else DUE, days, memory)


def _memory(row: CardSchedule) -> str:
    if row.state == NEW:
        return FRESH
    return KNOWN if is_mastered(row.state, row.stability) else LEARNING


def _day(row: CardSchedule, moment: StudyMoment) -> date:
    return due_day(row.state, row.due_at, moment.zone)


def _holds(card: Flashcard, words: Iterable[str]) -> bool:
    text = f"{card.front} {card.back}".casefold()
    return all(word in text for word in words)
