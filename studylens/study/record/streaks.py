"""Streaks with room for life: days in a row, where up to two missed days are forgiven.

The rule, as the progress page tells it: a streak counts the days on which you answered something. Every
seventh day of a streak earns a freeze, and at most two are kept. A day without study uses one up; with none
left, the streak begins anew. Today is not missed before it is over. A date of which a traveller's clock
left less than half is not missed either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from studylens.study.record.study_days import StudyDay
from studylens.study.schedule.days import day_end, day_start
from studylens.study.schedule.moment import StudyMoment

DAYS_A_FREEZE = 7
"""Days of a streak that earn a freeze: a week of study forgives a day."""
MOST_FREEZES = 2
"""Freezes kept at most: a weekend away."""
_ONE = timedelta(days=1)


@dataclass(frozen=True)
class Streak:
    """The streak as it stands: its days, the longest ever, freezes left, and missed days it forgave."""

    days: int = 0
    longest: int = 0
    freezes: int = 0
    forgiven: int = 0
    studied_today: bool = False


def streak_shown(days: Sequence[StudyDay], moment: StudyMoment) -> Streak | None:
    """Return the streak as it stands now; None when the student switched streaks off."""
    return streak_of(days, moment.today, moment.zone) if moment.settings.streak_on else None


def streak_of(days: Sequence[StudyDay], today: date, zone: str) -> Streak:
    """Return the streak of these days (oldest first) as seen on study day `today` in `zone`.

    Days later than tomorrow come from a clock that was wrong, and wait until they are there.
    """
    known = [day for day in days if day.date <= today + _ONE]
    run = _Run()
    for day in known:
        run.study(day.date, day.zone)
    run.look(today, zone)
    return Streak(
        days=run.days,
        longest=run.longest,
        freezes=run.freezes,
        forgiven=run.forgiven,
        studied_today=any(day.date == today for day in known[-2:]),
    )


class _Run:
    """A streak while its days are walked through."""

    def __init__(self) -> None:
        self.days = self.longest = self.freezes = self.forgiven = 0
        self._last: tuple[date, str] | None = None

    def study(self, day: date, zone: str) -> None:
        self.look(day, zone)
        self.days += 1
        self.longest = max(self.longest, self.days)
        if self.days % DAYS_A_FREEZE == 0:
            self.freezes = min(MOST_FREEZES, self.freezes + 1)
        self._last = (day, zone)

    def look(self, day: date, zone: str) -> None:
        """Pay for the days missed before `day`, or begin anew."""
        missed = _missed(*self._last, day, zone) if self._last else 0
        if missed > self.freezes:
            self.days = self.freezes = self.forgiven = 0
        else:
            self.freezes -= missed
            self.forgiven += missed


def _missed(last: date, last_zone: str, day: date, zone: str) -> int:
    """Return how many study days went by between two dates, each in the zone of its own clock."""
    dates = (day - last).days - 1
    if dates <= 0:
        return 0
    hours = (day_start(day, zone) - day_end(last, last_zone)) / timedelta(hours=1)
    return min(dates, max(0, round(hours / 24)))
