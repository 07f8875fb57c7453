"""Gemini: which models are asked, in which order, and for how long. One structured call makes a pack.

No SDK is imported, and no client made, before a call is about to be made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from studylens import limits
from studylens.analysis.gemini import connect
from studylens.analysis.llm import answer
from studylens.analysis.llm import prompt as pages
from studylens.analysis.llm import question as questions
from studylens.analysis.llm import round as rounds
from studylens.analysis.llm.breaker import Breaker, nobody
from studylens.analysis.llm.client import Client, Reply
from studylens.analysis.llm.page import PageAnswer, Prompt
from studylens.analysis.llm.round import Call, Engine, Round, Terms, Watch
from studylens.analysis.protocol.result import own_lines
from studylens.analysis.protocol.wire import Standing
from studylens.config import Config
from studylens.errors import EngineSkipped, OutOfMemory
from studylens.language import mark

T = TypeVar("T")
GEMINI = Engine(
    "Gemini",
    call_seconds=limits.GEMINI_CALL_SECONDS,
    page_seconds=limits.GEMINI_PHOTO_SECONDS,
    least_seconds=limits.GEMINI_LEAST_CALL_SECONDS,
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
    standings: Sequence[Standing]
    """Models, and keys, whose last calls failed."""
    calls_left: int
    """Calls that the whole service may still make today."""

    def models(self, at: float) -> list[str]:
        """Return the models that may be asked at `at` (epoch seconds); raises EngineSkipped for none."""
        if not self.config.gemini_api_key:
            raise EngineSkipped(mark("no key"))
        if self.calls_left < 1:
            raise EngineSkipped(mark("daily budget used up"))
        if not self.config.gemini_models:
            raise EngineSkipped("no model is named in GEMINI_MODEL")
        return self.breaker(lambda: at).awake(self.config.gemini_models)

    def breaker(self, now: Callable[[], float], tell: Callable[[Standing], None] = nobody) -> Breaker:
        """Return what decides which models are asked; `tell` hears of each change."""
        return Breaker(self.standings, self.config.gemini_key_name, now=now, tell=tell)


def ask(prompt: Prompt, allowance: Allowance, watch: Watch, outside: Outside = OUTSIDE) -> PageAnswer:
    """Ask the models in order, at most GEMINI_PHOTO_SECONDS in all, and return the first usable answer.

    Raises EngineSkipped when none was asked, Blocked when Gemini will not read the page, EngineFailed with
    the reasons, OutOfMemory.
    """
    lines = own_lines(prompt.text) if prompt.image_jpeg is None else ()

    def read(reply: Reply, model: str) -> PageAnswer:
        cut = reply.truncated
        return PageAnswer(model, *answer.read(reply.text, model=model, own_lines=lines, truncated=cut))

    call = Call(pages.request(prompt.image_jpeg, lines, prompt.question), read)
    return _first_answer(call, allowance, watch, outside)


def ask_about(
    asked: questions.Asked, allowance: Allowance, watch: Watch, outside: Outside = OUTSIDE
) -> questions.QuestionAnswer:
    """Ask a question about a page, as `ask` does for a whole pack; it raises the same."""

    def read(reply: Reply, model: str) -> questions.QuestionAnswer:
        return questions.read(reply.text, model=model, lines=asked.lines, truncated=reply.truncated)

    return _first_answer(Call(questions.request(asked), read), allowance, watch, outside)


def _first_answer(call: Call[T], allowance: Allowance, watch: Watch, outside: Outside) -> T:
    models = allowance.models(outside.now())
    try:
        client = outside.connect(allowance.config)
        terms = Terms(GEMINI, allowance.breaker(outside.now, watch.on_standing), allowance.calls_left)
        return Round(call, client, terms, watch=watch, outside=outside).first_answer(models)
    except MemoryError as error:
        connect.forget()
        raise OutOfMemory from error
