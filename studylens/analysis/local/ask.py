"""The operator's own model: one structured call makes a pack, or one plain call reads a page.

It may take minutes. Meanwhile nothing is held but the analysis slot, and a sign of life goes out.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from studylens import limits
from studylens.analysis.llm import answer
from studylens.analysis.llm import prompt as pages
from studylens.analysis.llm import question as questions
from studylens.analysis.llm import round as rounds
from studylens.analysis.llm.breaker import Breaker, nobody
from studylens.analysis.llm.client import Client, OddPage, Reply, Request
from studylens.analysis.llm.deadline import started
from studylens.analysis.llm.page import PageAnswer, PageText, Prompt
from studylens.analysis.llm.round import Call, Engine, Round, Terms
from studylens.analysis.local import reading
from studylens.analysis.protocol.result import Line, own_lines
from studylens.analysis.protocol.wire import Standing
from studylens.config import Config
from studylens.errors import EngineSkipped, OutOfMemory

T = TypeVar("T")
ENGINE = "local"
MODEL_UNNAMED = "default"
"""What is asked for without LOCAL_AI_MODEL: servers of one model take any name."""
LABEL_CHARS = 100
"""Room of the column that keeps it."""
NO_BOUND = 2**31
"""Calls to one's own machine are not counted."""


class Watch(rounds.Watch, Protocol):
    """Who is told what happens, also that it goes on."""

    def alive(self) -> None:
        """Note that a model still thinks."""


class LocalClient(Client, Protocol):
    """A client that knows whether its model can see."""

    @property
    def blind(self) -> str:
        """Why no picture need be shown to it, once it has refused one; else empty."""


def connected(config: Config) -> LocalClient:
    """Return the client of LOCAL_AI_URL; a second photo finds it with what it has learnt of its server."""
    # Late, since HTTP and TLS cost 6 MB, which a photo that stays here need not pay.
    from studylens.analysis.local import client  # noqa: PLC0415 - see above.

    return client.connected(config, config.local_ai_model or MODEL_UNNAMED)


@dataclass(frozen=True)
class Outside(rounds.Outside):
    """What is not ours, and how a client is had."""

    connect: Callable[[Config], LocalClient] = connected


OUTSIDE = Outside()


@dataclass(frozen=True)
class Picture:
    """A page's picture as it is sent: a JPEG, and its size (width, height) in pixels."""

    jpeg: bytes
    size: tuple[int, int]


@dataclass(frozen=True)
class Allowance:
    """Whether the model may be asked, and as what."""

    config: Config
    standings: Sequence[Standing]
    """Models, and keys, whose last calls failed."""
    private: bool = False

    @property
    def model(self) -> str:
        """Return the name that the server is asked for."""
        return self.config.local_ai_model or MODEL_UNNAMED

    @property
    def label(self) -> str:
        """Return the name under which its failures are counted: another address has a clean slate."""
        return f"{self.model} at {self.config.local_ai_host}"[:LABEL_CHARS]

    @property
    def engine(self) -> Engine:
        """Return its times: all of one page's calls share what the operator gives them."""
        return Engine(
            "Local AI",
            call_seconds=self.config.local_ai_seconds,
            page_seconds=self.config.local_ai_seconds,
            least_seconds=min(limits.LOCAL_AI_LEAST_SECONDS, self.config.local_ai_seconds / 2),
        )

    def check(self, at: float, task: str) -> None:
        """Raise EngineSkipped when it may not be asked at `at` (epoch seconds); `task`: pack or read."""
        if not self.config.asks_local_ai:
            raise EngineSkipped("switched off" if self.config.local_ai_url else "no address")
        if self.private and not self.config.local_ai_private:
            raise EngineSkipped("private")
        if task == "pack" and self.config.local_ai_task == "read":
            raise EngineSkipped("it only reads pages")
        self.breaker(lambda: at).awake([self.label])

    def breaker(self, now: Callable[[], float], tell: Callable[[Standing], None] = nobody) -> Breaker:
        """Return what decides whether the model is asked; `tell` hears of each change."""
        return Breaker(self.standings, self.config.local_ai_key_name, now=now, tell=tell)


def ask(prompt: Prompt, allowance: Allowance, watch: Watch, outside: Outside = OUTSIDE) -> PageAnswer:
    """Ask for a pack within LOCAL_AI_SECONDS.

    Raises EngineSkipped when nobody was asked, EngineFailed with the reasons, OutOfMemory.
    """
    lines = own_lines(prompt.text) if prompt.image_jpeg is None else ()

    def read(reply: Reply, _: str) -> PageAnswer:
        found = answer.read(
            reply.text,
            model=allowance.model,
            engine=ENGINE,
            own_lines=lines,
            truncated=reply.truncated,
        )
        material, transcript, notes = found
        return PageAnswer(allowance.model, material, _unplaced(transcript), notes, engine=ENGINE)

    allowance.check(outside.now(), "pack")
    # Each family of models counts boxes in its own way, and they take as many tokens as the lines themselves.
    asked = pages.request(prompt.image_jpeg, lines, prompt.question, boxes=False)
    return _answer(Call(asked, read), allowance, watch, outside)


def _unplaced(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines without boxes that nobody asked for."""
    return tuple(replace(line, box=None) for line in lines)


def ask_about(
    asked: questions.Asked, allowance: Allowance, watch: Watch, outside: Outside = OUTSIDE
) -> questions.QuestionAnswer:
    """Ask a question about a page, as `ask` does for a whole pack; it raises the same."""

    def read(reply: Reply, _: str) -> questions.QuestionAnswer:
        model, cut = allowance.model, reply.truncated
        return questions.read(reply.text, model=model, lines=asked.lines, truncated=cut)

    allowance.check(outside.now(), "pack")
    return _answer(Call(questions.request(asked), read), allowance, watch, outside)


def read_page(picture: Picture, allowance: Allowance, watch: Watch, outside: Outside = OUTSIDE) -> PageText:
    """Let a reading model read a page; it raises what `ask` does."""
    config = allowance.config
    scale = reading.scale_of(config.local_ai_boxes, picture.size)

    def read(reply: Reply, _: str) -> PageText:
        lines, lost = reading.lines(reply.text, scale)
        if not lines:
            raise OddPage("it found no text")
        cut = [answer.CUT_AT.format(n=lines[-1].n)] if reply.truncated else []
        return PageText(allowance.model, lines, (*cut, *([answer.LINES_LOST] if lost else [])))

    allowance.check(outside.now(), "read")
    request = Request(instruction="", text=config.local_ai_prompt, image_jpeg=picture.jpeg, schema={})
    return _answer(Call(request, read), allowance, watch, outside)


def _answer(call: Call[T], allowance: Allowance, watch: Watch, outside: Outside) -> T:
    try:
        asked = outside.connect(allowance.config)
        if call.request.image_jpeg is not None and asked.blind:
            raise EngineSkipped(asked.blind)
        terms = Terms(allowance.engine, allowance.breaker(outside.now, watch.on_standing), NO_BOUND)
        with _signs_of_life(watch):
            return Round(call, asked, terms, watch=watch, outside=outside).first_answer([allowance.label])
    except MemoryError as error:
        raise OutOfMemory from error


@contextmanager
def _signs_of_life(watch: Watch) -> Iterator[None]:
    """Tell now and then that the model thinks: who hears nothing takes this process for hung."""
    done = threading.Event()

    def tell() -> None:
        while not done.wait(limits.LOCAL_AI_PULSE_SECONDS):
            watch.alive()

    pulse = started(threading.Thread(target=tell, daemon=True))
    try:
        yield
    finally:
        done.set()
        pulse.join()
