"""What earlier layouts called the columns that we have today: where a backfill finds their values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Renamed:
    """A column of today and its earlier names, the likeliest first."""

    table: str
    column: str
    earlier: tuple[str, ...]


RENAMED = (
    Renamed("achievements", "achievement_name", ("name", "title", "badge_name")),
    Renamed("user_achievements", "achievement_name", ("name", "title", "badge_name")),
)
MOMENTS = (
    Renamed("user_achievements", "awarded_at", ("earned_at", "unlocked_at", "date_earned", "created_at")),
)
"""The same for moments, which earlier layouts wrote in several ways."""
OWNERS = (Renamed("user_achievements", "guest_id", ("user_id",)),)
"""Copied only when the earlier column refers to our own guests: other numbers are other people's."""
RANDOM_IDS = (("cards", "uid"), ("questions", "uid"))
"""Columns that get 128 random bits where they are empty."""
