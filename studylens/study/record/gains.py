"""What one answer adds to a student's sums. Pure: nothing here asks the database.

The log may come from a restored file, so what stands in its JSON is looked at before it is believed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from studylens.models import GOOD, HARD, LOG_CRAM, LOG_QUIZ, LOG_REVIEW, NEW, REVIEW
from studylens.study.schedule.leech import LEECH_LAPSES, MATURE_DAYS

UNLIKELY = 0.7
"""Expected chance of recall below which a recall was hard won."""
LONG_INTERVALS = (30, 90, 180, 365)
"""Days since a card was last seen that achievements ask for."""
_LONGEST_MS = 600_000
"""Ten minutes over one card: the student was elsewhere."""

Gains = dict[str, int]
"""Columns of ReviewTotal, and what an answer adds to them; columns that it leaves alone are missing."""


class LoggedAnswer(Protocol):
    """The columns of ReviewLog from which everything is counted."""

    kind: Any
    rating: Any
    reviewed_at: Any
    duration_ms: Any
    state_before: Any
    retrievability: Any
    before: Any
    after: Any


def gains(answer: LoggedAnswer) -> Gains:
    """Return what this log row adds; nothing for rows that are no answers (undo, reschedule)."""
    if answer.kind == LOG_REVIEW:
        found = _review(answer)
    elif answer.kind == LOG_CRAM:
        found = {"crammed": 1}
    elif answer.kind == LOG_QUIZ:
        found = {"quiz_answers": 1, "quiz_right": int((answer.rating or 0) >= GOOD)}
    else:
        return {}
    return {**found, "duration_ms": min(max(0, answer.duration_ms or 0), _LONGEST_MS)}


def is_recalled(answer: LoggedAnswer) -> bool:
    """Say whether the card was remembered, with effort or without."""
    return (answer.rating or 0) >= HARD


def _review(answer: LoggedAnswer) -> Gains:
    passed = int(is_recalled(answer))
    found = {"reviews": 1, "passed": passed, "new_cards": int(answer.state_before == NEW)}
    if answer.state_before == REVIEW:
        age = "mature" if _stability(answer.before) >= MATURE_DAYS else "young"
        found |= {f"{age}_reviews": 1, f"{age}_passed": passed}
        if passed:
            found |= _long_term(answer)
    return found | (_matured(answer) if passed else {})


def _long_term(answer: LoggedAnswer) -> Gains:
    """Return what a recall of a card that was away for days is worth beside being one."""
    away = _days_away(answer)
    chance = answer.retrievability
    found = {f"after_{days}": 1 for days in LONG_INTERVALS if away >= days}
    return found | ({"hard_won": 1} if chance is not None and chance < UNLIKELY else {})


def _matured(answer: LoggedAnswer) -> Gains:
    before, after = _stability(answer.before), _stability(answer.after)
    if not before < MATURE_DAYS <= after:
        return {}
    lapses = _number(answer.before, "lapses")
    return {"matured": 1, "mended": int(lapses >= 1), "leeches_repaired": int(lapses >= LEECH_LAPSES)}


def _days_away(answer: LoggedAnswer) -> int:
    """Return whole days since the card was last seen; 0 when unknown or when the clock went back."""
    text = answer.before.get("last_review_at") if isinstance(answer.before, Mapping) else None
    try:
        seen = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return 0
    if seen is None:
        return 0
    away: int = (answer.reviewed_at - (seen if seen.tzinfo else seen.replace(tzinfo=UTC))).days
    return max(0, away)


def _stability(state: object) -> float:
    return _number(state, "stability")


def _number(state: object, name: str) -> float:
    value = state.get(name) if isinstance(state, Mapping) else None
    return float(value) if isinstance(value, int | float) else 0.0
