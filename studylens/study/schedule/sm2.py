"""Between SM-2, the older rules of Anki, and FSRS: interval and ease, stability and difficulty. Pure.

Source: `memory_state_from_sm2` of fsrs-rs (src/inference.rs), which Anki itself uses. It asks which
difficulty lets the next right answer lengthen the interval as much as the ease would, at the retention that
SM-2 aims at.
"""

import math

from studylens.study.schedule.fsrs import MAX_STABILITY_DAYS, MIN_STABILITY_DAYS
from studylens.study.schedule.weights import USUAL

SM2_RETENTION = 0.9
"""Chance of recall when a card comes back under SM-2, as Anki assumes; there a stability is its interval."""
EASE_RANGE = (1.3, 4.0)
"""What an ease may be: Anki's least, and four times as long, which no button gives."""
DIFFICULTY_RANGE = (1.0, 10.0)


def memory_of(ease: float, interval_days: float) -> tuple[float, float]:
    """Return stability (days) and difficulty (1-10) of a card of SM-2; `ease` is 2.5 for 250 %."""
    stability = min(max(interval_days, MIN_STABILITY_DAYS), MAX_STABILITY_DAYS)
    return stability, _within(11.0 - (ease - 1.0) / _growth(stability), DIFFICULTY_RANGE)


def ease_of(stability: float, difficulty: float) -> float:
    """Return the ease (2.5 for 250 %) under which SM-2 lengthens the next interval as FSRS would."""
    return _within(1.0 + (11.0 - difficulty) * _growth(max(stability, MIN_STABILITY_DAYS)), EASE_RANGE)


def _growth(stability: float) -> float:
    """Return by how much a right answer lengthens the stability, for each point of ease in difficulty."""
    from_forgetting = math.expm1((1.0 - SM2_RETENTION) * USUAL[10])
    return math.exp(USUAL[8]) * math.pow(stability, -USUAL[9]) * from_forgetting


def _within(value: float, bounds: tuple[float, float]) -> float:
    return min(max(value, bounds[0]), bounds[1])
