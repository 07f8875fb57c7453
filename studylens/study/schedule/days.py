"""The study day: it begins at 4 o'clock in the student's own time zone, not at midnight."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROLLOVER_HOUR = 4
"""Who studies past midnight is still in the same evening."""


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name; UTC for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    """Say whether `name` is an IANA time zone that this machine knows."""
    return name == "UTC" or zone_of(name).key == name


def study_date(at: datetime, zone: str) -> date:
    """Return the study day of a moment (aware) in the student's zone."""
    return study_clock(at, zone)[0]


def study_clock(at: datetime, zone: str) -> tuple[date, int]:
    """Return the study day of a moment, and the hour (0-23) that the student's clock shows."""
    local = at.astimezone(zone_of(zone))
    day = local.date() if local.hour >= ROLLOVER_HOUR else local.date() - timedelta(days=1)
    return day, local.hour


def day_start(day: date, zone: str) -> datetime:
    """Return the moment (UTC) at which a study day begins; on DST days the hour that really exists."""
    return datetime.combine(day, time(ROLLOVER_HOUR), tzinfo=zone_of(zone)).astimezone(UTC)


def day_end(day: date, zone: str) -> datetime:
    """Return the moment (UTC) at which a study day ends and the next begins."""
    return day_start(day + timedelta(days=1), zone)
