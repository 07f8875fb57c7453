"""Achievements: the catalogue as it was last declared, and who earned what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import of_service
from studylens.models.columns import UtcDateTime, between, now


class Achievement(Base):
    """A rule as an operator sees it in the database; the rules themselves are study/achievements/rules.py."""

    __tablename__ = "achievements"
    __table_args__ = (
        Index("ux_achievements_name", "achievement_name", unique=True),
        {"info": of_service("the rules, and not who earned them")},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    achievement_name: Mapped[str | None] = mapped_column(String(100))
    """The rule's key. Earlier layouts called it `name`, `title` or `badge_name`."""
    description: Mapped[str | None] = mapped_column(Text)


class UserAchievement(Base):
    """A tier of an achievement that a guest earned, with the evidence."""

    __tablename__ = "user_achievements"
    __table_args__ = (
        Index("ux_user_achievements_tier", "guest_id", "achievement_name", "tier", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"))
    """None in rows of earlier layouts whose owner is unknown."""
    achievement_name: Mapped[str | None] = mapped_column(String(100))
    tier: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=between(1, 1_000))
    awarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=now)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    celebrated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the student was told, once."""
