"""The API on a port, in a thread; and an assistant: the SDK's own client, in this process."""

import json
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import anyio
import pytest
from flask import Flask
from mcp import Client as Assistant
from mcp_types import CallToolResult, TextContent
from werkzeug.serving import WSGIRequestHandler, make_server

from studylens.assistants.desk import Desk
from studylens.assistants.server import server_of
from studylens.remote.client import Client
from studylens.remote.place import Place
from studylens.web.api import pace
from studylens.web.door.guests import make_token
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import add_guest

Call = tuple[str, dict[str, Any]]


class Tools:
    """What an assistant has of a service that is at `url`."""

    def __init__(self, url: str, token: str) -> None:
        client = Client(Place(url, token), name="tests", pause=lambda _seconds: None)
        self.server = server_of(Desk(client))

    def ask(self, work: Callable[[Assistant], Awaitable[Any]]) -> Any:
        """Do something as the SDK's client does it."""

        async def connected() -> Any:
            async with Assistant(self.server) as assistant:
                return await work(assistant)

        return anyio.run(connected)

    def at_once(self, *calls: Call) -> list[CallToolResult]:
        """Call several tools at the same time."""

        async def work(assistant: Assistant) -> list[CallToolResult]:
            found: list[CallToolResult] = []

            async def one(name: str, given: dict[str, Any]) -> None:
                found.append(await assistant.call_tool(name, given))

            async with anyio.create_task_group() as group:
                for name, given in calls:
                    group.start_soon(one, name, given)
            return found

        answers: list[CallToolResult] = self.ask(work)
        return answers

    def call(self, name: str, /, **given: Any) -> Mapping[str, Any]:
        """Return what a tool answers; it must not fail."""
        [answer] = self.at_once((name, given))
        assert not answer.is_error, said(answer)
        assert answer.structured_content == json.loads(said(answer))
        return answer.structured_content or {}

    def refused(self, name: str, /, **given: Any) -> str:
        """Return what an assistant is told; the tool must fail."""
        [answer] = self.at_once((name, given))
        assert answer.is_error
        return said(answer)


def said(answer: CallToolResult) -> str:
    [content] = answer.content
    assert isinstance(content, TextContent)
    return content.text


class _Quiet(WSGIRequestHandler):
    def log(self, *_arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    pace.begin_anew()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def guest(wiring: Wiring) -> int:
    with wiring.database.writing() as session:
        return add_guest(session)


@pytest.fixture
def token(wiring: Wiring, guest: int) -> str:
    with wiring.database.writing() as session:
        return make_token(session, guest, "an assistant", "read study write")


@pytest.fixture
def tools(url: str, token: str) -> Tools:
    return Tools(url, token)
