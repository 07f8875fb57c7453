"""What a 429 means: too many calls in a minute, or the answers of a whole day."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from studylens.analysis.llm.client import DayUsedUp, RateLimited

PACIFIC = "America/Los_Angeles"
"""Google counts days by the clock of its home."""
AFTER_MIDNIGHT = timedelta(minutes=2)
"""Clocks differ, and everybody else comes back at the stroke."""
FREE = "today's free answers are used up"
PAID = "today's answers are used up"


def limited(
    message: str,
    details: Sequence[Any],
    header: str = "",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> RateLimited:
    """Return what a 429 means; `details` are those of google.rpc.Status, `header` is a Retry-After.

    A daily quota names a retryDelay of seconds as well, which helps nobody: it is back at midnight, Pacific.
    """
    daily = [quota for quota in _quotas(details) if "perday" in quota.lower()]
    if daily:
        reason = FREE if any("free" in quota.lower() for quota in daily) else PAID
        return DayUsedUp(reason, f"429: {message}", retry_after=_until_midnight(now()))
    return RateLimited(
        "it is asked too often just now",
        f"429: {message}",
        retry_after=_retry_delay([*details, _told(header)]),
    )


def _quotas(details: Sequence[Any]) -> Iterator[str]:
    """Yield the ids of the quotas that were exceeded, as google.rpc.QuotaFailure names them."""
    for detail in details:
        violations = detail.get("violations") if isinstance(detail, Mapping) else None
        for violation in violations if isinstance(violations, list) else []:
            if isinstance(violation, Mapping):
                yield str(violation.get("quotaId") or violation.get("quota_id") or "")


def _until_midnight(now: datetime) -> float:
    """Return the seconds to the next day in California; the clocks may change on the way."""
    here = now.astimezone(ZoneInfo(PACIFIC))
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), here.tzinfo)
    return (midnight.astimezone(UTC) + AFTER_MIDNIGHT - now).total_seconds()


def _told(header: str) -> dict[str, str]:
    """Return a Retry-After of seconds, as gateways send it, in the form of Google's own detail."""
    seconds = header.strip()
    return {"@type": "google.rpc.RetryInfo", "retryDelay": f"{seconds}s"} if seconds.isdecimal() else {}


def _retry_delay(details: Sequence[Any]) -> float | None:
    """Read google.rpc.RetryInfo, whose retryDelay looks like `34.07s`."""
    for detail in details:
        if isinstance(detail, Mapping) and str(detail.get("@type", "")).endswith("google.rpc.RetryInfo"):
            found = re.fullmatch(r"(\d+(?:\.\d+)?)s", str(detail.get("retryDelay", "")))
            seconds = float(found[1]) if found else math.inf
            return seconds if math.isfinite(seconds) else None
    return None
