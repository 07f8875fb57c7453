"""Which cards may come up: accepted, neither suspended nor deleted, nor kept away today by a sibling.

An answer asks for the next card each time, so the statements here are built once and filled in with
`guest`, `pack` and what `at_moment` returns.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Table,
    and_,
    bindparam,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from studylens.models import LEARNING, NEW, RELEARNING, REVIEW, CardSchedule, Flashcard, Pack, UtcDateTime
from studylens.study.schedule.days import day_end
from studylens.study.schedule.due_day import DAY_BEGINS, as_moment
from studylens.study.schedule.moment import StudyMoment

UNSEEN = (NEW,)
KNOWN = (REVIEW,)
IN_STEPS = (LEARNING, RELEARNING)

SCHEDULES: Table = CardSchedule.__table__  # type: ignore[assignment]
CARDS: Table = Flashcard.__table__  # type: ignore[assignment]
PACKS: Table = Pack.__table__  # type: ignore[assignment]
AT = bindparam("at", type_=UtcDateTime)
LEARN_AHEAD = timedelta(minutes=20)
"""When nothing else is left, a step that would be due within this time comes now: nobody waits."""


def schedules(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Return a SELECT of these columns from schedules and their cards."""
    return select(*columns).select_from(SCHEDULES.join(CARDS, CARDS.c.id == SCHEDULES.c.card_id))


def live(*, scoped: bool = False) -> ColumnElement[bool]:
    """Return the condition for cards of `guest` that may come up at all; `scoped`: only of `pack`."""
    guest: BindParameter[int] = bindparam("guest")
    trash = select(PACKS.c.id).where(PACKS.c.guest_id == guest, PACKS.c.deleted_at.is_not(None))
    found = and_(
        SCHEDULES.c.guest_id == guest,
        SCHEDULES.c.suspended == false(),
        CARDS.c.deleted_at.is_(None),
        SCHEDULES.c.pack_id.not_in(trash),
    )
    return and_(found, SCHEDULES.c.pack_id == bindparam("pack")) if scoped else found


class _IsADay(FunctionElement[bool]):
    """Whether a moment stands for a whole day (studylens/study/schedule/due_day.py)."""

    type = Boolean()
    inherit_cache = True


@compiles(_IsADay, "sqlite")
def _on_sqlite(element: _IsADay, compiler: SQLCompiler, **options: Any) -> str:
    return f"substr({compiler.process(element.clauses, **options)}, 12) = '{DAY_BEGINS:%H:%M:%S.%f}'"


@compiles(_IsADay, "postgresql")
def _on_postgresql(element: _IsADay, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS time) = '{DAY_BEGINS:%H:%M:%S}'"


def at_moment(moment: StudyMoment) -> dict[str, Any]:
    """Return what the conditions here ask of a moment."""
    return {
        "at": moment.at,
        "soon": moment.at + LEARN_AHEAD,
        "day": moment.today.isoformat(),
        "day_at": as_moment(moment.today),
        "ends": day_end(moment.today, moment.zone),
    }


def due(states: tuple[int, ...]) -> ColumnElement[bool]:
    """Return the condition for cards in these states that are due and not buried on study day `day`.

    Steps are due soon, new cards from the moment on which they were accepted, all others by the day.
    """
    rules = ((KNOWN, _by_day()), (IN_STEPS, _by("soon")), (UNSEEN, _by("at")))
    chosen = ((tuple(state for state in kind if state in states), rule) for kind, rule in rules)
    unburied = or_(SCHEDULES.c.buried_on.is_(None), SCHEDULES.c.buried_on != bindparam("day"))
    return and_(or_(*(and_(_in(kind), rule) for kind, rule in chosen if kind)), unburied)


def has_come() -> ColumnElement[bool]:
    """Return the condition for schedules whose study day is today or over, buried ones and steps too."""
    by_day = and_(_in(KNOWN), _by_day())
    return or_(by_day, and_(not_(_in(KNOWN)), SCHEDULES.c.due_at < bindparam("ends", type_=UtcDateTime)))


def _in(states: tuple[int, ...]) -> ColumnElement[bool]:
    return or_(*(SCHEDULES.c.state == literal_column(str(state)) for state in states))


def _by(moment: str) -> ColumnElement[bool]:
    return SCHEDULES.c.due_at <= bindparam(moment, type_=UtcDateTime)


def _by_day() -> ColumnElement[bool]:
    today = SCHEDULES.c.due_at < bindparam("ends", type_=UtcDateTime)
    return and_(today, or_(_by("day_at"), not_(_IsADay(SCHEDULES.c.due_at))))


def count_due(
    session: Session,
    guest_id: int,
    states: tuple[int, ...],
    moment: StudyMoment,
    *,
    pack_id: str | None = None,
) -> int:
    """Return how many cards in these states are due, whatever the student's limits say."""
    known = {"guest": guest_id, "pack": pack_id, **at_moment(moment)}
    return int(session.scalar(_counted(states, scoped=pack_id is not None), known) or 0)


@dataclass(frozen=True)
class DueInPacks:
    """How many cards may come up now: of each pack that has such, and of each kind in all of them."""

    by_pack: dict[str, int]
    steps: int = 0
    known: int = 0
    unseen: int = 0


def due_in_packs(session: Session, guest_id: int, moment: StudyMoment) -> DueInPacks:
    """Return what may come up now in all packs of a guest, whatever the limits say."""
    by_pack, by_kind = Counter[str](), Counter[int]()
    for row in session.connection().execute(_due_by_kind(), {"guest": guest_id, **at_moment(moment)}):
        by_pack[row.pack_id] += row.cards
        by_kind[row.kind] += row.cards
    return DueInPacks(dict(by_pack), *(by_kind[place] for place in range(len(_KINDS))))


def due_packs() -> Select[str, int]:
    """Return a SELECT of `pack_id` and `cards`: of `guest`, every pack with cards that may come up now."""
    found = _due_rows()
    return select(found.c.pack_id, func.count().label("cards")).group_by(found.c.pack_id)


@lru_cache
def _due_by_kind() -> Select[*tuple[Any, ...]]:
    found = _due_rows()
    each = select(found.c.pack_id, found.c.kind, func.count().label("cards"))
    return each.group_by(found.c.pack_id, found.c.kind)


_KINDS = (IN_STEPS, KNOWN, UNSEEN)


def _due_rows() -> Subquery:
    """Return pack and kind (its place in _KINDS) of each card that may come up now.

    A part for each kind: all in one, SQLite walked along the packs of all students.
    """
    parts = []
    for place, states in enumerate(_KINDS):
        kind: ColumnElement[int] = literal_column(str(place), Integer).label("kind")
        parts.append(schedules(SCHEDULES.c.pack_id, kind).where(live(), due(states)))
    return union_all(*parts).subquery()


@lru_cache
def _counted(states: tuple[int, ...], *, scoped: bool) -> Select[int]:
    return schedules(func.count()).where(live(scoped=scoped), due(states))
