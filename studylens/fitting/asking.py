"""Asks a short process for a student's weights: 6 MB of optimiser that the web process does not carry."""

import sys
from collections.abc import Callable, Sequence

from studylens.aside import asking as aside
from studylens.aside.asking import NoAnswer
from studylens.study.fits.found import FAILED, Fit, read

COMMAND = (sys.executable, "-m", "studylens.fitting")
WALL_SECONDS = 600.0
"""A tenth of a processor has used its 60 s of processor time by then."""

Ask = Callable[[Sequence[Sequence[int]], float], Fit]
"""Takes each card's days and ratings, one after the other, and the wanted retention (0-1). Raises Busy."""


def ask(cards: Sequence[Sequence[int]], retention: float, command: tuple[str, ...] = COMMAND) -> Fit:
    """Return what the process found. Raises Busy where it did not begin, was killed or took too long."""
    try:
        told = aside.ask(command, {"cards": cards, "retention": retention}, WALL_SECONDS)
    except NoAnswer:
        return Fit(FAILED)
    return read(told)
