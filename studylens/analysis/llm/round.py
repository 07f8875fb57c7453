"""All calls of one round over the models of one engine: in order, within one deadline, counted together."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from studylens.analysis.llm.client import (
    BadAnswer,
    CallFailed,
    Client,
    ModelUnavailable,
    RateLimited,
    Reply,
    Request,
    WrongKey,
    WrongModel,
)
from studylens.analysis.llm.deadline import within
from studylens.errors import EngineFailed

T = TypeVar("T")
HANG_UP_SECONDS = 0.5
"""So much before the deadline the SDK itself gives up, so that as a rule nothing goes on behind our back."""


@dataclass(frozen=True)
class Rest:
    """A model that shall not be asked before `until` (seconds since the epoch), and why."""

    model: str
    until: float
    reason: str


class Watch(Protocol):
    """Who is told what happens, as it happens."""

    def on_call(self, model: str, host: str) -> None:
        """Note that the page goes to `host` now, in a call that counts for the day."""

    def on_reply(self, model: str, reply: Reply) -> None:
        """Note what came back: its tokens are paid for, whatever is believed of it."""

    def on_rest(self, rest: Rest) -> None:
        """Note that a model rests."""

    def log(self, line: str) -> None:
        """Write a line for the operator."""


@dataclass(frozen=True)
class Outside:
    """What is not ours: `now` in seconds since the epoch, `ticks` that never jump, and `sleep`."""

    now: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Engine:
    """One engine as a round asks it: its name in the log, and its times in seconds."""

    name: str
    call_seconds: float
    page_seconds: float
    """All calls for one page, over all models."""
    least_seconds: float
    """A call is not begun with less time left."""
    longest_wait_seconds: float
    """A rate limit that asks for at most this long is waited out, once a page."""
    rest_seconds: float
    """How long a model rests after a failure that names no time."""
    longest_rest_seconds: float


@dataclass(frozen=True)
class Call(Generic[T]):
    """What is sent to each model, and how its reply is read; reading raises BadAnswer."""

    request: Request
    read: Callable[[Reply, str], T]


class Round(Generic[T]):
    """All calls for one page: the one place that knows how much time, and how many calls, are left."""

    def __init__(
        self,
        call: Call[T],
        engine: Engine,
        client: Client,
        *,
        calls_left: int,
        watch: Watch,
        outside: Outside,
    ) -> None:
        self._wanted, self._engine, self._client = call, engine, client
        self._calls_left = calls_left
        self._watch, self._outside = watch, outside
        self._ends = outside.ticks() + engine.page_seconds
        self._waited = False
        self._reasons: list[str] = []

    def first_answer(self, models: Sequence[str]) -> T:
        """Return the first usable answer, else raise EngineFailed with what each model said."""
        for model in models:
            answer = self._try(model)
            if answer:
                return answer
        raise self._failed()

    def _try(self, model: str) -> T | None:
        """Ask one model; None: ask the next one."""
        try:
            return self._call(model)
        except RateLimited as failure:
            if self._may_wait(failure.retry_after):
                return self._try(model)
            self._rest(model, failure, failure.retry_after)
        except ModelUnavailable as failure:
            self._rest(model, failure, None)
        except (WrongModel, BadAnswer) as failure:
            self._note(model, failure)
        except WrongKey as failure:
            self._note(model, failure)
            raise EngineFailed(failure.reason) from failure
        return None

    def _call(self, model: str) -> T:
        seconds = min(self._engine.call_seconds, self._ends - self._outside.ticks())
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

    def _may_wait(self, seconds: float | None) -> bool:
        """Wait out a short rate limit, once a page."""
        if seconds is None or seconds > self._engine.longest_wait_seconds or self._waited:
            return False
        self._waited = True
        self._outside.sleep(seconds)
        return True

    def _rest(self, model: str, failure: CallFailed, seconds: float | None) -> None:
        rest = min(seconds or self._engine.rest_seconds, self._engine.longest_rest_seconds)
        self._note(model, failure)
        self._watch.on_rest(Rest(model, self._outside.now() + rest, failure.reason))

    def _note(self, model: str, failure: CallFailed) -> None:
        self._reasons.append(f"{model}: {failure.reason}")
        said = f" ({failure.detail})" if failure.detail else ""
        self._watch.log(f"{self._engine.name} {model}: {failure.reason}{said}")

    def _failed(self, reason: str = "") -> EngineFailed:
        return EngineFailed("; ".join([*self._reasons, *([reason] if reason else [])]))
