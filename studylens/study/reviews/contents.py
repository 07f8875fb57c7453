"""The cards of one pack as its page lists them: how far each is, narrowed by that and by words.

A pack may have thousands: they are counted and narrowed in the database, and no more is read than is shown.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, literal_column, or_, select, true
from sqlalchemy.orm import Session

from studylens.models import NEW, CardSchedule, Flashcard
from studylens.study.record.known import is_known, known
from studylens.study.schedule.due_day import due_day
from studylens.study.schedule.live import CARDS, SCHEDULES, at_moment, has_come
from studylens.study.schedule.moment import StudyMoment

FRESH, DUE, LEARNING, KNOWN, PAUSED = "new", "due", "learning", "known", "paused"
STATES = (FRESH, DUE, LEARNING, KNOWN, PAUSED)
"""In the order in which the page offers them."""


@dataclass(frozen=True)
class Standing:
    """How far a card is: one of STATES, and in how many study days it comes back (None: in no order yet)."""

    state: str
    days: int | None = None


@dataclass(frozen=True)
class Counts:
    """How many cards of a pack there are of each state, and of each memory: FRESH, LEARNING or KNOWN.

    A card that is due or paused is one of these, too, as library and progress count them.
    """

    states: dict[str, int]
    memories: dict[str, int] = field(default_factory=dict)
    drafts: int = 0
    """Cards that the student has not taken into the reviews."""

    @property
    def total(self) -> int:
        """How many cards the pack has."""
        return sum(self.states.values())


def counts_of(session: Session, pack_id: str, moment: StudyMoment) -> Counts:
    """Return how many cards of each kind a pack has, in one statement."""
    rows = session.connection().execute(_counted(), {"pack": pack_id, **at_moment(moment)})
    states, memories, drafts = Counter(dict.fromkeys(STATES, 0)), Counter[str](), 0
    for row in rows:
        states[row.state] += row.cards
        memories[row.memory] += row.cards
        drafts += row.drafts
    return Counts(dict(states), {name: memories[name] for name in (FRESH, LEARNING, KNOWN)}, drafts)


def fitting(
    session: Session, pack_id: str, moment: StudyMoment, *, show: str = "", words: str = ""
) -> list[int]:
    """Return the ids of a pack's cards in order; `show`: a state, `words`: all of them are in the card."""
    wanted = words.casefold().split()
    statement = _listed(narrowed=bool(show), with_texts=bool(wanted))
    rows = session.connection().execute(statement, {"pack": pack_id, "show": show, **at_moment(moment)})
    return [row[0] for row in rows if not wanted or _holds(row, wanted)]


def cards_with(session: Session, ids: Sequence[int]) -> list[Flashcard]:
    """Return these cards in this order."""
    found = (
        {card.id: card for card in session.scalars(select(Flashcard).where(Flashcard.id.in_(ids)))}
        if ids
        else {}
    )
    return [found[number] for number in ids if number in found]


def standings(session: Session, cards: Sequence[Flashcard], moment: StudyMoment) -> dict[int, Standing]:
    """Return how far each of these cards is, by its id."""
    rows = select(CardSchedule).where(CardSchedule.card_id.in_([card.id for card in cards]))
    known = {row.card_id: row for row in session.scalars(rows)} if cards else {}
    return {card.id: _standing(known.get(card.id), moment) for card in cards}


def standing_of(session: Session, card: Flashcard, moment: StudyMoment) -> Standing:
    """Return how far one card is."""
    return standings(session, [card], moment)[card.id]


def _standing(row: CardSchedule | None, moment: StudyMoment) -> Standing:
    if row is None:
        return Standing(FRESH)
    if row.suspended:
        return Standing(PAUSED)
    if row.state == NEW:
        return Standing(FRESH)
    days = max(0, (_day(row, moment) - moment.today).days)
    memory = KNOWN if is_known(row.state, row.stability) else LEARNING
    return Standing(memory if days else DUE, days)


def _day(row: CardSchedule, moment: StudyMoment) -> date:
    return due_day(row.state, row.due_at, moment.zone)


def _holds(row: Any, words: Sequence[str]) -> bool:
    text = f"{row.front} {row.back}".casefold()
    return all(word in text for word in words)


def _word(name: str) -> ColumnElement[str]:
    return literal_column(f"'{name}'")


def _never_seen() -> ColumnElement[bool]:
    return or_(SCHEDULES.c.card_id.is_(None), SCHEDULES.c.state == literal_column(str(NEW)))


def _state() -> ColumnElement[str]:
    """Return in SQL what `_standing` says of a card."""
    paused = and_(SCHEDULES.c.card_id.is_not(None), SCHEDULES.c.suspended == true())
    stages = ((paused, PAUSED), (_never_seen(), FRESH), (has_come(), DUE), (known(), KNOWN))
    return case(*((found, _word(name)) for found, name in stages), else_=_word(LEARNING))


def _of_pack(*columns: Any) -> Select[*tuple[Any, ...]]:
    both = CARDS.outerjoin(SCHEDULES, SCHEDULES.c.card_id == CARDS.c.id)
    there = (CARDS.c.pack_id == bindparam("pack"), CARDS.c.deleted_at.is_(None))
    return select(*columns).select_from(both).where(*there)


@lru_cache
def _counted() -> Select[*tuple[Any, ...]]:
    memory = case((_never_seen(), _word(FRESH)), (known(), _word(KNOWN)), else_=_word(LEARNING))
    draft = func.sum(case((CARDS.c.accepted_at.is_(None), 1), else_=0)).label("drafts")
    each = _of_pack(_state().label("state"), memory.label("memory"), func.count().label("cards"), draft)
    return each.group_by(literal_column("1"), literal_column("2"))


@lru_cache
def _listed(*, narrowed: bool, with_texts: bool) -> Select[*tuple[Any, ...]]:
    texts = (CARDS.c.front, CARDS.c.back) if with_texts else ()
    found = _of_pack(CARDS.c.id, *texts).order_by(CARDS.c.id)
    return found.where(_state() == bindparam("show")) if narrowed else found
