"""Ten photos of a lecture while Gemini hiccups: what a batch loses, and how many calls a fault costs it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest
from flask import Flask
from sqlalchemy import select

from studylens import limits
from studylens.analysis.llm.client import ModelUnavailable, Reply, Request
from studylens.config import GEMINI_SDKS, Config
from studylens.errors import EngineFailed
from studylens.jobs import gemini_state
from studylens.models import DONE, Pack
from studylens.uploads.upload import accept
from tests.analysis.gemini.asking import Notes, Time, ask
from tests.analysis.gemini.behaviours import Behaviour, limited, redirected
from tests.analysis.gemini.server import GeminiServer
from tests.analysis.llm import answers
from tests.jobs.test_faults import with_gemini
from tests.jobs.test_queue import send
from tests.jobs.test_runner import guest, wait_for, wired

PHOTOS = 10
PHOTO_SECONDS = 3.0
"""What a photo takes beside its calls."""
BLIPS = [
    "error_500", "reset", "limited_short", "error_503", "invalid_json", "html_502", "no_model", "html_200",
    "bad_request", "bad_key",
]  # fmt: skip
FAULTS = ["bad_key", "bad_region", "unauthenticated", "forbidden", "no_model", "bad_request", "html_404"]
NONSENSE = ["invalid_json", "prose", "not_gemini", "brotli", "many_parts"]


@dataclass
class Batch:
    """Photos one after another, each with what is remembered of those before it."""

    config: Config
    notes: Notes = field(default_factory=Notes)
    clock: Time = field(default_factory=Time)

    def photo(self) -> bool:
        """Analyse one photo; say whether Gemini gave the pack."""
        self.clock.at += PHOTO_SECONDS
        try:
            ask(self.config, self.notes, self.clock.outside(), standings=list(self.notes.standing.values()))
        except EngineFailed:
            return False
        return True

    def photos(self, count: int = PHOTOS) -> int:
        return sum(self.photo() for _ in range(count))


@pytest.fixture(params=GEMINI_SDKS)
def batch(server: GeminiServer, request: pytest.FixtureRequest) -> Batch:
    return Batch(Config(gemini_api_key="k", gemini_base_url=server.url, gemini_sdk=str(request.param)))


def test_one_blip_of_each_kind_costs_no_photo(batch: Batch, server: GeminiServer) -> None:
    got = []
    for blip in BLIPS:
        server.script.append(blip)
        got.append(batch.photo())
    assert got == [True] * PHOTOS


def test_blips_that_follow_each_other_cost_one_photo_at_most(batch: Batch, server: GeminiServer) -> None:
    server.script.extend(["error_503", "error_500", "reset", "html_502", "limited_short"])
    assert batch.photos() == PHOTOS - 1


@pytest.mark.parametrize("fault", [*FAULTS, *NONSENSE])
def test_a_fault_that_stays_costs_a_batch_two_calls(batch: Batch, server: GeminiServer, fault: str) -> None:
    server.script.extend([fault] * 2 * PHOTOS)
    assert batch.photos() == 0
    assert len(server.requests) <= 2


def test_a_redirect_costs_a_batch_two_calls(batch: Batch, server: GeminiServer) -> None:
    with GeminiServer() as other:
        server.script.extend([redirected(307, other.url)] * 2 * PHOTOS)
        assert batch.photos() == 0
    assert (len(server.requests), other.requests, other.gets) == (2, [], [])


@pytest.mark.parametrize("fault", ["bad_key", "no_model", "invalid_json"])
def test_one_call_looks_whether_a_fault_is_mended_and_then_all_is_well(
    batch: Batch, server: GeminiServer, fault: str
) -> None:
    server.script.extend([fault] * 2)
    batch.photo()
    batch.clock.at += limits.MODEL_FAULT_REST_SECONDS
    assert batch.photos() == PHOTOS
    assert len(server.requests) == 2 + PHOTOS


def test_a_probe_that_fails_is_one_call(batch: Batch, server: GeminiServer) -> None:
    server.script.extend(["bad_key"] * 9)
    batch.photo()
    batch.clock.at += limits.MODEL_FAULT_REST_SECONDS
    batch.photos()
    assert len(server.requests) == 3


def test_two_seconds_that_are_not_meant_are_not_believed_again(batch: Batch, server: GeminiServer) -> None:
    server.script.extend([lambda _: limited("2s")] * 4 * PHOTOS)
    assert batch.photos() == 0
    assert len(server.requests) <= 5


def test_a_used_up_day_is_asked_for_once_a_model(batch: Batch, server: GeminiServer) -> None:
    server.script.extend(["day"] * 2 * PHOTOS)
    assert batch.photos() == 0
    assert len(server.requests) == len(batch.config.gemini_models)
    assert min(one.until for one in batch.notes.standing.values()) - batch.clock.at > 120


def test_what_all_models_say_of_day_or_key_is_said_once(batch: Batch, server: GeminiServer) -> None:
    for behaviour, words in (("day", r"^today's free answers are used up$"), ("bad_key", r"^Gemini refused")):
        server.script.extend([behaviour] * 2)
        with pytest.raises(EngineFailed, match=words):
            ask(batch.config, Notes(), Time().outside())


def test_a_day_that_one_model_has_used_up_is_not_the_others(batch: Batch, server: GeminiServer) -> None:
    server.script.append("day")
    assert batch.photos() == PHOTOS
    assert len(server.requests) == PHOTOS + 1


@pytest.mark.parametrize("away", ["reset", "error_503", "html_502"])
def test_a_server_that_goes_away_in_the_middle_is_found_again(
    batch: Batch, server: GeminiServer, away: str
) -> None:
    assert batch.photos(3) == 3
    server.script.extend([away] * 6)
    assert batch.photos(2) == 0
    assert len(server.requests) == 3 + 6  # Twice each model, and once more: then both rest.
    assert batch.photos(4) == 0  # Within the rest of 15 s nobody is asked,
    assert len(server.requests) == 3 + 6
    assert batch.photos(3) == 3  # and after it the first probe finds the server.


@dataclass
class Slow:
    """Its first answer takes longer than a call may; then it is well."""

    clock: Time
    calls: int = 0
    host: str = "gemini.test"

    def generate(self, model: str, request: Request, *, timeout: float) -> Reply:
        self.calls += 1
        if self.calls == 1:
            self.clock.at += timeout
            raise ModelUnavailable(f"no answer within {timeout:.0f} s")
        return Reply(json.dumps(answers.pack()))


@pytest.mark.parametrize(("models", "answered"), [(("a", "b"), "b"), (("a",), "a")])
def test_a_slow_answer_costs_no_photo_and_the_next_model_is_asked_where_there_is_one(
    models: tuple[str, ...], answered: str
) -> None:
    notes, clock = Notes(), Time()
    config = Config(gemini_api_key="k", gemini_models=models)
    client = Slow(clock)
    outside = clock.outside(connect=lambda _: client)
    assert ask(config, notes, outside).model == answered
    assert clock.at - Time().at <= limits.GEMINI_PHOTO_SECONDS


def queued(app: Flask, photo: bytes) -> list[str]:
    wiring = wired(app)
    # What follows a PNG's end is not looked at, and makes ten photos of one: the same would be asked once.
    uploads = [accept(photo + bytes([number]), "page.png", max_bytes=10**7) for number in range(PHOTOS)]
    return send(wiring.database, wiring.folder, guest(wiring), uploads=tuple(uploads))


@pytest.mark.process
def test_a_batch_of_ten_with_one_failure_of_each_kind_gives_its_packs_from_the_model(
    running_app: Callable[..., Flask], photo: bytes, gemini: GeminiServer
) -> None:
    gemini.script.extend(interleaved(BLIPS))
    app = running_app(engines=("gemini", "ocr"), **with_gemini(gemini))
    for job_id in queued(app, photo):
        wait_for(wired(app), job_id, DONE)
    with wired(app).database.reading() as session:
        made = [pack.text_engine.partition(":")[0] for pack in session.scalars(select(Pack))]
    assert made == ["gemini"] * PHOTOS
    assert len(gemini.requests) == 2 * PHOTOS
    assert gemini_state.calls_today(wired(app).database) == 2 * PHOTOS
    assert [one for one in gemini_state.standings(wired(app).database) if one.failures > 1] == []


def interleaved(behaviours: Iterable[str]) -> list[str | Behaviour]:
    """Return each behaviour with a good answer after it."""
    return [one for behaviour in behaviours for one in (behaviour, "answer")]
