"""Gemini: which models are asked, in which order, and for how long. One structured call makes a pack.

No SDK is imported, and no client made, before a call is about to be made.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from studylens import config as limits
from studylens.analysis import gemini_answer, gemini_connect, gemini_prompt
from studylens.analysis.gemini_client import (
    BadAnswer,
    Blocked,
    CallFailed,
    Client,
    ModelUnavailable,
    RateLimited,
    WrongKey,
    WrongModel,
)
from studylens.analysis.gemini_deadline import within
from studylens.analysis.result import Line, Material
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped, OutOfMemory

__all__ = ["OUTSIDE", "Answer", "Blocked", "Outside", "Prompt", "Rest", "Watch", "ask", "own_lines"]

HANG_UP_SECONDS = 0.5
"""So much before the deadline the SDK itself gives up, so that as a rule nothing goes on behind our back."""


@dataclass(frozen=True)
class Prompt:
    """One page: a photo (JPEG bytes) or pasted `text`, and the student's question if there is one."""

    image_jpeg: bytes | None
    text: str = ""
    question: str = ""


@dataclass(frozen=True)
class Answer:
    """What a model gave; for pasted text the transcript is the text's own lines."""

    model: str
    material: Material
    transcript: tuple[Line, ...]


@dataclass(frozen=True)
class Rest:
    """A model that shall not be asked before `until` (seconds since the epoch), and why."""

    model: str
    until: float
    reason: str


class Watch(Protocol):
    """Who is told what happens, as it happens."""

    def on_call(self, model: str) -> None:
        """Note that a call is about to be made, which counts for the day."""

    def on_rest(self, rest: Rest) -> None:
        """Note that a model rests."""

    def log(self, line: str) -> None:
        """Write a line for the operator."""


@dataclass(frozen=True)
class Outside:
    """What is not ours: `now` in seconds since the epoch, `ticks` that never jump, `sleep`, and a client."""

    now: Callable[[], float] = time.time
    ticks: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    connect: Callable[[Config], Client] = gemini_connect.connected


OUTSIDE = Outside()


def ask(
    prompt: Prompt,
    *,
    config: Config,
    resting: Mapping[str, float],
    calls_left: int,
    watch: Watch,
    outside: Outside = OUTSIDE,
) -> Answer:
    """Ask the models in order, at most GEMINI_PHOTO_SECONDS in all, and return the first usable answer.

    `resting` says until when (seconds since the epoch) which model rests. Raises EngineSkipped when none was
    asked, Blocked when Gemini will not read the page, EngineFailed with the reasons, OutOfMemory.
    """
    models = askable_models(config, resting, calls_left, now=outside.now())
    try:
        client = outside.connect(config)
        return _Round(prompt, client, calls_left, watch=watch, outside=outside).first_answer(models)
    except MemoryError as error:
        gemini_connect.forget()
        raise OutOfMemory from error


def askable_models(config: Config, resting: Mapping[str, float], calls_left: int, *, now: float) -> list[str]:
    """Return the models that may be asked at `now` (epoch seconds); raises EngineSkipped for none."""
    if not config.gemini_api_key:
        raise EngineSkipped("no key")
    if calls_left < 1:
        raise EngineSkipped("daily budget used up")
    return _awake(config.gemini_models, resting, now)


def _awake(models: Sequence[str], resting: Mapping[str, float], now: float) -> list[str]:
    awake = [model for model in models if resting.get(model, 0) <= now]
    if awake:
        return awake
    if not models:
        raise EngineSkipped("no model is named in GEMINI_MODEL")
    first = datetime.fromtimestamp(min(resting[model] for model in models), UTC)
    raise EngineSkipped(f"all models rest until {first:%H:%M} UTC")


class _Round:
    """All calls for one page: the one place that knows how much time, and how many calls, are left."""

    def __init__(
        self, prompt: Prompt, client: Client, calls_left: int, *, watch: Watch, outside: Outside
    ) -> None:
        self._lines = own_lines(prompt.text) if prompt.image_jpeg is None else ()
        self._request = gemini_prompt.request(prompt.image_jpeg, self._lines, prompt.question)
        self._client = client
        self._calls_left = calls_left
        self._watch = watch
        self._outside = outside
        self._ends = outside.ticks() + limits.GEMINI_PHOTO_SECONDS
        self._waited = False
        self._reasons: list[str] = []

    def first_answer(self, models: Sequence[str]) -> Answer:
        """Return the first usable answer, else raise EngineFailed with what each model said."""
        for model in models:
            answer = self._try(model)
            if answer:
                return answer
        raise self._failed()

    def _try(self, model: str) -> Answer | None:
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

    def _call(self, model: str) -> Answer:
        seconds = min(limits.GEMINI_CALL_SECONDS, self._ends - self._outside.ticks())
        timeout = seconds - HANG_UP_SECONDS
        if timeout < limits.GEMINI_LEAST_CALL_SECONDS:
            raise self._failed(f"{limits.GEMINI_PHOTO_SECONDS} s were used up")
        if self._calls_left < 1:
            raise self._failed("daily budget used up")
        self._calls_left -= 1
        self._watch.on_call(model)
        text = within(seconds, lambda: self._client.generate(model, self._request, timeout=timeout))
        material, transcript = gemini_answer.read(text, model=model, own_lines=self._lines)
        return Answer(model, material, transcript)

    def _may_wait(self, seconds: float | None) -> bool:
        """Wait out a short rate limit, once a page."""
        if seconds is None or seconds > limits.GEMINI_RETRY_WAIT_SECONDS or self._waited:
            return False
        self._waited = True
        self._outside.sleep(seconds)
        return True

    def _rest(self, model: str, failure: CallFailed, seconds: float | None) -> None:
        rest = min(seconds or limits.GEMINI_REST_SECONDS, limits.GEMINI_LONGEST_REST_SECONDS)
        self._note(model, failure)
        self._watch.on_rest(Rest(model, self._outside.now() + rest, failure.reason))

    def _note(self, model: str, failure: CallFailed) -> None:
        self._reasons.append(f"{model}: {failure.reason}")
        self._watch.log(
            f"Gemini {model}: {failure.reason}" + (f" ({failure.detail})" if failure.detail else "")
        )

    def _failed(self, reason: str = "") -> EngineFailed:
        return EngineFailed("; ".join([*self._reasons, *([reason] if reason else [])]))


def own_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of pasted text that hold something, numbered from 1."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(Line(n, line) for n, line in enumerate(filter(None, lines), start=1))
