"""What tests of Gemini share: a Watch that takes notes, a clock of their own, and one way to ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studylens.analysis.gemini import ask as gemini
from studylens.analysis.gemini.ask import Outside
from studylens.analysis.llm.client import Reply
from studylens.analysis.llm.page import Prompt
from studylens.analysis.llm.round import Rest
from studylens.config import Config

PHOTO = Prompt(image_jpeg=b"\xff\xd8\xff\xe0 not decoded on its way", question="Why are leaves green?")
NOON = 1_700_000_000.0


@dataclass
class Notes:
    """Everything that a Watch is told."""

    calls: list[str] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    def on_call(self, model: str, host: str) -> None:
        self.calls.append(model)
        self.hosts.append(host)

    def on_reply(self, model: str, reply: Reply) -> None:
        self.replies.append(reply)

    def on_rest(self, rest: Rest) -> None:
        self.rests.append(rest)

    def log(self, line: str) -> None:
        self.lines.append(line)


@dataclass
class Time:
    """A clock that only moves when somebody sleeps, or calls Gemini for a while."""

    at: float = NOON
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def outside(self, **others: Any) -> Outside:
        return Outside(now=self.now, ticks=self.now, sleep=self.sleep, **others)


def ask(
    config: Config,
    notes: Notes,
    outside: Outside,
    *,
    prompt: Prompt = PHOTO,
    resting: Mapping[str, float] | None = None,
    calls_left: int = 9,
) -> gemini.PageAnswer:
    return gemini.ask(prompt, gemini.Allowance(config, resting or {}, calls_left), notes, outside)
