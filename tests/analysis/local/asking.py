"""What tests of the local engine share: a Watch that also hears signs of life, and one way to ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from studylens.analysis.llm.page import PageAnswer, Prompt
from studylens.analysis.local import ask as local
from studylens.analysis.protocol.wire import Standing
from studylens.config import Config
from tests.analysis.gemini import asking
from tests.analysis.gemini.asking import PHOTO

MODEL = "qwen3-vl"


@dataclass
class Notes(asking.Notes):
    """Everything that a Watch is told; how often the model was still thinking."""

    lives: int = 0

    def alive(self) -> None:
        self.lives += 1


@dataclass
class Time(asking.Time):
    """A clock that only moves when somebody sleeps."""

    def outside(self) -> local.Outside:
        return local.Outside(now=self.now, ticks=self.now, sleep=self.sleep, chance=lambda: 0.5)


def configured(url: str, **others: object) -> Config:
    return Config(**{"local_ai_url": url, "local_ai_model": MODEL, "local_ai_seconds": 20.0, **others})


def ask(
    config: Config,
    notes: Notes,
    time: Time | None = None,
    *,
    prompt: Prompt = PHOTO,
    standings: Sequence[Standing] = (),
    private: bool = False,
) -> PageAnswer:
    allowance = local.Allowance(config, standings, private)
    return local.ask(prompt, allowance, notes, (time or Time()).outside())
