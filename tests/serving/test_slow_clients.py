"""A real service beside clients that are slow on purpose: /health is answered while all of them hang."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.service import Service

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("slow clients")]  # One service for all of them.

HALF_HEAD = b"GET /packs HTTP/1.1\r\nHost: loc"
STALLED_BODY = (
    b"POST /analyze HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
)
EXPECTED_BODY = STALLED_BODY.replace(b"\r\n\r\n--b\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
UNREAD_BODY = b"GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
THREADS = 32


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One start for this file: each test leaves it as it was."""
    with Service(tmp_path_factory.mktemp("service"), ENGINES="ocr") as started:
        yield started


def unanswered(clients: list[socket.socket]) -> int:
    """Count those that have been told nothing yet, nor been hung up on."""
    silent = 0
    for client in clients:
        client.settimeout(0)
        try:
            client.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            silent += 1
        except OSError:
            continue
    return silent


@pytest.mark.parametrize(
    ("sent", "number", "still_waiting"),
    [
        (HALF_HEAD, 40, 40),
        (b"", 200, 200),
        (STALLED_BODY, 200, THREADS),
        (EXPECTED_BODY, 200, 0),
        (UNREAD_BODY, 200, 0),
    ],
    ids=["half heads", "silent", "stalled bodies", "bodies that wait to be asked for", "bodies nobody reads"],
)
def test_health_is_answered_while_they_hang(
    service: Service, sent: bytes, number: int, still_waiting: int
) -> None:
    with ExitStack() as opened:
        address = ("127.0.0.1", service.port)
        clients = [opened.enter_context(socket.create_connection(address, timeout=60)) for _ in range(number)]
        for client in clients:
            client.sendall(sent)
        assert service.get_json("/health")[0] == 200
        assert unanswered(clients) >= still_waiting  # It was answered before them.
    assert "Traceback" not in service.log
    assert "Perhaps out of memory" not in service.log
