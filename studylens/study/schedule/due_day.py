"""The one rule by which a card of days is due: a study day, wherever the student is when it comes.

A card in REVIEW comes back on a day, not at a moment. Its row says so by 4:00 UTC of that day, whatever zone
it was answered in: then it is due from 4 o'clock of that day where the student is now. Any other moment in
such a row comes from a quiz, an earlier release or a restored file, and stands for the study day in which it
lies. Queue, sums, forecast and calendar ask here; studylens/study/schedule/live.py says the same in SQL.
"""

from datetime import UTC, date, datetime, time

from studylens.models import REVIEW
from studylens.study.schedule.days import ROLLOVER_HOUR, study_date

DAY_BEGINS = time(ROLLOVER_HOUR)


def as_moment(day: date) -> datetime:
    """Return the moment (UTC) by which a row says that a card comes back on study day `day`."""
    return datetime.combine(day, DAY_BEGINS, tzinfo=UTC)


def due_day(state: int, due_at: datetime, zone: str) -> date:
    """Return the study day on which a card with this state and this `due_at` (aware) comes back in `zone`."""
    there = due_at.astimezone(UTC)
    is_a_day = state == REVIEW and there.time() == DAY_BEGINS
    return there.date() if is_a_day else study_date(due_at, zone)
