"""The study day: 4 o'clock in the student's zone, also when clocks change and when nobody knows the zone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from studylens.study.schedule.days import (
    day_end,
    day_start,
    is_zone,
    study_clock,
    study_date,
    zone_of,
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_after_midnight_is_still_the_same_evening() -> None:
    assert study_date(at("2026-03-03T02:59"), "Europe/Berlin") == date(2026, 3, 2)
    assert study_date(at("2026-03-03T03:00"), "Europe/Berlin") == date(2026, 3, 3)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 28), 23),
        ("Europe/Berlin", date(2026, 10, 24), 25),
        ("America/New_York", date(2026, 3, 7), 23),
        ("Australia/Lord_Howe", date(2026, 10, 3), 23.5),
        ("Asia/Tokyo", date(2026, 3, 28), 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: date, hours: float) -> None:
    assert day_end(day, zone) - day_start(day, zone) == timedelta(hours=hours)


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Africa/Cairo", "UTC"]
)
def test_every_moment_of_a_year_lies_in_its_own_study_day(zone: str) -> None:
    moment = at("2026-01-01T00:00")
    while moment.year == 2026:
        day = study_date(moment, zone)
        assert day_start(day, zone) <= moment < day_end(day, zone)
        moment += timedelta(minutes=47)


def test_a_day_that_a_zone_left_out_still_ends() -> None:
    # Samoa went from 29 to 31 December 2011.
    assert day_start(date(2011, 12, 30), "Pacific/Apia") <= day_end(date(2011, 12, 30), "Pacific/Apia")


@pytest.mark.parametrize("name", ["Nowhere/City", "", "../etc/passwd", "a\x00b", "/UTC", "Europe/", "\ud800"])
def test_a_zone_that_nobody_knows_is_refused_and_counts_as_utc(name: str) -> None:
    assert not is_zone(name)
    assert study_date(at("2026-03-03T03:59"), name) == date(2026, 3, 2)


def test_the_hour_is_that_of_the_students_clock() -> None:
    assert is_zone("Asia/Kolkata")
    assert zone_of("Asia/Kolkata").key == "Asia/Kolkata"
    assert study_clock(at("2026-03-03T20:45"), "Asia/Kolkata")[1] == 2
