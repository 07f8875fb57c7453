"""Which models may be asked: what their last calls came to, counted in a row, and how long each rests.

A fault is believed on its second time. Only then does a model rest, each time twice as long; the first call
after its rest is a probe, and whatever is answered well wipes the slate. What is known lives in the database,
so that all processes and machines see the same (jobs/gemini_state.py).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from studylens import limits
from studylens.analysis.llm.client import (
    BadAnswer,
    CallFailed,
    DayUsedUp,
    ModelUnavailable,
    RateLimited,
    WrongKey,
    WrongModel,
)
from studylens.analysis.protocol.wire import Standing
from studylens.errors import EngineSkipped


@dataclass(frozen=True)
class Pattern:
    """How many failures in a row are borne, and how long a rest then is, in seconds."""

    borne: int
    first: float
    longest: float

    def rest(self, failures: int) -> float:
        """Return the seconds of rest after so many failures in a row."""
        beyond = failures - self.borne - 1
        return 0.0 if beyond < 0 else float(min(self.first * 2 ** min(beyond, 20), self.longest))


PATTERNS = {
    ModelUnavailable.kind: Pattern(2, limits.MODEL_AWAY_REST_SECONDS, limits.MODEL_LONGEST_REST_SECONDS),
    RateLimited.kind: Pattern(1, limits.MODEL_REST_SECONDS, limits.MODEL_LONGEST_REST_SECONDS),
    BadAnswer.kind: Pattern(1, limits.MODEL_REST_SECONDS, limits.MODEL_LONGEST_REST_SECONDS),
    WrongKey.kind: Pattern(1, limits.MODEL_FAULT_REST_SECONDS, limits.MODEL_LONGEST_FAULT_REST_SECONDS),
    WrongModel.kind: Pattern(1, limits.MODEL_FAULT_REST_SECONDS, limits.MODEL_LONGEST_FAULT_REST_SECONDS),
}
"""By kind. An outage is borne a page long: a call, the same again, and the next page's."""
SHARED = {WrongModel.kind, BadAnswer.kind}
"""Kinds for which two models that fail on one page confirm each other: it is neither of them alone."""


def nobody(_: Standing) -> None:
    """Hear of a change, when nothing is about to be asked."""


class Breaker:
    """What is known of one engine's models and key (`key` names it), and what one page adds to it."""

    def __init__(
        self,
        known: Iterable[Standing],
        key: str,
        *,
        now: Callable[[], float],
        tell: Callable[[Standing], None],
    ) -> None:
        self._known = {standing.name: standing for standing in known}
        self._key, self._now, self._tell = key, now, tell
        self._failed: dict[str, CallFailed] = {}

    def awake(self, models: Sequence[str]) -> list[str]:
        """Return the models that may be asked now. Raises EngineSkipped when none may, saying why."""
        resting = [self._known[name] for name in (self._key, *models) if self.seconds_left(name) > 0]
        awake = [model for model in models if self.seconds_left(model) <= 0]
        if self.seconds_left(self._key) <= 0 and awake:
            return awake
        raise EngineSkipped(excuse(min(resting, key=lambda one: (one.name != self._key, one.until))))

    def seconds_left(self, name: str) -> float:
        """Return how long a model, or the key, still rests."""
        known = self._known.get(name)
        return max(0.0, known.until - self._now()) if known else 0.0

    @property
    def key_rests(self) -> bool:
        """Whether the key was refused so often that no model need be asked."""
        return self.seconds_left(self._key) > 0

    def failed(self, model: str, failure: CallFailed) -> None:
        """Count a failure; the same kind from two models of this page counts for both."""
        if not failure.kind:
            return
        self._failed[model] = failure
        self._count(self._key if failure.kind == WrongKey.kind else model, failure)
        alike = [name for name, other in self._failed.items() if other.kind == failure.kind]
        if failure.kind in SHARED and len(alike) > 1:
            for name in alike:
                self._confirm(name)

    def answered(self, model: str) -> None:
        """Wipe the slate of a model that answered, and of the key with which it did."""
        for name in (self._key, model):
            if name in self._known:
                self._note(Standing(name))
        for other, failure in self._failed.items():
            if failure.kind == WrongKey.kind and other != model:  # The key is good, but not for that model.
                self._count(other, WrongModel(failure.reason))

    def _count(self, name: str, failure: CallFailed) -> None:
        known = self._known.get(name)
        failures = known.failures + 1 if known and _same(known, failure) else 1
        until = self._now() + _rest(failure, failures)
        self._note(Standing(name, failure.kind, failures, until, failure.reason))

    def _confirm(self, name: str) -> None:
        known = self._known[name]
        pattern = PATTERNS[known.kind]
        if known.failures <= pattern.borne:
            failures = pattern.borne + 1
            until = self._now() + pattern.rest(failures)
            self._note(Standing(name, known.kind, failures, until, known.reason))

    def _note(self, standing: Standing) -> None:
        if standing.failures:
            self._known[standing.name] = standing
        else:
            self._known.pop(standing.name, None)
        self._tell(standing)


def excuse(resting: Standing) -> str:
    """Say why nobody is asked, as a phrase for students too."""
    if resting.kind in {WrongKey.kind, WrongModel.kind, DayUsedUp.kind}:
        return resting.reason
    until = datetime.fromtimestamp(resting.until, UTC)
    return f"{resting.reason}; it is asked again at {until:%H:%M} UTC"


def _same(known: Standing, failure: CallFailed) -> bool:
    """Say whether a failure is the last one again; 404 and 400 are two faults, 503 and a reset are one."""
    is_alike = known.reason == failure.reason or failure.kind != WrongModel.kind
    return known.kind == failure.kind and is_alike


def _rest(failure: CallFailed, failures: int) -> float:
    told = failure.retry_after if isinstance(failure, RateLimited) else None
    told = min(told or 0.0, float(limits.MODEL_LONGEST_TOLD_REST_SECONDS))
    if isinstance(failure, DayUsedUp):
        return told
    return max(told, PATTERNS[failure.kind].rest(failures))
