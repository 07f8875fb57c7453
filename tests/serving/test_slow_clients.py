"""A real service beside clients that are slow on purpose: /health is answered while all of them hang."""

from collections.abc import Iterator

import pytest

from tests.service import Service
from tests.serving.slow import HALF_HEAD, slow_clients, unanswered

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("slow clients")]  # One service for all of them.

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
    with slow_clients(service.port, number, sent) as clients:
        assert service.get_json("/health")[0] == 200
        assert unanswered(clients) >= still_waiting  # It was answered before them.
    assert "Traceback" not in service.log
    assert "Perhaps out of memory" not in service.log
