"""Which card comes next: steps of this session, then what is most at risk, with new cards in between."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from studylens.judging.languages import spoken
from studylens.study.reviews.cards import plan_for
from studylens.study.reviews.fresh import find_draft, first_draft
from studylens.study.reviews.statements import CARD, queue_statement
from studylens.study.reviews.today import NEW_AT_ONCE, Today, answered_today, today_of
from studylens.study.reviews.typed import asks_typed
from studylens.study.schedule.fsrs import Plan
from studylens.study.schedule.live import at_moment
from studylens.study.schedule.memory import MemoryState

NEW_EVERY = 5
"""Every so many answers a new card comes in between: neither all at first nor all at last."""


@dataclass(frozen=True)
class Scope:
    """What is reviewed: one pack or all, within the daily limits or beyond them."""

    pack_id: str | None = None
    more: bool = False
    fresh: bool = False
    """The pack's new cards, drafts first, whatever today's limits say: the student wants to see them now."""


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
    typed: bool | None = None
    """Whether its answer is typed; None: as the pack says."""
    also_right: list[str] | None = None
    kind: str = ""
    uid: str | None = None
    """By it the card is known outside of this database, too."""


@dataclass(frozen=True)
class NextCard:
    """A card to be shown, what is known of it, and for whom its answers are scheduled."""

    card: Face
    memory: MemoryState
    plan: Plan
    pack_id: str
    pack_title: str
    is_typed: bool = False
    """The student types the answer before it is shown."""
    language: str = ""
    """ISO code of the language that it is read aloud in; empty: not known."""
    has_picture: bool = False
    """A picture of the student's own stands on it."""
    is_draft: bool = False
    """Answering it is what keeps it."""


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
    done: int = 0
    """Answers of today in reviews of this scope, repeats included."""

    @property
    def total(self) -> int:
        """Answers of today's session in all: it grows when a card comes back, so that nothing goes back."""
        return self.done + self.left

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


_Heaps = tuple[_Heap, _Heap, _Heap]
"""Cards in their steps, due ones, and new ones."""


def next_card(
    session: Session, guest_id: int, at: datetime, scope: Scope, *, wanted_id: int | None = None
) -> Queue:
    """Return the queue of this moment; `wanted_id` comes first when it is the guest's and alive."""
    today = today_of(session, guest_id, at, more=scope.more or scope.fresh)
    heaps = _heaps(session, today, scope)
    found = _of_new_cards(session, today, scope, heaps) if scope.fresh else _of_today(session, today, heaps)
    wanted = _load(session, today, wanted_id)
    done = answered_today(session, today, scope.pack_id) if scope.pack_id else today.reviews
    return replace(found, shown=wanted or found.shown, done=done)


def _of_today(session: Session, today: Today, heaps: _Heaps) -> Queue:
    steps, known, unseen = heaps
    reviews = min(known.cards, today.reviews_left)
    new = min(unseen.cards, today.new_left(reviews))
    chosen = _choose(steps, known if reviews else _Heap(), unseen if new else _Heap(), today)
    return Queue(today, _load(session, today, chosen), steps.cards + reviews, new, steps.cards + known.cards)


def _of_new_cards(session: Session, today: Today, scope: Scope, heaps: _Heaps) -> Queue:
    """Steps that are due come first, then drafts, then accepted cards that were never seen."""
    steps, _, unseen = heaps
    draft_id, count = first_draft(session, today.guest_id, scope.pack_id)
    drafts = _Heap(draft_id, None, count)
    is_due = steps.due_at is not None and steps.due_at <= today.moment.at
    chosen = steps.card_id if is_due else drafts.card_id or unseen.card_id or steps.card_id
    return Queue(today, _load(session, today, chosen), steps.cards, drafts.cards + unseen.cards, 0)


def _choose(steps: _Heap, known: _Heap, unseen: _Heap, today: Today) -> int | None:
    """Pick by the rules of this module's first line."""
    if steps.due_at is not None and steps.due_at <= today.moment.at:
        return steps.card_id
    is_turn_of_new = today.reviews % NEW_EVERY == NEW_EVERY - 1
    first, second = (unseen, known) if is_turn_of_new else (known, unseen)
    return first.card_id or second.card_id or steps.card_id


def _heaps(session: Session, today: Today, scope: Scope) -> _Heaps:
    """Return cards in their steps (by now or soon), due ones by risk, and new ones in order, in one query."""
    is_sqlite = session.connection().dialect.name == "sqlite"
    new = min(today.new_left(0), NEW_AT_ONCE)
    known = {"guest": today.guest_id, "pack": scope.pack_id, "new": new, **at_moment(today.moment)}
    statement = queue_statement(is_sqlite=is_sqlite, scoped=scope.pack_id is not None)
    rows = session.connection().execute(statement, known)
    found = {heap: _Heap(*first) for heap, *first in rows}
    return found.get(0, _Heap()), found.get(1, _Heap()), found.get(2, _Heap())


def _load(session: Session, today: Today, card_id: int | None) -> NextCard | None:
    if card_id is None:
        return None
    which = {"guest": today.guest_id, "card": card_id}
    row: Any = session.connection().execute(CARD, which).one_or_none()
    draft: Any = find_draft(session, today.guest_id, card_id) if row is None else None
    found = row if draft is None else draft
    if found is None:
        return None
    face = Face(**{field.name: getattr(found, field.name) for field in fields(Face)})
    plan = plan_for(card_id, today.moment.settings, found.exam_date)
    memory = MemoryState.of(row) if draft is None else MemoryState(due_at=today.moment.at)
    return NextCard(
        face, memory, plan, found.pack_id, found.title,
        is_typed=asks_typed(face, of_pack=found.pack_typed),
        language=spoken(f"{face.front} {face.back}", found.summary),
        has_picture=bool(found.has_picture),
        is_draft=draft is not None,
    )  # fmt: skip
