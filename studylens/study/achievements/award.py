"""Who earned which achievement: awarded in the transaction of the event that earned it.

What was awarded stays, also when the answer is undone, a pack is deleted or a rule's tiers change.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from studylens.database.upsert import insert_on
from studylens.models import Achievement, ReviewDay, ReviewLog, ReviewTotal, UserAchievement
from studylens.study.achievements.facts import (
    RECALLS_TO_BE_BACK,
    Fact,
    Facts,
    all_facts,
    day_facts,
    pack_facts,
    total_facts,
)
from studylens.study.achievements.rules import RULES, Rule
from studylens.study.keeping import marks
from studylens.study.record.gains import gains
from studylens.study.record.known import known_packs

_TOTAL: Table = ReviewTotal.__table__  # type: ignore[assignment]
_DAY: Table = ReviewDay.__table__  # type: ignore[assignment]
_SUMS = select(
    _TOTAL,
    (_DAY.c.reviews + _DAY.c.crammed + _DAY.c.quiz_answers).label("answers_today"),
    (_DAY.c.young_passed + _DAY.c.mature_passed).label("recalls_today"),
).join(_DAY, _DAY.c.guest_id == _TOTAL.c.guest_id)
_SUMS_AND_TODAY = _SUMS.where(
    _TOTAL.c.guest_id == bindparam("guest_id"), _DAY.c.local_date == bindparam("day")
)

_EARNED: Table = UserAchievement.__table__  # type: ignore[assignment]
UNTOLD = select(_EARNED.c.id).where(
    _EARNED.c.guest_id == bindparam("guest"), _EARNED.c.celebrated_at.is_(None)
)
"""What `guest` has earned without having been told."""
_UNTOLD = UNTOLD.limit(1)
Sums = Mapping[Any, Any]
"""Columns of ReviewTotal, `answers_today` and `recalls_today`."""


@dataclass(frozen=True)
class _Earned:
    """A tier (from 1) whose number was reached, and the fact that says so."""

    rule: Rule
    tier: int
    fact: Fact

    def evidence(self, log_id: int | None) -> dict[str, Any]:
        """Return what proves it, as plain JSON; `log_id` is the row of the log up to which it was counted."""
        numbers = {"value": self.fact.value, "needed": self.rule.tiers[self.tier - 1], "log_id": log_id}
        return {"fact": self.rule.fact, **numbers, **self.fact.evidence}


def award(
    session: Session,
    guest_id: int,
    at: datetime,
    *,
    answer: ReviewLog | None = None,
    sums: Sums | None = None,
) -> list[UserAchievement]:
    """Add the tiers that the student has reached and did not have; return them.

    With `answer` (a counted row of the log) only what this answer could have moved is looked at; `sums` are
    those that `count` returned, else they are read.
    The first answer of a study day, and a call without one, look at everything, also at rules that are new.
    """
    if answer is None:
        return _award_all(session, guest_id, at, log_id=_last_log_id(session, guest_id))
    gained = gains(answer)
    if not gained:
        return []
    if sums is None:
        which = {"guest_id": guest_id, "day": answer.local_date}
        sums = session.execute(_SUMS_AND_TODAY, which).mappings().one()
    if sums["answers_today"] == 1:
        return _award_all(session, guest_id, at, log_id=answer.id)
    earned = list(_crossed(sums, gained))
    earned += _reached(_moved_facts(session, answer, gained, sums["recalls_today"]))
    return _grant(session, guest_id, at, earned, log_id=answer.id)


def claim_news(session: Session, guest_id: int, at: datetime) -> list[UserAchievement]:
    """Return what the student has not been told yet, and mark it as told: one page shows it, once."""
    untold = (UserAchievement.guest_id == guest_id, UserAchievement.celebrated_at.is_(None))
    told = update(UserAchievement).where(*untold).values(celebrated_at=at).returning(UserAchievement.id)
    ids = list(session.scalars(told.execution_options(synchronize_session=False)))
    if ids:
        marks.note(session, guest_id, marks.MEDALS)
    rows = select(UserAchievement).where(UserAchievement.id.in_(ids)).order_by(UserAchievement.id)
    return list(session.scalars(rows)) if ids else []


def has_news(session: Session, guest_id: int) -> bool:
    """Say whether the student has earned something without having been told."""
    session.flush()
    return session.connection().execute(_UNTOLD, {"guest": guest_id}).scalar() is not None


def _award_all(session: Session, guest_id: int, at: datetime, *, log_id: int | None) -> list[UserAchievement]:
    had = select(UserAchievement.achievement_name, UserAchievement.tier)
    known = {tuple(row) for row in session.execute(had.where(UserAchievement.guest_id == guest_id))}
    reached = _reached(all_facts(session, guest_id, at))
    fresh = [item for item in reached if (item.rule.key, item.tier) not in known]
    return _grant(session, guest_id, at, fresh, log_id=log_id)


def _crossed(sums: Mapping[Any, Any], gained: Mapping[str, int]) -> Iterator[_Earned]:
    """Yield the tiers that lie between a sum before this answer and the sum now."""
    facts, gain = total_facts(sums), total_facts(gained)
    for rule in RULES:
        if rule.fact in facts and gain[rule.fact].value > 0:
            fact = facts[rule.fact]
            before = rule.reached(fact.value - gain[rule.fact].value)
            yield from (_Earned(rule, tier, fact) for tier in range(before + 1, rule.reached(fact.value) + 1))


def _moved_facts(session: Session, answer: ReviewLog, gained: Mapping[str, int], recalls_today: int) -> Facts:
    """Return the facts that are no sums, when this answer is one that can move them."""
    found: Facts = {}
    pack_id = answer.pack_id if gained.get("matured") else None
    if pack_id and known_packs(session, answer.guest_id, pack_id=pack_id):
        found |= pack_facts(session, answer.guest_id)
    if recalls_today == RECALLS_TO_BE_BACK and gained.get("passed"):
        found |= day_facts(session, answer.guest_id, answer.reviewed_at)
    return found


def _reached(facts: Facts) -> list[_Earned]:
    return [
        _Earned(rule, tier, facts[rule.fact])
        for rule in RULES
        if rule.fact in facts
        for tier in range(1, rule.reached(facts[rule.fact].value) + 1)
    ]


def _grant(
    session: Session, guest_id: int, at: datetime, earned: Iterable[_Earned], *, log_id: int | None
) -> list[UserAchievement]:
    """Add rows for tiers that are not there yet; of several requests that try at once, one adds them."""
    rows = [
        {"guest_id": guest_id, "achievement_name": item.rule.key, "tier": item.tier, "awarded_at": at,
         "evidence": item.evidence(log_id)}
        for item in earned
    ]  # fmt: skip
    if not rows:
        return []
    marks.note(session, guest_id, marks.MEDALS)
    names = {row["achievement_name"] for row in rows}
    declared = [
        {"achievement_name": rule.key, "description": f"{rule.name}: {rule.words}"}
        for rule in RULES
        if rule.key in names
    ]
    dialect = session.get_bind().dialect.name
    session.execute(insert_on(dialect, Achievement).on_conflict_do_nothing(), declared)
    added = insert_on(dialect, UserAchievement).on_conflict_do_nothing().returning(UserAchievement)
    return list(session.scalars(added, rows))


def _last_log_id(session: Session, guest_id: int) -> int | None:
    """Return the student's latest row of the log; its day first, for which there is an index."""
    mine = select(ReviewLog.id).where(ReviewLog.guest_id == guest_id)
    return session.scalar(mine.order_by(ReviewLog.local_date.desc(), ReviewLog.id.desc()).limit(1))
