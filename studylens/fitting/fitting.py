"""Weights of FSRS from what one student answered, and whether they are worth taking.

Where they come from is FSRS's own optimiser (fsrs-rs, https://github.com/open-spaced-repetition/fsrs-rs), and
so are its rules: only answers on a later day than the one before say something about forgetting.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from fsrs.scheduler import DEFAULT_PARAMETERS
from fsrs_rs_python import FSRS, FSRSItem, FSRSReview

USUAL = list(DEFAULT_PARAMETERS)
HELD_OUT = 0.2
"""The last fifth, in time, on which weights from the first four are tried."""
LEAST_HELD_OUT = 40
"""Answers: on fewer, better is luck as often as not."""
LONGEST_HISTORY = 64
"""Answers of one card that are looked at: the first ones, which move its memory most."""

STANDARD_ERRORS = 1.0
"""By which own weights must predict the held-out answers better."""
PASSED = 2
"""From this rating on a card was remembered."""
_DECAY = 20
_SURE = 1e-4
"""No prediction counts as surer: one answer must not outweigh a thousand."""
FEW, BETTER, NOT_BETTER = "few", "better", "not_better"


@dataclass(frozen=True)
class _Example:
    """An answer on a later day than the one before, with all that was answered of its card until then."""

    day: int
    card: int
    item: FSRSItem
    before: FSRSItem
    waited: int
    passed: bool


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Answer the question of `__main__`."""
    return fit(question["cards"], float(question["retention"]))


def fit(cards: Sequence[Sequence[int]], retention: float) -> dict[str, Any]:
    """Return what became of it, with the weights that fit all answers if the last fifth was predicted better.

    `workload` is how many answers a day the cards need with those weights, as a share of the usual ones.
    """
    found = _examples(cards)
    at = _last_fifth(found)
    if min(at, len(found) - at) < LEAST_HELD_OUT:
        return {"outcome": FEW}
    tried, later = _fitted(found[:at]), found[at:]
    usual, own = _losses(USUAL, later), _losses(tried, later)
    told = {"loss_usual": fmean(usual), "loss_own": fmean(own), "held_out": len(later)}
    if not _is_better(usual, own):
        return {"outcome": NOT_BETTER, **told}
    weights = _fitted(found)
    return {"outcome": BETTER, "weights": weights, "workload": _workload(weights, cards, retention), **told}


def _examples(cards: Sequence[Sequence[int]]) -> list[_Example]:
    """Return them by day."""
    found: list[_Example] = []
    for number, card in enumerate(cards):
        reviews: list[FSRSReview] = []
        for day, waited, rating in _steps(card):
            before = FSRSItem(reviews)
            reviews.append(FSRSReview(rating, waited))
            if waited > 0:
                found.append(_Example(day, number, FSRSItem(reviews), before, waited, rating >= PASSED))
    return sorted(found, key=lambda one: (one.day, one.card))


def _last_fifth(found: Sequence[_Example]) -> int:
    """Return where it begins; answers of one day stay together."""
    at = int(len(found) * (1 - HELD_OUT))
    return bisect_left(found, found[at].day, key=lambda one: one.day) if found else 0


def _fitted(found: Sequence[_Example]) -> list[float]:
    return FSRS(USUAL).compute_parameters([one.item for one in found], [one.card for one in found])


def _losses(weights: list[float], found: Sequence[_Example]) -> list[float]:
    """Return the log loss of each prediction: what a coin would have is 0.69."""
    decay = -weights[_DECAY]
    factor = 0.9 ** (1 / decay) - 1
    states = FSRS(weights).memory_state_batch([one.before for one in found])
    losses: list[float] = []
    for one, state in zip(found, states, strict=True):
        recall = (1 + factor * one.waited / state.stability) ** decay
        recall = min(max(recall, _SURE), 1 - _SURE)
        losses.append(-math.log(recall if one.passed else 1 - recall))
    return losses


def _is_better(usual: Sequence[float], own: Sequence[float]) -> bool:
    """Say whether own weights predict better by more than chance may do: so many standard errors."""
    gains = [one - other for one, other in zip(usual, own, strict=True)]
    return fmean(gains) > STANDARD_ERRORS * stdev(gains) / math.sqrt(len(gains))


def _steps(card: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return day, days since the answer before, and rating; a clock that went back stands still."""
    steps: list[tuple[int, int, int]] = []
    last: int | None = None
    for day, rating in list(zip(card[::2], card[1::2], strict=True))[:LONGEST_HISTORY]:
        day = day if last is None else max(day, last)  # noqa: PLW2901 - the day as it counts.
        steps.append((day, 0 if last is None else day - last, rating))
        last = day
    return steps


def _workload(weights: list[float], cards: Sequence[Sequence[int]], retention: float) -> float:
    usual, own = (_answers_a_day(FSRS(one), cards, retention) for one in (USUAL, weights))
    share = own / usual if usual else math.nan
    return share if math.isfinite(share) else 1.0


def _answers_a_day(model: FSRS, cards: Sequence[Sequence[int]], retention: float) -> float:
    """Return how many of the cards come back on a day, each after the interval that it has earned."""
    items = [
        FSRSItem([FSRSReview(rating, waited) for _, waited, rating in _steps(card)]) for card in cards if card
    ]
    states = model.memory_state_batch(items)
    return sum(1 / max(1.0, model.next_interval(state.stability, retention, 3)) for state in states)
