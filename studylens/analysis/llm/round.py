"""All calls of one round over the models of one engine: in order, within one deadline, counted together."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from studylens import limits
from studylens.analysis.llm.breaker import Breaker
from studylens.analysis.llm.client import (
    Blocked,
    CallFailed,
    Client,
    DayUsedUp,
    ModelUnavailable,
    OddPage,
    RateLimited,
    Reply,
    Request,
    WrongKey,
)
from studylens.analysis.llm.deadline import within
from studylens.analysis.protocol.wire import Standing
from studylens.errors import EngineFailed

T = TypeVar("T")
HANG_UP_SECONDS = 0.5
"""So much before the deadline the SDK itself gives up, so that as a rule nothing goes on behind our back."""


class Watch(Protocol):
    """Who is told what happens, as it happens."""

    def on_call(self, model: str, host: str) -> None:
        """Note that the page goes to `host` now, in a call that counts for the day."""

    def on_reply(self, model: str, reply: Reply) -> None:
        """Note what came back: its tokens are paid for, whatever is believed of it."""

    def on_standing(self, standing: Standing) -> None:
        """Note how a model, or the key, stands from now on."""

    def log(self, line: str) -> None:
        """Write a line for the operator."""


@dataclass(frozen=True)
class Outside:
    """What is not ours: `now` (seconds since the epoch), `ticks` that never jump, `sleep`, `chance` (0-1)."""

    now: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = secrets.SystemRandom().random


@dataclass(frozen=True)
class Engine:
    """One engine as a round asks it: its name in the log, and its times in seconds."""

    name: str
    call_seconds: float
    page_seconds: float
    """All calls for one page, over all models."""
    least_seconds: float
    """A call is not begun with less time left."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """What is sent to each model, and how its reply is read; reading raises BadAnswer."""

    request: Request
    read: Callable[[Reply, str], T]


@dataclass(frozen=True)
class Terms:
    """What a round keeps to: the engine's times, who rests, and the calls left for today."""

    engine: Engine
    breaker: Breaker
    calls_left: int


class Round(Generic[T]):
    """All calls for one page: the one place that knows how much time, and how many calls, are left."""

    def __init__(
        self, call: Call[T], client: Client, terms: Terms, *, watch: Watch, outside: Outside
    ) -> None:
        self._wanted, self._client = call, client
        self._engine, self._breaker, self._calls_left = terms.engine, terms.breaker, terms.calls_left
        self._watch, self._outside = watch, outside
        self._ends = outside.ticks() + self._engine.page_seconds
        self._repeated: set[str] = set()
        self._took = 0.0
        self._reasons: list[str] = []
        self._kinds: set[tuple[str, str]] = set()

    def first_answer(self, models: Sequence[str]) -> T:
        """Return the first usable answer, else raise EngineFailed with what each model said."""
        for place, model in enumerate(models, start=1):
            answer = self._ask(model, alone=place == len(models))
            if answer:
                return answer
            if self._breaker.key_rests:
                break
        raise self._failed()

    def _ask(self, model: str, *, alone: bool) -> T | None:
        """Ask one model, and once more after a hiccup; None: ask the next one."""
        found = self._once(model)
        if isinstance(found, CallFailed) and self._may_repeat(model, found, alone=alone):
            self._repeated.add(model)
            self._outside.sleep(self._pause(model, found))
            found = self._once(model)
        return None if isinstance(found, CallFailed) else found

    def _once(self, model: str) -> T | CallFailed:
        started = self._outside.ticks()
        try:
            answer = self._call(model)
        except CallFailed as failure:
            self._took = self._outside.ticks() - started
            self._note(model, failure)
            return failure
        except Blocked:
            self._breaker.answered(model)
            raise
        self._breaker.answered(model)
        return answer

    def _call(self, model: str) -> T:
        seconds = min(self._engine.call_seconds, self._left())
        timeout = seconds - HANG_UP_SECONDS
        if timeout < self._engine.least_seconds:
            raise self._failed(f"{self._engine.page_seconds:.0f} s were used up")
        if self._calls_left < 1:
            raise self._failed("daily budget used up")
        self._calls_left -= 1
        self._watch.on_call(model, self._client.host)
        reply = within(seconds, lambda: self._client.generate(model, self._wanted.request, timeout=timeout))
        self._watch.on_reply(model, reply)
        return self._wanted.read(reply, model)

    def _may_repeat(self, model: str, failure: CallFailed, *, alone: bool) -> bool:
        """Say whether the same model is asked again; with others left, most failures are theirs to mend."""
        needed = self._pause(model, failure) + self._engine.least_seconds + HANG_UP_SECONDS
        if model in self._repeated or isinstance(failure, OddPage):
            return False
        if self._calls_left < 1 or self._left() < needed:
            return False
        if self._breaker.key_rests or self._breaker.seconds_left(model) > limits.MODEL_RETRY_WAIT_SECONDS:
            return False
        if isinstance(failure, RateLimited):
            return alone or failure.retry_after is not None
        if isinstance(failure, ModelUnavailable):
            return alone or self._took < limits.MODEL_QUICK_SECONDS
        return alone

    def _pause(self, model: str, failure: CallFailed) -> float:
        """Return the seconds to wait before the same model is asked again: by chance, or what it asks for."""
        if isinstance(failure, RateLimited):
            return self._breaker.seconds_left(model) or limits.MODEL_RETRY_WAIT_SECONDS
        return limits.MODEL_RETRY_SECONDS * (0.5 + self._outside.chance())

    def _left(self) -> float:
        return self._ends - self._outside.ticks()

    def _note(self, model: str, failure: CallFailed) -> None:
        self._reasons.append(f"{model}: {failure.reason}")
        self._kinds.add((failure.kind, failure.reason))
        said = f" ({failure.detail})" if failure.detail else ""
        self._watch.log(f"{self._engine.name} {model}: {failure.reason}{said}")
        self._breaker.failed(model, failure)

    def _failed(self, reason: str = "") -> EngineFailed:
        """Name each model with what it said; what they all say of key or day is no model's."""
        if len(self._kinds) == 1:
            [(kind, only)] = self._kinds
            if kind in {WrongKey.kind, DayUsedUp.kind}:
                return EngineFailed(only)
        return EngineFailed("; ".join(dict.fromkeys([*self._reasons, *([reason] if reason else [])])))
