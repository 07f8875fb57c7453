"""Gemini: which models are asked, in which order, and for how long. One structured call makes a pack.

No SDK is imported, and no client made, before a call is about to be made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from studylens.analysis.gemini import (
    answer,
    connect,
)
from studylens.analysis.gemini import (
    prompt as gemini_prompt,
)
from studylens.analysis.gemini import (
    question as gemini_question,
)
from studylens.analysis.gemini.client import Blocked
from studylens.analysis.gemini.round import OUTSIDE, Call, Outside, Rest, Round, Watch
from studylens.analysis.protocol.result import Line, Material
from studylens.config import Config
from studylens.errors import EngineSkipped, OutOfMemory

__all__ = [
    "OUTSIDE", "Answer", "Blocked", "Outside", "Prompt", "Rest", "Watch", "ask", "ask_about", "own_lines",
]  # fmt: skip
T = TypeVar("T")


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
    lines = own_lines(prompt.text) if prompt.image_jpeg is None else ()

    def read(text: str, model: str) -> Answer:
        return Answer(model, *answer.read(text, model=model, own_lines=lines))

    call = Call(gemini_prompt.request(prompt.image_jpeg, lines, prompt.question), read)
    models = askable_models(config, resting, calls_left, now=outside.now())
    return _first_answer(call, models, config, calls_left=calls_left, watch=watch, outside=outside)


def ask_about(
    asked: gemini_question.Asked,
    *,
    config: Config,
    resting: Mapping[str, float],
    calls_left: int,
    watch: Watch,
    outside: Outside = OUTSIDE,
) -> gemini_question.Answer:
    """Ask a question about a page, as `ask` does for a whole pack; it raises the same."""

    def read(text: str, model: str) -> gemini_question.Answer:
        return gemini_question.read(text, model=model, lines=asked.lines)

    call = Call(gemini_question.request(asked), read)
    models = askable_models(config, resting, calls_left, now=outside.now())
    return _first_answer(call, models, config, calls_left=calls_left, watch=watch, outside=outside)


def _first_answer(
    call: Call[T], models: Sequence[str], config: Config, *, calls_left: int, watch: Watch, outside: Outside
) -> T:
    try:
        client = outside.connect(config)
        return Round(call, client, calls_left, watch=watch, outside=outside).first_answer(models)
    except MemoryError as error:
        connect.forget()
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


def own_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of pasted text that hold something, numbered from 1."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(Line(n, line) for n, line in enumerate(filter(None, lines), start=1))
