"""One chat server a test, and a client that has learnt nothing of earlier ones."""

from collections.abc import Iterator

import pytest

from studylens.analysis.local import client
from studylens.config import Config
from tests.analysis.local.asking import Notes, Time, configured
from tests.analysis.local.server import ChatServer


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer() as running:
        yield running
    client.forget()


@pytest.fixture
def config(server: ChatServer) -> Config:
    return configured(server.url)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def time() -> Time:
    return Time()
