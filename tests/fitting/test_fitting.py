"""Own weights: they predict, they are refused where they do not, and both halves of FSRS say the same."""

import math
from collections.abc import Sequence
from statistics import fmean

import pytest
from fsrs_rs_python import FSRS, FSRSItem, FSRSReview

from benchmarks import learners
from studylens.errors import Busy
from studylens.fitting import fitting
from studylens.fitting.asking import COMMAND, ask
from studylens.study.fits.found import BETTER, FAILED, FEW, NOT_BETTER, Fit, read
from studylens.study.schedule.fsrs import Plan, answered, retrievability
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.weights import USUAL, checked
from tests.study.record.answers import DAY, NOON

FORGETFUL = [*USUAL[:8], USUAL[8] * 0.6, *USUAL[9:20], 0.35]
"""Memories that grow slowly and fall steeply."""


def losses(weights: Sequence[float], seed: int) -> float:
    """Return the mean log loss about somebody with a forgetful memory, whose answers nobody has seen."""
    examples = fitting._examples(learners.study(seed, 4_000, FORGETFUL))
    return fmean(fitting._losses(list(weights), examples))


def test_weights_of_ones_own_predict_what_comes_later_better() -> None:
    found = fitting.fit(learners.study(1, 8_000, FORGETFUL), 0.9)
    assert found["outcome"] == BETTER
    assert found["loss_own"] < found["loss_usual"]
    usual, own, true = (losses(weights, seed=2) for weights in (USUAL, found["weights"], FORGETFUL))
    assert true <= own < usual
    assert usual - own > 0.75 * (usual - true)
    assert found["workload"] > 1.1, "who forgets sooner has more to answer"


def test_weights_that_explain_nothing_are_not_taken() -> None:
    found = fitting.fit(learners.study(3, 1_500, USUAL), 0.9)
    assert found["outcome"] == NOT_BETTER
    assert "weights" not in found


@pytest.mark.parametrize("cards", [[], [[5, 3]], [[1, 3, 2, 3]] * 20, [[1, 3, 1, 3, 1, 1]] * 500])
def test_too_few_answers_on_later_days_are_named_so(cards: list[list[int]]) -> None:
    assert fitting.fit(cards, 0.9) == {"outcome": FEW}


@pytest.mark.parametrize("rating", [1, 3, 4])
def test_answers_of_one_rating_only_end_with_numbers(rating: int) -> None:
    cards = [[day for n in range(8) for day in (n * n, rating)] for _ in range(100)]
    found = read(fitting.fit(cards, 0.9))
    assert found.outcome in {BETTER, NOT_BETTER}
    assert math.isfinite(found.loss_usual + found.loss_own + found.workload)


def test_a_clock_that_went_back_stands_still() -> None:
    assert fitting._steps([10, 3, 4, 3, 12, 1]) == [(10, 0, 3), (10, 0, 3), (12, 2, 1)]


@pytest.mark.parametrize("weights", [USUAL, tuple(FORGETFUL)])
@pytest.mark.parametrize("ratings", [(3, 3, 3, 3), (1, 3, 1, 3), (4, 2, 1, 1, 3), (2, 4, 4)])
def test_the_scheduler_and_the_optimiser_keep_the_same_memory(
    ratings: tuple[int, ...], weights: tuple[float, ...]
) -> None:
    waits = (0, 1, 4, 15, 40)[: len(ratings)]
    memory, at = MemoryState(NOON), NOON
    for waited, rating in zip(waits, ratings, strict=True):
        at += waited * DAY
        memory = answered(memory, rating, at, Plan(1, weights=weights))
    reviews = [FSRSReview(rating, waited) for waited, rating in zip(waits, ratings, strict=True)]
    state = FSRS(list(weights)).memory_state(FSRSItem(reviews))
    assert memory.stability == pytest.approx(state.stability, rel=1e-3)
    assert memory.difficulty == pytest.approx(state.difficulty, rel=1e-3)


@pytest.mark.parametrize("weights", [USUAL, tuple(FORGETFUL)])
def test_what_is_predicted_is_what_the_schedule_expects(weights: tuple[float, ...]) -> None:
    plan = Plan(1, weights=weights)
    memory = answered(answered(MemoryState(NOON), 3, NOON, plan), 3, NOON + 3 * DAY, plan)
    expected = retrievability(memory, NOON + 20 * DAY, plan)
    assert expected is not None
    card = [0, 3, 3, 3, 20, 1]
    loss = fitting._losses(list(weights), fitting._examples([card]))[-1]
    assert math.exp(-loss) == pytest.approx(1 - expected, rel=1e-3)


@pytest.mark.process
def test_a_process_answers_and_ends() -> None:
    found = ask(learners.study(1, 4_000, FORGETFUL), 0.9)
    assert found.outcome == BETTER
    assert checked(found.weights) == found.weights


@pytest.mark.process
@pytest.mark.parametrize(
    "command", [("/nothing/there",), (COMMAND[0], "-c", "import os; os.kill(os.getpid(), 9)")]
)
def test_a_process_that_does_not_begin_or_is_killed_is_busy(command: tuple[str, ...]) -> None:
    with pytest.raises(Busy):
        ask([[1, 3]], 0.9, command)


@pytest.mark.process
def test_a_process_that_fails_found_nothing() -> None:
    assert ask([[1, 3]], 0.9, (COMMAND[0], "-c", "raise SystemExit(1)")) == Fit(FAILED)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"outcome": "great"},
        {"outcome": BETTER, "loss_usual": 0.4, "loss_own": 0.3, "held_out": 50, "workload": 1.0},
        {"outcome": BETTER, "loss_usual": 0.4, "loss_own": float("nan"), "held_out": 50, "workload": 1.0,
         "weights": list(USUAL)},
        {"outcome": BETTER, "loss_usual": 0.4, "loss_own": 0.3, "held_out": 50, "workload": 1.0,
         "weights": [*USUAL[:20], float("inf")]},
    ],
)  # fmt: skip
def test_an_answer_that_fsrs_cannot_have_given_is_a_failure(told: dict[str, object]) -> None:
    assert read(told) == Fit(FAILED)


def test_simulated_students_answer_as_often_as_asked_and_repeat_themselves() -> None:
    once = learners.study(7, 300)
    assert sum(map(len, once)) == 600
    assert once == learners.study(7, 300)
