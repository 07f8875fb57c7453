"""What students do with items, counted by the rule that made them: no text, no guest.

Counted from the cards and questions themselves, for whoever runs the service and once an hour by the
housekeeper, which notes what new packs shall have last. What was neither deleted, edited, accepted nor
answered is no decision. A new version of an item shows that the student deleted it: making new cards from a
corrected page takes the old ones away without one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, case, delete, distinct, exists, func, or_, select
from sqlalchemy.orm import Session

from database_config import Database
from studylens.models import CardSchedule, Flashcard, Pack, QuizItem, QuizQuestion
from studylens.models.costs import ThrownRule

THROWN_SHARE = 0.6
"""A rule whose items are deleted in so many decisions is not worth its place."""
LEAST_DECISIONS = 30
"""Fewer decisions are chance."""
LEAST_GUESTS = 5
"""Fewer students may share a taste, and could be recognised."""
_NEWEST = 50_000
"""Cards, and questions, that are counted: older ones tell of rules that have changed since."""

_MADE_HERE = or_(Pack.job_id.is_not(None), Pack.made_here)
"""A restored file may say of its cards whatever it likes."""


@dataclass(frozen=True)
class RuleCount:
    """What students decided about the items of one rule and origin; an item may be edited and rated."""

    kind: str
    rule: str
    origin: str
    decisions: int
    deleted: int
    edited: int
    rated: int
    guests: int

    @property
    def is_thrown_away(self) -> bool:
        """Say whether so many students delete most of them that new ones belong at the bottom."""
        enough = self.decisions >= LEAST_DECISIONS and self.guests >= LEAST_GUESTS
        return enough and self.deleted >= THROWN_SHARE * self.decisions


class _Made(Protocol):
    """What has a maker."""

    @property
    def rule(self) -> str: ...

    @property
    def origin(self) -> str: ...


Made = TypeVar("Made", bound=_Made)


def count_by_rule(session: Session) -> list[RuleCount]:
    """Return the counts of all rules, of cards first, by rule and origin."""
    return [*_count(session, Flashcard, "card"), *_count(session, QuizQuestion, "question")]


def judge(database: Database) -> None:
    """Note which rules students throw away; whoever keeps a pack reads that. Raises DatabaseDown."""
    with database.reading() as session:
        bad = {
            (found.kind, found.rule, found.origin) for found in count_by_rule(session) if found.is_thrown_away
        }
        there = {(row.kind, row.rule, row.origin) for row in session.scalars(select(ThrownRule))}
    if bad != there:
        with database.writing() as session:
            session.execute(delete(ThrownRule))
            session.add_all(ThrownRule(kind=kind, rule=rule, origin=origin) for kind, rule, origin in bad)


def best_first(session: Session, items: Sequence[Made], kind: str) -> list[Made]:
    """Return the items in their order, those of rules that students throw away at the bottom."""
    if not items:
        return []
    thrown = select(ThrownRule.rule, ThrownRule.origin).where(ThrownRule.kind == kind)
    bad = {(rule, origin) for rule, origin in session.execute(thrown)}
    return sorted(items, key=lambda item: (item.rule, item.origin) in bad)


def _count(session: Session, model: type[Flashcard] | type[QuizQuestion], kind: str) -> list[RuleCount]:
    deleted = and_(model.deleted_at.is_not(None), model.version > 1)
    edited = model.edited_at.is_not(None)
    rated = _rated(model)
    kept = and_(model.deleted_at.is_(None), or_(edited, rated, model.accepted_at.is_not(None)))
    counts = (_sum(or_(deleted, kept)), _sum(deleted), _sum(edited), _sum(rated))
    newest = select(func.coalesce(func.max(model.id), 0) - _NEWEST).scalar_subquery()
    found = (
        select(model.rule, model.origin, *counts, func.count(distinct(Pack.guest_id)))
        .join(Pack, Pack.id == model.pack_id)
        .where(model.id > newest, model.rule != "", _MADE_HERE, or_(deleted, kept))
    )
    rows = session.execute(found.group_by(model.rule, model.origin).order_by(model.rule, model.origin))
    return [_told(kind, tuple(row)) for row in rows]


def _told(kind: str, row: tuple[Any, ...]) -> RuleCount:
    rule, origin, *numbers = row
    return RuleCount(kind, rule, origin, *map(int, numbers))


def _rated(model: type[Flashcard] | type[QuizQuestion]) -> ColumnElement[bool]:
    """Say whether the student has answered it, in a review or in a quiz."""
    if model is Flashcard:
        return exists().where(CardSchedule.card_id == Flashcard.id, CardSchedule.reps > 0)
    answered = select(QuizItem.question_id).where(QuizItem.given.is_not(None))
    return QuizQuestion.id.in_(answered.where(QuizItem.question_id.is_not(None)))


def _sum(what: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((what, 1), else_=0))
