"""The door's HTTP: who comes in, what strangers are told, and what is cut off."""

import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from studylens.anki_door.entrance import is_origin
from studylens.anki_door.server import MOST_AT_ONCE, MOST_BYTES, Server
from tests.anki_door.world import Door

EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
STRANGER = "https://evil.example"
VERSION = {"action": "version", "version": 6}


@pytest.fixture
def door() -> Iterator[Server]:
    with _open() as server:
        yield server


@contextlib.contextmanager
def _open(**limits: float) -> Iterator[Server]:
    """Open a door in front of no service: nothing here asks it."""
    protocol = Door("http://127.0.0.1:9", "a-token-of-tests", key="sesame").protocol
    with Server(protocol, port=0, origins=frozenset({EXTENSION}), **limits) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _ask(
    door: Server, method: str = "POST", body: object = None, host: str = "", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", door.server_port, timeout=30)
    sent = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, "/", sent, {"Host": host or f"127.0.0.1:{door.server_port}", **named})
    answer = connection.getresponse()
    told = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return told


def _told(door: Server, body: object, **headers: str) -> Any:
    status, _headers, answer = _ask(door, body=body, **headers)
    assert status == 200
    return json.loads(answer)


def test_a_program_without_an_origin_and_a_listed_extension_come_in_with_the_key(door: Server) -> None:
    for headers in ({}, {"Origin": EXTENSION}):
        assert _told(door, {**VERSION, "key": "sesame"}, **headers) == {"result": 6, "error": None}
        assert _told(door, VERSION, **headers)["error"] == "valid api key must be provided"
        assert _told(door, {**VERSION, "key": "wrong"}, **headers)["error"]
    _status, headers, _body = _ask(door, body=VERSION, Origin=EXTENSION)
    assert headers["access-control-allow-origin"] == EXTENSION


def test_an_old_version_gets_its_result_bare(door: Server) -> None:
    assert _told(door, {"action": "version", "key": "sesame"}) == 6
    assert _told(door, {"action": "nothing", "version": 2, "key": "sesame"}) == {
        "result": None,
        "error": "unsupported action",
    }


def test_a_browser_asks_before_it_asks_and_strangers_are_turned_away(door: Server) -> None:
    asks = {"Access_Control_Request_Private_Network": "true", "Access_Control_Request_Method": "POST"}
    status, headers, _body = _ask(door, "OPTIONS", Origin=EXTENSION, **asks)
    assert status == 200
    assert headers["access-control-allow-private-network"] == "true"
    assert headers["access-control-allow-headers"] == "Content-Type"
    for stranger in (STRANGER, "null", "http://localhost", f"{EXTENSION}.evil.example"):
        status, headers, _body = _ask(door, "OPTIONS", Origin=stranger, **asks)
        assert status == 403
        assert "access-control-allow-origin" not in headers
        status, headers, body = _ask(door, body={**VERSION, "key": "sesame"}, Origin=stranger)
        assert (status, body) == (403, b"")
        assert "access-control-allow-origin" not in headers


def test_a_page_whose_browser_names_no_origin_is_told_by_what_it_says_of_the_page(door: Server) -> None:
    shown = {**VERSION, "key": "sesame"}
    assert _ask(door, body=shown, Sec_Fetch_Site="cross-site")[0] == 403
    assert _ask(door, "GET", Sec_Fetch_Site="same-site")[0] == 403
    assert _ask(door, body=shown, Sec_Fetch_Site="none")[0] == 200
    assert _ask(door, body=shown, Sec_Fetch_Site="cross-site", Origin=EXTENSION)[0] == 200


def test_who_asks_for_permission_is_answered_and_a_refusal_says_how(
    door: Server, caplog: pytest.LogCaptureFixture
) -> None:
    ask = {"action": "requestPermission", "version": 6}
    granted = {"permission": "granted", "requireApikey": True, "version": 6}
    assert _told(door, ask, Origin=EXTENSION)["result"] == granted
    for _again in range(2):
        assert _told(door, ask, Origin=STRANGER)["result"] == {"permission": "denied"}
    assert [line for line in caplog.messages if f"--origin {STRANGER}" in line] == caplog.messages
    assert len(caplog.messages) == 1


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1", "127.0.0.1:1", "0.0.0.0"])
def test_a_page_whose_address_was_turned_to_this_machine_gets_nothing(door: Server, host: str) -> None:
    for method in ("POST", "GET", "OPTIONS"):
        assert _ask(door, method, body={**VERSION, "key": "sesame"}, host=host)[0] == 403
    assert _ask(door, body=VERSION, host=f"localhost:{door.server_port}")[0] == 200


def test_who_only_looks_whether_somebody_is_there_is_greeted(door: Server) -> None:
    assert _ask(door, "GET")[2] == b"AnkiConnect v.6"
    assert _ask(door, body=b"")[2] == b"AnkiConnect v.6"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        b"[]",
        b'{"action": ""}',
        b'{"action": 1}',
        b'{"action": "version", "version": "6"}',
        b'{"action": "version", "version": true}',
        b'{"action": "version", "params": []}',
    ],
)
def test_what_is_no_request_is_answered_with_an_error(door: Server, body: bytes) -> None:
    told = _told(door, body)
    assert told["result"] is None
    assert told["error"]


def test_many_in_one_are_answered_one_by_one_and_each_shows_the_key(door: Server) -> None:
    actions = [{**VERSION, "key": "sesame"}, VERSION, {"action": "nothing", "version": 6, "key": "sesame"}]
    told = _told(door, {"action": "multi", "version": 6, "key": "sesame", "params": {"actions": actions}})
    assert [one["error"] for one in told["result"]] == [
        None,
        "valid api key must be provided",
        "unsupported action",
    ]
    deep: dict[str, Any] = VERSION
    for _level in range(30):
        deep = {"action": "multi", "version": 6, "key": "sesame", "params": {"actions": [deep]}}
    assert "at most 1000" in json.dumps(_told(door, deep))
    reflected = {"action": "apiReflect", "version": 6, "key": "sesame"}
    params = {"scopes": ["actions"], "actions": ["addNote", "guiExitAnki"]}
    assert _told(door, {**reflected, "params": params})["result"] == {
        "scopes": ["actions"],
        "actions": ["addNote"],
    }


def test_a_body_of_50_mb_is_refused_before_it_is_read(door: Server) -> None:
    assert _ask(door, body=b"{}", Content_Length=str(50 * 2**20))[0] == 413
    assert _ask(door, body=b"{}", Content_Length=str(MOST_BYTES + 1))[0] == 413
    for wrong in ("-1", "x", "1" * 20):
        assert _ask(door, body=b"{}", Content_Length=wrong)[0] == 411


def test_who_sends_nothing_more_is_cut_off() -> None:
    with _open(read_seconds=0.0) as door:
        for _again in range(2 * MOST_AT_ONCE):
            with socket.create_connection(("127.0.0.1", door.server_port), timeout=60) as slow:
                slow.sendall(b"POST / HTTP/1.1\r\nHost: ")
                assert slow.recv(1) == b""


@pytest.mark.parametrize("text", ["*", "null", "", "evil.example", "https://", "https://a/b", "https://a b"])
def test_what_many_share_cannot_be_listed_as_an_origin(text: str) -> None:
    assert not is_origin(text)
    assert all(
        map(is_origin, (EXTENSION, "moz-extension://1b2c", "app://obsidian.md", "http://localhost:3000"))
    )
