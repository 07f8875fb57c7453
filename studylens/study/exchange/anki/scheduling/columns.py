"""A card's columns in Anki -> what we take over of its schedule, as plain JSON. Pure; nothing is believed.

Source: rslib/src/card/mod.rs and rslib/src/storage/card/data.rs. What cannot be is put right and marked; a
card whose columns say nothing that a schedule could be made of begins anew.
"""

import json
import math
from typing import Any

from studylens.models import LEARNING, NEW, RELEARNING, REVIEW
from studylens.study.exchange.anki.scheduling.days import is_moment
from studylens.study.schedule.fsrs import (
    LEARNING_STEPS,
    MAX_STABILITY_DAYS,
    MIN_STABILITY_DAYS,
    RELEARNING_STEPS,
)
from studylens.study.schedule.sm2 import DIFFICULTY_RANGE, memory_of

COLUMNS = ("type", "queue", "due", "odue", "odid", "ivl", "factor", "reps", "lapses", "left", "mod", "data")
"""The columns of `cards` that a schedule is made of."""
SUSPENDED, BURIED, LEARNED_NOW, BY_DAYS = -1, (-2, -3), 1, (2, 3)
"""Anki's queues; those in which `due` is a day and not a moment."""
MOST_TIMES = 100_000
"""Answers or lapses of one card: one every hour for eleven years."""
FIRST_EASE = 2.5
"""Anki's for a card that it has just learned."""
DATA_CHARS = 2_000
"""The JSON of a card has about 80, and at most 100 more of add-ons."""
BROKEN = "?"
"""Stands for a value that is too long to be looked at."""
_STEPS = {LEARNING: len(LEARNING_STEPS), RELEARNING: len(RELEARNING_STEPS)}
Row = dict[str, Any]


def schedule_of(row: Row, answered_ms: int | None, *, is_leech: bool) -> Row:
    """Return what we take over of a card: a MemoryState whose days are Anki's numbers.

    `row`: COLUMNS by name; `answered_ms`: its latest answer in the log. `mended` says that a value could not
    be; `anew` that the card begins anew. `due_day` or `due_at`, `seen_day` or `seen_at` are set.
    """
    found = _Mending(row)
    state = found.whole("type", range(4), NEW)
    if state == REVIEW and row["queue"] == LEARNED_NOW:
        state = RELEARNING  # As the scheduler of before 2019 wrote it.
    made: Row = {"state": state, "suspended": row["queue"] == SUSPENDED, "leech": is_leech}
    made |= {name: found.whole(name, range(MOST_TIMES), 0) for name in ("reps", "lapses")}
    if row["queue"] in BURIED and is_moment(row["mod"]):
        made["buried_at"] = row["mod"]
    if state != NEW:
        made |= _memory(found, state) | _due(found, state) | _seen(found, state, answered_ms)
        if made["stability"] is None and state != LEARNING:
            made |= {"state": NEW, "anew": True}
    return made | ({"mended": True} if found.mended else {})


class _Mending:
    """Reads columns and notes whether one of them could not be."""

    def __init__(self, row: Row) -> None:
        self.row, self.mended = row, False
        self.data = self._data(row["data"])

    def whole(self, name: str, allowed: range, otherwise: int) -> int:
        """Return a whole number, moved into its range."""
        value = self.row[name]
        if not isinstance(value, int):
            self.mended = True
            return otherwise
        if value in allowed:
            return value
        self.mended = True
        return otherwise if value < allowed.start else allowed.stop - 1

    def number(self, name: str, least: float, most: float) -> float | None:
        """Return a number of the card's JSON, moved into its range; None when it is none."""
        value = self.data.get(name)
        if value is None:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not 0 < value < math.inf:
            self.mended = True
            return None
        self.mended |= not least <= value <= most
        return float(min(max(value, least), most))

    def _data(self, text: Any) -> dict[str, Any]:
        if text in {"", "{}", None}:
            return {}
        try:
            found = json.loads(text) if isinstance(text, str) and len(text) <= DATA_CHARS else None
        except (ValueError, RecursionError):
            found = None
        self.mended |= not isinstance(found, dict)
        return found if isinstance(found, dict) else {}


def _memory(found: _Mending, state: int) -> Row:
    """Return step, stability and difficulty: FSRS's own, else from interval and ease."""
    stability = found.number("s", MIN_STABILITY_DAYS, MAX_STABILITY_DAYS)
    difficulty = found.number("d", *DIFFICULTY_RANGE)
    if (stability is None or difficulty is None) and state != LEARNING:
        stability, difficulty = _from_sm2(found)
    elif stability is None or difficulty is None:
        stability = difficulty = None
    return {"step": _step(found, state), "stability": stability, "difficulty": difficulty}


def _from_sm2(found: _Mending) -> tuple[float | None, float | None]:
    days = found.row["ivl"]
    if not isinstance(days, int) or days <= 0:
        return None, None
    days = found.whole("ivl", range(1, int(MAX_STABILITY_DAYS) + 1), 1)
    ease = found.row["factor"]
    if not isinstance(ease, int) or not 1_000 <= ease <= 10_000:
        found.mended, ease = True, int(FIRST_EASE * 1_000)
    return memory_of(ease / 1_000, days)


def _step(found: _Mending, state: int) -> int | None:
    if state == REVIEW:
        return None
    left = found.row["left"]
    remaining = left % 1_000 if isinstance(left, int) else 0
    return max(0, _STEPS[state] - max(1, remaining))


def _due(found: _Mending, state: int) -> Row:
    """Return when it comes back: the day or, within learning steps, the moment."""
    row = found.row
    away = isinstance(row["odid"], int) and row["odid"] > 0 and isinstance(row["odue"], int) and row["odue"]
    due = row["odue"] if away else row["due"]
    if not isinstance(due, int):
        found.mended = True
        return {"due_day": None}
    by_days = state == REVIEW or row["queue"] in BY_DAYS or not is_moment(due)
    return {"due_day": due} if by_days else {"due_at": due}


def _seen(found: _Mending, state: int, answered_ms: int | None) -> Row:
    """Return when it was answered last: as the card says, else its log, else so long before it is due."""
    last = found.data.get("lrt")
    if is_moment(last):
        return {"seen_at": last}
    found.mended |= last is not None
    if answered_ms is not None:
        return {"seen_at": answered_ms // 1_000}
    days, due = found.row["ivl"], _due(found, state).get("due_day")
    if state == REVIEW and isinstance(days, int) and days > 0 and due is not None:
        return {"seen_day": due - days}
    return {"seen_at": found.row["mod"] if is_moment(found.row["mod"]) else None}
