"""What a 429 means: a minute, or a day that ends at midnight in California."""

from datetime import UTC, datetime
from typing import Any

import pytest

from studylens.analysis.gemini import quotas
from studylens.analysis.llm.client import DayUsedUp, RateLimited
from tests.analysis.gemini.behaviours import limited, used_up

FREE_DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"


def details(*ids: str) -> list[Any]:
    found: list[Any] = used_up(*ids).body["error"]["details"]
    return found


def at(text: str) -> RateLimited:
    return quotas.limited("", details(FREE_DAY), now=lambda: datetime.fromisoformat(text).astimezone(UTC))


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("2026-11-28T22:00:00Z", 10),  # 14:00 there.
        ("2026-11-29T07:59:00Z", 1 / 60),
        ("2026-11-29T08:00:00Z", 24),
        ("2026-03-08T08:00:00Z", 23),  # Clocks go forward that day,
        ("2026-11-01T07:00:00Z", 25),  # and back on that one.
    ],
)
def test_a_used_up_day_ends_at_midnight_in_california(now: str, hours: float) -> None:
    margin = quotas.AFTER_MIDNIGHT.total_seconds()
    assert at(now).retry_after == pytest.approx(hours * 3600 + margin)


def test_students_read_of_the_day_and_the_log_of_the_429() -> None:
    found = at("2026-11-28T22:00:00Z")
    assert isinstance(found, DayUsedUp)
    assert (found.reason, found.detail) == ("today's free answers are used up", "429:")


def test_where_the_day_is_paid_for_it_is_not_called_free() -> None:
    assert quotas.limited("", details("GenerateRequestsPerDayPerProjectPerModel")).reason == quotas.PAID


def test_the_day_counts_where_minute_and_day_are_named_together() -> None:
    minute = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
    assert isinstance(quotas.limited("", details(minute, FREE_DAY)), DayUsedUp)
    found = quotas.limited("", details(minute))
    assert (type(found), found.retry_after) == (RateLimited, 38)
    assert "429" not in found.reason


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [("34.07s", 34.07), ("5s", 5), (None, None), ("soon", None), ("9" * 400 + "s", None)],
)
def test_a_delay_is_seconds_or_none(delay: str | None, seconds: float | None) -> None:
    told = limited(delay).body["error"]["details"]
    assert quotas.limited("", told).retry_after == seconds


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), (" 30 ", 30), ("", None), ("-1", None), ("Sat, 28 Nov 2026", None)]
)
def test_a_gateways_header_counts_where_google_says_nothing(header: str, seconds: float | None) -> None:
    assert quotas.limited("", [], header).retry_after == seconds
    assert quotas.limited("", limited("34s").body["error"]["details"], header).retry_after == 34


@pytest.mark.parametrize("odd", [None, 7, "x", [], {"violations": 7}, {"violations": [7, {"quotaId": 7}]}])
def test_details_of_any_shape_are_a_rate_limit(odd: Any) -> None:
    assert type(quotas.limited("", [odd])) is RateLimited
