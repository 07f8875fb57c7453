"""From scores of words to a caption: the most likely word each time, as transformers' `generate` takes it.

The end token counts as one of `limit` new tokens.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Step = Callable[[int], Scores]
"""Reads one token; returns the scores of every word after it, [vocabulary]."""


@dataclass(frozen=True)
class Task:
    """What to write: the token that it starts with, the one that ends it, and how many may be new."""

    start: int
    end: int
    limit: int


def greedy(step: Step, task: Task) -> list[int]:
    """Return all tokens from the start token; the end token last, if it was reached."""
    tokens = [task.start]
    while len(tokens) <= task.limit and tokens[-1] != task.end:
        tokens.append(int(step(tokens[-1]).argmax()))
    return tokens
