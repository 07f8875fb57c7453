"""What tests of Gemini share: a Watch that takes notes, a clock of their own, and one way to ask."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from studylens.analysis.gemini import ask as gemini
from studylens.analysis.gemini.ask import Outside
from studylens.analysis.llm.client import Reply
from studylens.analysis.llm.page import Prompt
from studylens.analysis.protocol.wire import Standing
from studylens.config import Config

PHOTO = Prompt(image_jpeg=b"\xff\xd8\xff\xe0 not decoded on its way", question="Why are leaves green?")
NOON = 1_700_000_000.0


@dataclass
class Notes:
    """Everything that a Watch is told."""

    calls: list[str] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    def on_call(self, model: str, host: str) -> None:
        self.calls.append(model)
        self.hosts.append(host)

    def on_reply(self, model: str, reply: Reply) -> None:
        self.replies.append(reply)

    def on_standing(self, standing: Standing) -> None:
        self.standings.append(standing)

    @property
    def standing(self) -> dict[str, Standing]:
        """How everybody stands at the end, by name; those that are well are left out."""
        return {one.name: one for one in {one.name: one for one in self.standings}.values() if one.failures}

    def log(self, line: str) -> None:
        self.lines.append(line)


@dataclass
class Time:
    """A clock that only moves when somebody sleeps, or calls Gemini for a while; chance is always 0.5."""

    at: float = NOON
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def outside(self, **others: Any) -> Outside:
        return Outside(now=self.now, ticks=self.now, sleep=self.sleep, chance=lambda: 0.5, **others)


def ask(
    config: Config,
    notes: Notes,
    outside: Outside,
    *,
    prompt: Prompt = PHOTO,
    standings: Sequence[Standing] = (),
    calls_left: int = 9,
) -> gemini.PageAnswer:
    return gemini.ask(prompt, gemini.Allowance(config, standings, calls_left), notes, outside)
