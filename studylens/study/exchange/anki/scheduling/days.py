"""Anki's days: it counts them from the day on which a collection was made, wherever that was.

Source: rslib/src/scheduler/timing.rs. Day n is the local date of `col.crt` at the collection's own offset
from UTC, plus n; a collection from before 2020 has no such offset, and means the zone in which it is opened.
"""

from datetime import UTC, date, datetime, timedelta

from studylens.study.schedule.days import zone_of

FIRST_DAY = date(2014, 9, 19)
"""Day 0 of what we write: older than any card here, so that no day is negative."""
MADE_AT = int(datetime(2014, 9, 19, 11, tzinfo=UTC).timestamp())
"""The same as Unix seconds: noon or so everywhere but at the date line, with an offset of 0."""
LONGEST_OFFSET_MINUTES = 23 * 60
_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)
_SECONDS = (
    int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()),
    int(datetime(2199, 12, 31, tzinfo=UTC).timestamp()),
)
"""Moments that a file may name; Anki is from 2006."""
Created = int | str
"""When a collection was made: a day (ISO 8601), or Unix seconds when its own zone is not known."""


def is_moment(seconds: object) -> bool:
    """Say whether this is a moment (Unix seconds) at which somebody can have studied, or will."""
    return isinstance(seconds, int) and _SECONDS[0] <= seconds <= _SECONDS[1]


def created(seconds: object, minutes_west: object) -> Created:
    """Return when a collection was made, by its `crt` and its `creationOffset`; broken ones are left out."""
    if not isinstance(seconds, int) or not is_moment(seconds):
        return FIRST_DAY.isoformat()
    if not isinstance(minutes_west, int) or abs(minutes_west) > LONGEST_OFFSET_MINUTES:
        return seconds
    return (datetime.fromtimestamp(seconds, UTC) - timedelta(minutes=minutes_west)).date().isoformat()


def day_of(made: Created, number: int, zone: str) -> date | None:
    """Return the day that Anki counts as `number`; None for one that nobody can mean."""
    first = (
        date.fromisoformat(made)
        if isinstance(made, str)
        else datetime.fromtimestamp(made, zone_of(zone)).date()
    )
    try:
        day = first + timedelta(days=number)
    except OverflowError:
        return None
    return day if _EARLIEST <= day <= _LATEST else None


def number_of(day: date) -> int:
    """Return how Anki counts a day in what we write."""
    return (day - FIRST_DAY).days
