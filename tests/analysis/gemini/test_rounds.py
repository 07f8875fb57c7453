"""Which models are asked, in which order and for how long: clients of our own, and a clock that obeys."""

import subprocess
import sys
from dataclasses import dataclass, field

import pytest

from studylens import limits
from studylens.analysis.llm.client import CallFailed, Client, ModelUnavailable, Reply, Request
from studylens.analysis.protocol.wire import Standing
from studylens.config import GEMINI_SDKS, Config
from studylens.errors import EngineFailed, EngineSkipped, OutOfMemory
from tests.analysis.gemini.asking import NOON, Time, ask
from tests.analysis.gemini.server import GeminiServer


@dataclass
class SlowClient:
    """Uses up its whole timeout and never answers."""

    time: Time
    timeouts: list[float] = field(default_factory=list)
    host: str = "gemini.test"

    def generate(self, model: str, request: Request, *, timeout: float) -> Reply:
        self.timeouts.append(timeout)
        self.time.at += timeout
        raise ModelUnavailable("no answer")


@dataclass
class FailingClient:
    error: Exception
    host: str = "gemini.test"

    def generate(self, model: str, request: Request, *, timeout: float) -> Reply:
        raise self.error


def _keyed(*models: str) -> Config:
    return Config(gemini_api_key="k", gemini_models=models)


def _resting(model: str, seconds: float) -> Standing:
    return Standing(model, "away", 3, NOON + seconds, "it is down")


def _never(config: Config) -> Client:
    pytest.fail("a client was made")


def test_no_call_begins_without_time_for_it(notes, time) -> None:
    client = SlowClient(time)
    with pytest.raises(EngineFailed, match=f"{limits.GEMINI_PHOTO_SECONDS} s were used up"):
        ask(_keyed("a", "b", "c"), notes, time.outside(connect=lambda _: client))
    assert notes.calls == ["a", "b"]
    assert min(client.timeouts) >= limits.GEMINI_LEAST_CALL_SECONDS
    assert time.at - NOON <= limits.GEMINI_PHOTO_SECONDS


def test_no_key_makes_no_client(notes, time) -> None:
    with pytest.raises(EngineSkipped, match="no key"):
        ask(Config(gemini_api_key=""), notes, time.outside(connect=_never))


def test_used_up_day_makes_no_client(notes, time) -> None:
    with pytest.raises(EngineSkipped, match="daily budget used up"):
        ask(_keyed("a"), notes, time.outside(connect=_never), calls_left=0)


def test_day_may_be_used_up_on_the_way(notes, time) -> None:
    client = FailingClient(ModelUnavailable("down"))
    with pytest.raises(EngineFailed, match="a: down; daily budget used up"):
        ask(_keyed("a", "b"), notes, time.outside(connect=lambda _: client), calls_left=1)
    assert notes.calls == ["a"]


def test_resting_model_is_passed_over(notes, time) -> None:
    client = FailingClient(ModelUnavailable("down"))
    with pytest.raises(EngineFailed, match=r"^b: down$"):
        ask(_keyed("a", "b"), notes, time.outside(connect=lambda _: client), standings=[_resting("a", 1)])


def test_model_has_rested_when_its_time_has_come(notes, time) -> None:
    client = FailingClient(ModelUnavailable("down"))
    with pytest.raises(EngineFailed):
        ask(_keyed("a"), notes, time.outside(connect=lambda _: client), standings=[_resting("a", 0)])
    assert notes.calls == ["a"]  # The first call after a rest is a probe: it is not made twice.


def test_all_models_at_rest_says_until_when(notes, time) -> None:
    standings = [_resting("a", 3600), _resting("b", 600)]
    with pytest.raises(EngineSkipped, match=r"^it is down; it is asked again at 22:23 UTC$"):
        ask(_keyed("a", "b"), notes, time.outside(connect=_never), standings=standings)


@pytest.mark.process
@pytest.mark.parametrize("hidden", [False, True])
def test_memory_that_ran_out_comes_out_by_name(notes, time, hidden) -> None:
    wrapped = CallFailed("the SDK failed")
    wrapped.__cause__ = MemoryError()
    client = FailingClient(wrapped if hidden else MemoryError())
    with pytest.raises(OutOfMemory):
        ask(_keyed("a"), notes, time.outside(connect=lambda _: client))


SDK_MODULES = {"google-genai": "google.genai", "google-generativeai": "google.generativeai"}
IMPORTED = """
import sys
from studylens.analysis.gemini import ask as gemini
from studylens.analysis.protocol.wire import Standing
from studylens.config import GEMINI_SDKS, Config
from studylens.errors import EngineFailed
from tests.analysis.gemini.asking import Notes

try:
    gemini.ask(gemini.Prompt(b"x"), gemini.Allowance(Config.from_environment(), (), 1), Notes())
except EngineFailed as error:
    print(error)
print(*[name for name in ("google.genai", "google.generativeai") if name in sys.modules])
"""


def _imported_sdks(**environment: str) -> list[str]:
    """Ask in a fresh process; return the last line it prints: the SDKs that are loaded then."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()[-1].split()


@pytest.mark.process
def test_without_a_key_no_sdk_is_imported() -> None:
    assert _imported_sdks() == []


@pytest.mark.process
@pytest.mark.parametrize("sdk", GEMINI_SDKS)
def test_only_the_chosen_sdk_is_imported(sdk) -> None:
    with GeminiServer() as server:
        variables = {"GEMINI_API_KEY": "k", "GEMINI_BASE_URL": server.url, "GEMINI_SDK": sdk}
        assert _imported_sdks(**variables) == [SDK_MODULES[sdk]]
    assert len(server.requests) == 1
