"""Who has not asked yet holds no thread; who waits too long is let go; /health is always answered."""

import re
import socket
import threading
from collections.abc import Iterator

import pytest

from studylens.serving import lanes, worker
from studylens.serving.heads import MOST_BYTES
from studylens.serving.sockets import PacedSocket
from tests.serving.driven import DrivenWorker, Environ

PAGE = b"GET /packs HTTP/1.1\r\nHost: localhost\r\n\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b"POST /analyze HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n"
LENGTH = re.compile(rb"Content-Length: (\d+)")


class Stage:
    """An app that answers with what it was asked; `/stuck` and bodies only when the test says so."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.inside = threading.Semaphore(0)

    def answer(self, environ: Environ) -> bytes:
        if environ["PATH_INFO"] == "/stuck":
            self.inside.release()
            self.goes_on.wait()
        if environ["QUERY_STRING"] == "large":
            return bytes(4 * 2**20)
        body: bytes = environ["wsgi.input"].read()
        return environ["PATH_INFO"].encode() + body


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage()
    yield made
    made.goes_on.set()


@pytest.fixture
def driven(stage: Stage) -> Iterator[DrivenWorker]:
    with DrivenWorker(stage.answer) as made:
        yield made
        stage.goes_on.set()


def answer(driven: DrivenWorker, client: socket.socket) -> bytes:
    """Return the next answer's bytes; the worker goes on meanwhile."""
    client.settimeout(0)
    got = b""
    while True:
        driven.worker.wait_for_and_dispatch_events(0.01)
        try:
            piece = client.recv(65_536)
        except BlockingIOError:
            continue
        got += piece
        head, _, body = got.partition(b"\r\n\r\n")
        if not piece or ((length := LENGTH.search(head)) and len(body) == int(length[1])):
            return got


def threads_taken(driven: DrivenWorker) -> int:
    return driven.worker.bodies.taken + driven.worker.pages.taken + driven.worker.health.taken


@pytest.mark.parametrize("sent", [b"", b"GET / HT", PAGE[:-2], b"\r\n\r\n\r\n", b"GET / HTTP/1.0\n\n"])
def test_a_head_that_is_not_whole_takes_no_thread(driven: DrivenWorker, sent: bytes) -> None:
    for _ in range(40):
        driven.connect(sent)
    assert (threads_taken(driven), len(driven.worker.heads)) == (0, 40)


def test_a_head_in_single_bytes_is_answered(driven: DrivenWorker) -> None:
    client = driven.connect()
    for place in range(len(PAGE)):
        client.sendall(PAGE[place : place + 1])
        driven.turn()
    assert answer(driven, client).endswith(b"\r\n\r\n/packs")


def test_a_body_that_comes_with_its_head_is_read(driven: DrivenWorker) -> None:
    assert answer(driven, driven.connect(BODY + b"12345")).endswith(b"/analyze12345")


def test_a_connection_serves_request_after_request(driven: DrivenWorker) -> None:
    client = driven.connect(PAGE)
    assert answer(driven, client).endswith(b"/packs")
    driven.until(lambda: driven.worker.keepalived_conns)
    client.sendall(HEALTH)
    assert answer(driven, client).endswith(b"/health")


def test_half_a_second_request_behind_the_first_takes_no_thread(driven: DrivenWorker) -> None:
    client = driven.connect(PAGE + PAGE[:10])
    assert answer(driven, client).endswith(b"/packs")
    driven.until(lambda: driven.worker.heads)
    assert threads_taken(driven) == 0
    client.sendall(PAGE[10:])
    assert answer(driven, client).endswith(b"/packs")


@pytest.mark.parametrize(("sent", "told"), [(b"GET / HT", b"HTTP/1.1 408"), (b"", b"")])
def test_a_head_has_ten_seconds_and_who_said_nothing_is_told_nothing(
    driven: DrivenWorker, sent: bytes, told: bytes
) -> None:
    client = driven.connect(sent)
    driven.turn(worker.HEAD_SECONDS - 1)
    assert driven.worker.heads
    driven.turn(1)
    assert answer(driven, client)[:12] == told
    assert (driven.worker.nr_conns, len(driven.worker.heads)) == (0, 0)


def test_bytes_one_by_one_win_no_time(driven: DrivenWorker) -> None:
    client = driven.connect(b"G")
    for _ in range(9):
        client.sendall(b"E")
        driven.turn(1)
    driven.turn(1)
    assert answer(driven, client).startswith(b"HTTP/1.1 408")


def test_a_head_without_end_is_refused_by_its_size(driven: DrivenWorker) -> None:
    client = driven.connect(b"GET / HTTP/1.1\r\nX: " + b"x" * MOST_BYTES)
    assert answer(driven, client).startswith(b"HTTP/1.1 431")


def test_health_is_answered_while_every_thread_is_stuck(driven: DrivenWorker, stage: Stage) -> None:
    stuck = PAGE.replace(b"/packs", b"/stuck")
    for _ in range(40):
        driven.connect(stuck)
    for _ in range(32):
        stage.inside.acquire()
    assert answer(driven, driven.connect(HEALTH)).endswith(b"/health")


def test_health_waits_for_nobody_who_does_not_read(
    driven: DrivenWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PacedSocket, "soon_seconds", 1_000.0)
    for _ in range(lanes.HEALTH):
        driven.connect(HEALTH.replace(b"/health", b"/health?large"))
    assert answer(driven, driven.connect(HEALTH)).endswith(b"/health")
    driven.until(lambda: driven.worker.health.taken == 0)


@pytest.mark.parametrize("path", [b"/health/x", b"/healthy", b"/packs?/health"])
def test_only_health_itself_takes_its_threads(driven: DrivenWorker, stage: Stage, path: bytes) -> None:
    for _ in range(32):
        driven.connect(PAGE.replace(b"/packs", b"/stuck"))
    driven.connect(PAGE.replace(b"/packs", path))
    assert driven.worker.health.taken == 0


@pytest.mark.parametrize("path", [b"/health", b"/study/health"])
def test_below_a_path_health_is_answered_by_its_own_threads_at_both_addresses(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, path: bytes
) -> None:
    monkeypatch.setenv("SCRIPT_NAME", "/study")
    with DrivenWorker(stage.answer) as driven:
        driven.worker.under = "/study"
        for _ in range(32):
            driven.connect(PAGE.replace(b"/packs", b"/stuck"))
            stage.inside.acquire()
        assert answer(driven, driven.connect(HEALTH.replace(b"/health", path))).endswith(b"/health")
        stage.goes_on.set()


@pytest.mark.parametrize(
    ("sent", "found"), [(b"/study/packs", b"/packs"), (b"/packs", b"/packs"), (b"/study-2", b"/study-2")]
)
def test_a_path_that_a_proxy_has_taken_off_is_none_too_few(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, sent: bytes, found: bytes
) -> None:
    """gunicorn itself answers 500 to whatever does not begin with SCRIPT_NAME."""
    monkeypatch.setenv("SCRIPT_NAME", "/study")
    with DrivenWorker(stage.answer) as driven:
        driven.worker.under = "/study"
        said = answer(driven, driven.connect(PAGE.replace(b"/packs", sent)))
    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(b"\r\n" + found)


def test_bodies_leave_threads_for_pages_and_are_refused_in_time(driven: DrivenWorker) -> None:
    clients = [driven.connect(BODY) for _ in range(40)]
    assert driven.worker.bodies.taken == lanes.WITH_BODY
    assert answer(driven, driven.connect(PAGE)).endswith(b"/packs")
    driven.turn(lanes.PATIENCE_SECONDS)
    late = clients[lanes.WITH_BODY :]
    assert [answer(driven, client)[:12] for client in late] == [b"HTTP/1.1 503"] * len(late)
    clients[0].sendall(b"12345")
    assert answer(driven, clients[0]).endswith(b"12345")
    for client in clients[1 : lanes.WITH_BODY]:
        client.close()


def test_a_refusal_is_said_as_the_client_reads() -> None:
    stage = Stage()
    with DrivenWorker(stage.answer) as driven:
        driven.worker.bodies.most = 0
        kinds = [b"Accept: text/html,*/*\r\n\r\n", b"Accept: application/json\r\n\r\n"]
        clients = [driven.connect(BODY[:-2] + kind) for kind in kinds]
        driven.turn(lanes.PATIENCE_SECONDS)
        page, told = (answer(driven, client) for client in clients)
    assert b"text/plain" in page
    assert b'{"error": {"code": "busy"' in told
    assert page.count(b"Retry-After: 5") == told.count(b"Retry-After: 5") == 1


def test_a_new_client_gets_in_when_all_connections_are_taken() -> None:
    stage = Stage()
    with DrivenWorker(stage.answer, connections=40) as driven:
        silent = [driven.connect() for _ in range(60)]
        assert answer(driven, driven.connect(HEALTH)).endswith(b"/health")
        assert driven.worker.nr_conns < 40
        assert silent[0].recv(1) == b""  # The first is the one that was let go.


@pytest.mark.parametrize("asked", [False, True])
def test_who_makes_room_in_the_moment_of_asking_ends_nothing_else(driven: DrivenWorker, asked: bool) -> None:
    client = driven.connect(PAGE if asked else b"")
    if asked:
        assert answer(driven, client).endswith(b"/packs")
        driven.until(lambda: driven.worker.keepalived_conns)
    driven.worker.worker_connections = 2
    other = socket.create_connection(driven.address, timeout=60)
    client.sendall(PAGE)
    events = driven.worker.poller.select()
    for key, _ in sorted(events, key=lambda event: event[0].fileobj is not driven.listener):
        key.data(key.fileobj)
    assert driven.worker.nr_conns == 1
    with other:
        other.sendall(PAGE)
        assert answer(driven, other).endswith(b"/packs")


def test_who_does_not_hang_up_is_lingered_on_by_the_poller(driven: DrivenWorker) -> None:
    closing = PAGE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    clients = [driven.connect(closing) for _ in range(5)]
    assert {answer(driven, client)[-6:] for client in clients} == {b"/packs"}
    driven.until(lambda: len(driven.worker.leaving) == 5)
    driven.turn(worker.LINGER_SECONDS)
    assert (len(driven.worker.leaving), driven.worker.nr_conns) == (0, 0)


def test_a_worker_that_stops_waits_for_no_silent_client(driven: DrivenWorker) -> None:
    driven.connect()
    driven.worker.alive = False
    driven.turn(worker.SWEEP_SECONDS)
    driven.turn(worker.STOP_KEEPALIVE_LINGER)
    assert driven.worker.nr_conns == 0
