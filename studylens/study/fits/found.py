"""What a fit found, believed where FSRS itself can have found it."""

from dataclasses import dataclass
from typing import Any

from studylens.storable import is_number
from studylens.study.schedule.weights import Weights, checked

FEW, BETTER, NOT_BETTER, FAILED = "few", "better", "not_better", "failed"
OUTCOMES = frozenset({FEW, BETTER, NOT_BETTER, FAILED})


@dataclass(frozen=True)
class Fit:
    """What became of a fit; `loss_*` are log losses on the answers held out, of which there were `held_out`.

    `workload`: answers a day with own weights, as a share of those with the usual ones.
    """

    outcome: str
    weights: Weights = ()
    loss_usual: float = 0.0
    loss_own: float = 0.0
    held_out: int = 0
    workload: float = 1.0


def read(told: dict[str, Any]) -> Fit:
    """Return an answer, believed where it is one that FSRS can have given; else FAILED."""
    outcome = told.get("outcome")
    if outcome == FEW:
        return Fit(FEW)
    names = ("loss_usual", "loss_own", "held_out")
    loss_usual, loss_own, held_out = (_number(told.get(name)) for name in names)
    if outcome not in {BETTER, NOT_BETTER} or loss_usual is None or loss_own is None or held_out is None:
        return Fit(FAILED)
    if outcome == NOT_BETTER:
        return Fit(NOT_BETTER, (), loss_usual, loss_own, int(held_out))
    weights, workload = checked(told.get("weights")), _number(told.get("workload"))
    if not weights or workload is None:
        return Fit(FAILED)
    return Fit(BETTER, weights, loss_usual, loss_own, int(held_out), workload)


def _number(value: object) -> float | None:
    return float(value) if is_number(value) else None
