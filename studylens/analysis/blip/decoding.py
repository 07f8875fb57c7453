"""From scores of words to a caption: the most likely word each time, or several captions side by side.

Both choose as transformers' `generate` does (version 5: `num_beams`, `length_penalty=1.0`,
`early_stopping=False`), for one picture. The end token counts as one of `limit` new tokens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Step = Callable[[NDArray[np.int64], NDArray[np.int64]], Scores]
"""(tokens [beams], which beam each goes on from [beams]) -> scores of every word [beams, vocabulary]."""
NEVER = -1e9
"""The score of a caption that cannot be."""


@dataclass(frozen=True)
class Task:
    """What to write: the tokens that it starts with, the one that ends it, and how many may be new."""

    start: tuple[int, ...]
    end: int
    limit: int


def decode(step: Step, task: Task, beams: int = 1) -> list[int]:
    """Return all tokens of the best caption, from the start token; the end token last, if it was reached."""
    return greedy(step, task) if beams == 1 else beam_search(step, task, beams)


def greedy(step: Step, task: Task) -> list[int]:
    """Take the most likely word each time."""
    tokens = list(task.start)
    scores = _read(step, task.start)
    for _ in range(task.limit):
        tokens.append(int(scores[0].argmax()))
        if tokens[-1] == task.end or len(tokens) == len(task.start) + task.limit:
            break
        scores = step(np.array(tokens[-1:], np.int64), np.zeros(1, np.int64))
    return tokens


def beam_search(step: Step, task: Task, beams: int) -> list[int]:
    """Keep the `beams` most likely beginnings, and return the finished caption with the best mean score."""
    search = _Search(task, beams)
    scores = _read(step, task.start)
    while not search.advance(scores):
        scores = step(search.last_tokens(), search.parents)
    return search.best()


def _read(step: Step, tokens: Sequence[int]) -> Scores:
    """Let the decoder read the beginning, one token at a time; return the scores after the last."""
    scores = np.empty((0, 0), np.float32)
    for token in tokens:
        scores = step(np.array([token], np.int64), np.zeros(1, np.int64))
    return scores


class _Search:
    """The captions under way and those finished."""

    def __init__(self, task: Task, beams: int) -> None:
        self._task, self._beams = task, beams
        self._open: list[tuple[float, list[int]]] = [(0.0, [])]
        self._done: list[tuple[float, list[int]]] = []
        self.parents: NDArray[np.int64] = np.zeros(1, np.int64)
        self._new = 0

    def advance(self, scores: Scores) -> bool:
        """Go on by one word; say whether the search is over."""
        self._new += 1
        candidates = self._candidates(scores)
        ended = [self._new >= self._task.limit or words[-1] == self._task.end for _, words, _ in candidates]
        self._finish([c for c, end in zip(candidates[: self._beams], ended, strict=False) if end])
        going_on = [c for c, end in zip(candidates, ended, strict=True) if not end][: self._beams]
        if not going_on:
            return True
        self._open = [(score, words) for score, words, _ in going_on]
        self.parents = np.array([parent for _, _, parent in going_on], np.int64)
        return self._cannot_improve()

    def last_tokens(self) -> NDArray[np.int64]:
        return np.array([words[-1] for _, words in self._open], np.int64)

    def best(self) -> list[int]:
        score, words = max(self._done, key=lambda done: done[0], default=(NEVER, self._open[0][1]))
        del score
        return [*self._task.start, *words]

    def _candidates(self, scores: Scores) -> list[tuple[float, list[int], int]]:
        """The 2 x beams best continuations, so that enough are left when some of them end."""
        so_far = np.array([score for score, _ in self._open], np.float32)
        total = (_log_softmax(scores) + so_far[:, None]).ravel()
        count = min(2 * self._beams, total.size)
        best = np.argpartition(-total, count - 1)[:count]
        best = best[np.argsort(-total[best], kind="stable")]
        words = scores.shape[1]
        return [
            (float(total[i]), [*self._open[i // words][1], int(i % words)], int(i // words)) for i in best
        ]

    def _finish(self, candidates: list[tuple[float, list[int], int]]) -> None:
        self._done += [(score / self._new, words) for score, words, _ in candidates]
        self._done = sorted(self._done, key=lambda done: -done[0])[: self._beams]

    def _cannot_improve(self) -> bool:
        if len(self._done) < self._beams:
            return False
        return self._open[0][0] / self._new <= self._done[-1][0]


def _log_softmax(scores: Scores) -> Scores:
    shifted = scores - scores.max(axis=-1, keepdims=True)
    found: Scores = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return found
