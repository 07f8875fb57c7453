"""What one analysis tells on its way: stages with memory readings, log lines, the fate of each engine."""

import time
from collections.abc import Callable
from typing import TypeVar

from studylens.analysis.llm.client import Blocked, Reply
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.result import Analysis, EngineReport, ModelReply, Tokens
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped, OutOfMemory
from studylens.language import mark
from studylens.machine import memory

T = TypeVar("T")
PROGRESS_SECONDS = 2.0
"""The job page asks as often."""
Send = Callable[[wire.Event], None]


class Journal:
    """Sends events as they happen and remembers what the pack will say about its making."""

    def __init__(self, config: Config, others_mb: float, send: Send) -> None:
        self.reports: list[EngineReport] = []
        self.sent_to: list[str] = []
        self.used: dict[tuple[str, str], Tokens] = {}
        """The tokens of all replies, by engine and model."""
        self.said: dict[str, ModelReply] = {}
        """The last reply of each engine, unless it was cut off."""
        self.ran_out = False
        self.blocked = ""
        self._send = send
        self._told = time.monotonic()
        self._limit = memory.find_limit(config)
        self._others_mb = 0.0 if self._limit.cgroup else others_mb
        self._thresholds = memory.thresholds(config)

    def stage(self, name: str) -> None:
        """Tell that a stage is reached, with this process's and the service's memory."""
        used = self._service_mb()
        if used >= self._thresholds.force_gc_mb:
            memory.release_memory()
            used = self._service_mb()
        self._send(wire.Stage(name, memory.rss_mb(), used))

    def progress(self, done: int, total: int) -> None:
        """Tell how far a long stage is, at most every two seconds."""
        now = time.monotonic()
        if now - self._told >= PROGRESS_SECONDS:
            self._told = now
            self._send(wire.StageProgress(done, total))

    def log(self, line: str) -> None:
        """Send a line for the service's log."""
        self._send(wire.LogLine(line))

    def tell(self, event: wire.Event) -> None:
        """Send an event that nothing here is noted of."""
        self._send(event)

    def made(self, found: Analysis | None) -> None:
        """Tell that there is a pack, so that nobody waits for the rest and no later fault costs it."""
        if found is not None:
            self._send(wire.Made(found))

    def free_mb(self) -> float:
        """Memory in MB that the service may still take."""
        return self._limit.mb - self._service_mb()

    def _service_mb(self) -> float:
        return self._others_mb + memory.service_mb(self._limit)

    def on_call(self, model: str, host: str) -> None:
        """Note that a photo or text goes to Gemini now."""
        self._send(wire.GeminiCall(model))
        self.send_to(f"Google Gemini ({model}) at {host}")

    def send_to(self, receiver: str) -> None:
        """Note who is given the photo or text, for the receipt."""
        if receiver not in self.sent_to:
            self.sent_to.append(receiver)

    def alive(self) -> None:
        """Tell that a stage goes on: whoever hears nothing for long takes this process for hung."""
        self._send(wire.StageProgress(0, 0))

    def on_reply(self, model: str, reply: Reply) -> None:
        """Note a reply of Gemini's."""
        self.hear("gemini", model, reply)

    def hear(self, engine: str, model: str, reply: Reply) -> None:
        """Note what a model said, and its tokens for the receipt and for the day."""
        prompt, answer = reply.usage.prompt, reply.usage.answer + reply.usage.thoughts
        known = self.used.get((engine, model), Tokens(engine, model, 0, 0))
        self.used[engine, model] = Tokens(engine, model, known.prompt + prompt, known.answer + answer)
        self._send(wire.Spent(engine, model, prompt, answer))
        self.said.pop(engine, None)
        if not reply.truncated:
            self.said[engine] = ModelReply(engine, model, "", reply.text)

    def on_standing(self, standing: wire.Standing) -> None:
        """Note how a model stands, so that the next photo need not find out again."""
        self._send(standing)

    def attempt(self, engine: str, work: Callable[[], T]) -> T | None:
        """Let one engine work; whatever becomes of it is reported, and the others go on."""
        try:
            found = work()
        except EngineSkipped as skip:
            self._conclude(engine, "skipped", skip.reason)
        except EngineFailed as failure:
            self.blocked = failure.reason if isinstance(failure, Blocked) else self.blocked
            self._conclude(engine, "failed", failure.reason)
        except (OutOfMemory, MemoryError, SystemError):  # Imports can lose the MemoryError.
            self.ran_out = True
            memory.release_memory()
            self._conclude(engine, "failed", mark("out of memory"))
        else:
            self.reports.append(EngineReport(engine, "used"))
            return found
        return None

    def _conclude(self, engine: str, outcome: str, reason: str) -> None:
        self.reports.append(EngineReport(engine, outcome, reason))
        self.log(f"{outcome.capitalize()} {engine}: {reason}")
