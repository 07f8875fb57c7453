"""What one answer adds to a student's sums. Pure: nothing here asks the database.

The log may come from a restored file, so what stands in its JSON is looked at before it is believed.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from studylens.models import GOOD, HARD, LEARNING, LOG_CRAM, LOG_QUIZ, LOG_REVIEW, NEW, REVIEW
from studylens.study.schedule.days import study_date
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
    local_date: Any
    zone: Any


SEEN_ON = "seen_on"
"""In `before` of a review: the study day on which the card was last asked otherwise, in a quiz or crammed."""


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


def standing(answer: LoggedAnswer) -> int:
    """Return where the card of a review stood, as one of the states; REVIEW: from an earlier day.

    The date decides, not the card's own state: what was last asked on an earlier study day is REVIEW, also a
    step of yesterday evening; what was asked today already, in a review, a quiz or crammed, never is. Where
    the log does not say when it was asked last, its state is all there is.
    """
    state = NEW if answer.state_before is None else int(answer.state_before)
    last = _last_asked(answer)
    if state == NEW or not last:
        return state
    if last < answer.local_date:
        return REVIEW
    return LEARNING if state == REVIEW else state


def _last_asked(answer: LoggedAnswer) -> str:
    """Return the study day on which the card was asked before, as YYYY-MM-DD; empty when unknown."""
    seen = _last_review(answer)
    is_known = seen is not None and seen <= answer.reviewed_at  # Else the clock went back.
    reviewed_on = study_date(seen, answer.zone or "UTC").isoformat() if seen and is_known else ""
    other = answer.before.get(SEEN_ON) if isinstance(answer.before, Mapping) else None
    return max(reviewed_on, other if isinstance(other, str) else "")


def _review(answer: LoggedAnswer) -> Gains:
    passed = int(is_recalled(answer))
    found = {"reviews": 1, "passed": passed, "new_cards": int(answer.state_before == NEW)}
    if standing(answer) == REVIEW:
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
    seen = _last_review(answer)
    return max(0, (answer.reviewed_at - seen).days) if seen else 0


def _last_review(answer: LoggedAnswer) -> datetime | None:
    text = answer.before.get("last_review_at") if isinstance(answer.before, Mapping) else None
    try:
        seen = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return seen.replace(tzinfo=UTC) if seen and not seen.tzinfo else seen


def _stability(state: object) -> float:
    return _number(state, "stability")


def _number(state: object, name: str) -> float:
    value = state.get(name) if isinstance(state, Mapping) else None
    return float(value) if isinstance(value, int | float) else 0.0
