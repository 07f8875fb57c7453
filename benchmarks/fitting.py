"""Is a fit worth taking, and what does it cost? Simulated students, whose true weights are known.

Each answers so many times; weights are fitted, and tried on 1,500 answers that came later.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks import learners
from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table
from studylens.fitting import fitting
from studylens.fitting.asking import COMMAND
from studylens.fitting.fitting import USUAL
from studylens.places import HOME
from studylens.study.fits.found import BETTER

ANSWERS = (400, 800, 1_200, 2_000, 4_000, 10_000)
STUDENTS, LATER = 60, 1_500
FIT_SECONDS, FIT_MB = 60, 150
WATCHED = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
"""Started small: a child's peak begins with what whoever started it has in memory."""


@dataclass(frozen=True)
class _Tried:
    """One student: log losses on what came later, and whether the fit would have been taken."""

    usual: float
    own: float
    true: float
    is_taken: bool


def fitting_one(_inputs: Inputs, *, quick: bool) -> Section:
    """Fit students of all sizes, and one of 10,000 answers in a process of its own."""
    sizes, students = (ANSWERS[:4], 20) if quick else (ANSWERS, STUDENTS)
    rows = [(size, [_try(seed * 1_000, size) for seed in range(students)]) for size in sizes]
    table = Table(
        (
            "answers",
            "better later",
            "taken",
            "better later, of those",
            "gain, of what is possible",
            "true / own loss",
        ),
        tuple(_row(size, tried) for size, tried in rows),
        f"{students} students; weights tried on {LATER:,} later answers",
    )
    return Section("A schedule of one's own", "python -m benchmarks --only fitting", _cost(), (table,))


def _try(seed: int, answers: int) -> _Tried:
    cards = learners.study(seed, answers + LATER)
    days = sorted(card[at] for card in cards for at in range(0, len(card), 2))
    cut = days[answers]
    early = [part for card in cards if (part := _before(card, cut))]
    found = fitting.fit(early, learners.RETENTION)
    later = [one for one in fitting._examples(cards) if one.day >= cut]  # noqa: SLF001
    own = fitting._fitted(fitting._examples(early))  # noqa: SLF001
    losses = (fmean(fitting._losses(w, later)) for w in (USUAL, own, learners.weights_of(seed)))  # noqa: SLF001
    return _Tried(*losses, is_taken=found["outcome"] == BETTER)


def _before(card: Sequence[int], day: int) -> list[int]:
    return [value for at in range(0, len(card), 2) if card[at] < day for value in card[at : at + 2]]


def _row(size: int, tried: Sequence[_Tried]) -> tuple[int, int, int, int, float, float]:
    taken = [one for one in tried if one.is_taken]
    gain = sum(one.usual - one.own for one in tried) / sum(one.usual - one.true for one in tried)
    return (
        size,
        sum(one.own < one.usual for one in tried),
        len(taken),
        sum(one.own < one.usual for one in taken),
        round(gain, 2),
        round(fmean(one.true / one.own for one in tried), 3),
    )


def _cost() -> tuple[Figure, ...]:
    question = {"cards": learners.study(1, 10_000), "retention": learners.RETENTION}
    command = (sys.executable, "-c", WATCHED, *COMMAND)
    told = json.dumps(question).encode()
    done = subprocess.run(command, input=told, capture_output=True, check=True, cwd=HOME)
    seconds, peak = json.loads(done.stdout)
    return (
        Figure("processor time, 10,000 answers, process and all", seconds, "s", 1, FIT_SECONDS),
        Figure("its peak", peak, "MB", 1, FIT_MB),
    )
