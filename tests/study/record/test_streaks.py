"""Streaks: days in a row, two of them forgiven, in whatever zone the student's clock is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from studylens.study.record.streaks import Streak, streak_of
from studylens.study.record.study_days import StudyDay
from studylens.study.schedule.days import study_date

FIRST = date(2026, 3, 2)
ONE = timedelta(days=1)


def days(*numbers: int, zone: str = "UTC") -> list[StudyDay]:
    return [StudyDay(FIRST + n * ONE, zone, reviews=1) for n in numbers]


def streak(*numbers: int, today: int) -> Streak:
    return streak_of(days(*numbers), FIRST + today * ONE, "UTC")


def study_day(at: str, zone: str) -> StudyDay:
    return StudyDay(study_date(datetime.fromisoformat(at).replace(tzinfo=UTC), zone), zone, reviews=1)


def test_no_days_are_no_streak() -> None:
    assert streak(today=0) == Streak()


def test_today_is_not_missed_before_it_is_over() -> None:
    found = streak(0, 1, 2, today=3)
    assert (found.days, found.studied_today) == (3, False)


def test_without_a_freeze_a_missed_day_begins_it_anew() -> None:
    assert streak(0, 1, 2, 4, today=4).days == 1
    assert streak(0, 1, 2, today=4) == Streak(days=0, longest=3)


def test_seven_days_earn_a_freeze_that_forgives_one() -> None:
    found = streak(*range(7), 8, today=8)
    assert (found.days, found.freezes, found.forgiven) == (8, 0, 1)


def test_at_most_two_freezes_are_kept() -> None:
    assert streak(*range(30), today=29).freezes == 2
    assert streak(*range(30), 32, today=32).days == 31
    assert streak(*range(30), 33, today=33).days == 1


def test_a_freeze_that_is_needed_today_is_still_the_students() -> None:
    found = streak(*range(7), today=8)
    assert (found.days, found.freezes, found.forgiven) == (7, 0, 1)


def test_freezes_are_not_taken_along_into_the_next_streak() -> None:
    found = streak(*range(7), 10, 12, today=12)
    assert (found.days, found.longest, found.freezes) == (1, 7, 0)


def test_who_flies_east_over_the_date_line_misses_nothing() -> None:
    evening = study_day("2026-03-11T03:00", "America/Los_Angeles")  # The 10th, 8 in the evening.
    morning = study_day("2026-03-11T19:00", "Pacific/Auckland")  # The 12th, 8 in the morning.
    assert (morning.date - evening.date).days == 2
    assert streak_of([evening, morning], morning.date, "Pacific/Auckland").days == 2


def test_who_flies_west_has_a_date_twice_and_counts_it_once() -> None:
    morning = study_day("2026-03-11T19:00", "Pacific/Auckland")
    arrived = study_day("2026-03-12T02:00", "America/Los_Angeles")
    assert arrived.date < morning.date
    found = streak_of([arrived, morning], arrived.date, "America/Los_Angeles")
    assert (found.days, found.studied_today) == (2, True)


def test_a_zone_changed_on_paper_forgives_no_whole_day() -> None:
    there, here = days(0, zone="Europe/Berlin"), days(2, zone="Europe/London")
    assert streak_of(there + here, here[0].date, "Europe/London").days == 1


@pytest.mark.parametrize(
    ("first", "zone"), [("2026-03-28", "Europe/Berlin"), ("2026-10-24", "Europe/Berlin")]
)
def test_days_of_23_and_25_hours_are_days(first: str, zone: str) -> None:
    start = date.fromisoformat(first)
    row = [StudyDay(start + n * ONE, zone, reviews=1) for n in range(3)]
    assert streak_of(row, row[-1].date, zone).days == 3
    assert streak_of([row[0], row[2]], row[-1].date, zone).days == 1


def test_days_of_a_clock_that_was_wrong_wait_until_they_come() -> None:
    wrong = [*days(0, 1, 2), *days(400)]
    assert streak_of(wrong, FIRST + 2 * ONE, "UTC").days == 3
