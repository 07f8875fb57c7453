"""Which card comes next: steps of this session, then what is most at risk, with new cards in between."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from studylens.study.reviews.cards import plan_for
from studylens.study.reviews.statements import CARD, queue_statement
from studylens.study.reviews.today import Today, today_of
from studylens.study.schedule.fsrs import Plan
from studylens.study.schedule.memory import MemoryState

NEW_EVERY = 5
"""Every so many answers a new card comes in between: neither all at first nor all at last."""
LEARN_AHEAD = timedelta(minutes=20)
"""When nothing else is left, a step that would be due within this time comes now: nobody waits."""
NEW_AT_ONCE = 200
"""New cards counted at most: beyond it the page says no number."""


@dataclass(frozen=True)
class Scope:
    """What is reviewed: one pack or all, within the daily limits or beyond them."""

    pack_id: str | None = None
    more: bool = False


@dataclass(frozen=True)
class Face:
    """What a student sees of a card."""

    id: int
    pack_id: str
    front: str
    back: str
    origin: str
    source_line: int | None
    version: int
    answer_box: list[float] | None
    """The answer is this part of the photo (left, top, right, bottom in 0-1)."""


@dataclass(frozen=True)
class NextCard:
    """A card to be shown, what is known of it, and for whom its answers are scheduled."""

    card: Face
    memory: MemoryState
    plan: Plan
    pack_id: str
    pack_title: str


@dataclass(frozen=True)
class Queue:
    """The next card, None when nothing is left, and how much waits with it."""

    today: Today
    shown: NextCard | None
    due: int
    """Within today's limits, cards in their steps included."""
    new: int
    waiting: int
    """Due cards without regard to limits."""

    @property
    def left(self) -> int:
        """Cards of today's session that are left, the one shown included."""
        return self.due + self.new


@dataclass(frozen=True)
class _Heap:
    """The first card of one kind, when it is due, and how many there are."""

    card_id: int | None = None
    due_at: datetime | None = None
    cards: int = 0


def next_card(
    session: Session, guest_id: int, at: datetime, scope: Scope, *, wanted_id: int | None = None
) -> Queue:
    """Return the queue of this moment; `wanted_id` comes first when it is the guest's and alive."""
    today = today_of(session, guest_id, at, more=scope.more)
    steps, known, unseen = _heaps(session, today, scope)
    reviews = min(known.cards, today.reviews_left)
    new = min(unseen.cards, today.new_left(reviews))
    chosen = _choose(steps, known if reviews else _Heap(), unseen if new else _Heap(), today)
    shown = _load(session, today, wanted_id) or _load(session, today, chosen)
    return Queue(today, shown, steps.cards + reviews, new, steps.cards + known.cards)


def _choose(steps: _Heap, known: _Heap, unseen: _Heap, today: Today) -> int | None:
    """Pick by the rules of this module's first line."""
    if steps.due_at is not None and steps.due_at <= today.moment.at:
        return steps.card_id
    is_turn_of_new = today.answers % NEW_EVERY == NEW_EVERY - 1
    first, second = (unseen, known) if is_turn_of_new else (known, unseen)
    return first.card_id or second.card_id or steps.card_id


def _heaps(session: Session, today: Today, scope: Scope) -> tuple[_Heap, _Heap, _Heap]:
    """Return cards in their steps (by now or soon), due ones by risk, and new ones in order, in one query."""
    is_sqlite = session.connection().dialect.name == "sqlite"
    moment = today.moment
    known = {
        "guest": today.guest_id, "pack": scope.pack_id, "at": moment.at, "day": moment.today.isoformat(),
        "soon": moment.at + LEARN_AHEAD, "new": min(today.new_left(0), NEW_AT_ONCE),
    }  # fmt: skip
    statement = queue_statement(is_sqlite=is_sqlite, scoped=scope.pack_id is not None)
    rows = session.connection().execute(statement, known)
    found = {heap: _Heap(*first) for heap, *first in rows}
    return found.get(0, _Heap()), found.get(1, _Heap()), found.get(2, _Heap())


def _load(session: Session, today: Today, card_id: int | None) -> NextCard | None:
    if card_id is None:
        return None
    row: Any = session.connection().execute(CARD, {"guest": today.guest_id, "card": card_id}).one_or_none()
    if row is None:
        return None
    face = Face(**{field.name: getattr(row, field.name) for field in fields(Face)})
    plan = plan_for(card_id, today.moment.settings, row.exam_date)
    return NextCard(face, MemoryState.of(row), plan, row.pack_id, row.title)
