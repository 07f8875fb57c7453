"""Gemini: which models are asked, in which order, and for how long. One structured call makes a pack.

No SDK is imported, and no client made, before a call is about to be made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from studylens import config as limits
from studylens.analysis.gemini import connect
from studylens.analysis.llm import answer
from studylens.analysis.llm import prompt as pages
from studylens.analysis.llm import question as questions
from studylens.analysis.llm import round as rounds
from studylens.analysis.llm.client import Client, Reply
from studylens.analysis.llm.page import PageAnswer, Prompt
from studylens.analysis.llm.round import Call, Engine, Round, Watch
from studylens.analysis.protocol.result import own_lines
from studylens.config import Config
from studylens.errors import EngineSkipped, OutOfMemory

T = TypeVar("T")
GEMINI = Engine(
    "Gemini",
    call_seconds=limits.GEMINI_CALL_SECONDS,
    page_seconds=limits.GEMINI_PHOTO_SECONDS,
    least_seconds=limits.GEMINI_LEAST_CALL_SECONDS,
    longest_wait_seconds=limits.GEMINI_RETRY_WAIT_SECONDS,
    rest_seconds=limits.GEMINI_REST_SECONDS,
    longest_rest_seconds=limits.GEMINI_LONGEST_REST_SECONDS,
)


@dataclass(frozen=True)
class Outside(rounds.Outside):
    """What is not ours, and how a client is had."""

    connect: Callable[[Config], Client] = connect.connected


OUTSIDE = Outside()


@dataclass(frozen=True)
class Allowance:
    """Which models may be asked, and how often."""

    config: Config
    resting: Mapping[str, float]
    """Until when (seconds since the epoch) a model rests."""
    calls_left: int
    """Calls that the whole service may still make today."""

    def models(self, at: float) -> list[str]:
        """Return the models that may be asked at `at` (epoch seconds); raises EngineSkipped for none."""
        if not self.config.gemini_api_key:
            raise EngineSkipped("no key")
        if self.calls_left < 1:
            raise EngineSkipped("daily budget used up")
        if not self.config.gemini_models:
            raise EngineSkipped("no model is named in GEMINI_MODEL")
        awake = [model for model in self.config.gemini_models if self.resting.get(model, 0) <= at]
        if not awake:
            first = min(self.resting[model] for model in self.config.gemini_models)
            raise EngineSkipped(f"all models rest until {datetime.fromtimestamp(first, UTC):%H:%M} UTC")
        return awake


def ask(prompt: Prompt, allowance: Allowance, watch: Watch, outside: Outside = OUTSIDE) -> PageAnswer:
    """Ask the models in order, at most GEMINI_PHOTO_SECONDS in all, and return the first usable answer.

    Raises EngineSkipped when none was asked, Blocked when Gemini will not read the page, EngineFailed with
    the reasons, OutOfMemory.
    """
    lines = own_lines(prompt.text) if prompt.image_jpeg is None else ()

    def read(reply: Reply, model: str) -> PageAnswer:
        return PageAnswer(model, *answer.read(reply.text, model=model, own_lines=lines))

    call = Call(pages.request(prompt.image_jpeg, lines, prompt.question), read)
    return _first_answer(call, allowance, watch, outside)


def ask_about(
    asked: questions.Asked, allowance: Allowance, watch: Watch, outside: Outside = OUTSIDE
) -> questions.QuestionAnswer:
    """Ask a question about a page, as `ask` does for a whole pack; it raises the same."""

    def read(reply: Reply, model: str) -> questions.QuestionAnswer:
        return questions.read(reply.text, model=model, lines=asked.lines)

    return _first_answer(Call(questions.request(asked), read), allowance, watch, outside)


def _first_answer(call: Call[T], allowance: Allowance, watch: Watch, outside: Outside) -> T:
    models = allowance.models(outside.now())
    try:
        client = outside.connect(allowance.config)
        asking = Round(call, GEMINI, client, calls_left=allowance.calls_left, watch=watch, outside=outside)
        return asking.first_answer(models)
    except MemoryError as error:
        connect.forget()
        raise OutOfMemory from error
