"""A student's achievements as they stand: what was earned, and how far it is to the next."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.language import said
from studylens.models import UserAchievement
from studylens.study.achievements.facts import all_facts
from studylens.study.achievements.rules import BY_KEY, RULES, Rule
from studylens.study.schedule.settings import settings_of

SHOWN_NEXT = 3
"""Achievements within reach that the progress page names."""


@dataclass(frozen=True)
class Tier:
    """One tier of an achievement that was earned; `value` is None in rows without evidence."""

    number: int
    criteria: str
    awarded_at: datetime | None
    value: int | None


@dataclass(frozen=True)
class Badge:
    """One achievement: its tiers so far, the present number, and what the next tier needs (None: done)."""

    key: str
    name: str
    tiers: int
    earned: tuple[Tier, ...]
    value: int
    needed: int | None
    criteria: str

    @property
    def share(self) -> float:
        """How near the next tier is, 0-1."""
        return min(1.0, self.value / self.needed) if self.needed else 1.0


@dataclass(frozen=True)
class Shelf:
    """All achievements in the order of the rules, and what earlier releases had awarded."""

    badges: tuple[Badge, ...]
    retired: tuple[str, ...]

    @property
    def latest(self) -> tuple[tuple[Badge, Tier], ...]:
        """What was earned last, the newest first."""
        found = [(badge, tier) for badge in self.badges for tier in badge.earned if tier.awarded_at]
        newest = sorted(found, key=lambda item: (str(item[1].awarded_at), item[1].number), reverse=True)
        return tuple(newest[:SHOWN_NEXT])

    @property
    def next(self) -> tuple[Badge, ...]:
        """What has begun and is nearest."""
        begun = [badge for badge in self.badges if badge.needed and badge.value]
        return tuple(sorted(begun, key=lambda badge: -badge.share)[:SHOWN_NEXT])

    @property
    def earned(self) -> int:
        """How many tiers were earned."""
        return sum(len(badge.earned) for badge in self.badges)

    @property
    def tiers(self) -> int:
        """How many tiers there are."""
        return sum(badge.tiers for badge in self.badges)


def shelf_of(session: Session, guest_id: int | None, at: datetime) -> Shelf:
    """Return the guest's achievements; without streaks for a student who switched them off."""
    earned: dict[str, list[UserAchievement]] = defaultdict(list)
    mine = select(UserAchievement).where(UserAchievement.guest_id == (guest_id or 0))
    for row in session.scalars(mine.order_by(UserAchievement.tier, UserAchievement.id)):
        earned[row.achievement_name or ""].append(row)
    facts = all_facts(session, guest_id or 0, at)
    streaks = settings_of(session, guest_id).streak_on
    shown = [rule for rule in RULES if streaks or rule.key != "streak" or earned[rule.key]]
    badges = tuple(_badge(rule, earned[rule.key], facts[rule.fact].value) for rule in shown)
    return Shelf(badges, tuple(sorted(name for name, rows in earned.items() if name not in BY_KEY and rows)))


def earned_tier(row: UserAchievement) -> tuple[Rule, Tier] | None:
    """Return what a row says; None for a rule or tier that there is no more."""
    rule = BY_KEY.get(row.achievement_name)
    if rule is None or not 1 <= row.tier <= len(rule.tiers):
        return None
    return rule, Tier(row.tier, rule.criteria(row.tier), row.awarded_at, _value(row.evidence))


def _badge(rule: Rule, rows: Sequence[UserAchievement], value: int) -> Badge:
    earned = tuple(found[1] for found in map(earned_tier, rows) if found)
    had = {tier.number for tier in earned}
    ahead = next((number for number in range(1, len(rule.tiers) + 1) if number not in had), None)
    return Badge(
        key=rule.key,
        name=said(rule.name),
        tiers=len(rule.tiers),
        earned=earned,
        value=value,
        needed=rule.tiers[ahead - 1] if ahead else None,
        criteria=rule.criteria(ahead or len(rule.tiers)),
    )


def _value(evidence: dict[str, Any] | None) -> int | None:
    value = evidence.get("value") if isinstance(evidence, dict) else None
    return value if isinstance(value, int) else None
