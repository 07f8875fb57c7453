"""One server a test, a client and what it was refused, forgotten after it, both SDKs, notes and a clock."""

from collections.abc import Iterator

import pytest

from studylens.analysis.gemini import connect, outgoing
from studylens.config import GEMINI_SDKS, Config
from tests.analysis.gemini.asking import Notes, Time
from tests.analysis.gemini.server import GeminiServer


@pytest.fixture
def server() -> Iterator[GeminiServer]:
    with GeminiServer() as running:
        yield running
    connect.forget()
    outgoing.forget()


@pytest.fixture(params=GEMINI_SDKS)
def config(server: GeminiServer, request: pytest.FixtureRequest) -> Config:
    return Config(gemini_api_key="AQ.a-key", gemini_base_url=server.url, gemini_sdk=str(request.param))


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def time() -> Time:
    return Time()
