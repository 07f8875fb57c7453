"""Bodies: what they may take of memory, threads and time, whoever sends them."""

import fcntl
import io
import socket
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader
from sqlalchemy import func, select

from studylens.models import Job
from studylens.web.door import bodies
from studylens.web.door.arrival import BODIES_AT_ONCE
from studylens.web.door.bodies import MAX_FIELDS, MAX_PARTS
from studylens.web.door.sizes import FIELDS_BYTES
from studylens.web.door.wiring import Wiring
from tests.service import Service, multipart
from tests.waiting import until
from tests.web.world import photo, picture

THREADS = 32
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
FILE_HEAD = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'


def _head(path: str, **headers: object) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode()


@contextmanager
def _sent(service: Service, data: bytes, times: int = 1) -> Iterator[list[socket.socket]]:
    """Send the same bytes on so many connections, and keep these open."""
    opened = []
    try:
        for _ in range(times):
            opened.append(socket.create_connection(("127.0.0.1", service.port), timeout=20))
            opened[-1].sendall(data)
        yield opened
    finally:
        for connection in opened:
            connection.close()


def _answered(connections: list[socket.socket]) -> list[int]:
    """Return the statuses of those that have an answer by now, leaving it there."""
    found = []
    for connection in connections:
        connection.settimeout(0)
        with suppress(OSError):
            found.append(int(connection.recv(12, socket.MSG_PEEK).partition(b" ")[2] or 0))
    return found


def _anonymous_mb(service: Service) -> float:
    text = Path(f"/proc/{service.pids()['web']}/status").read_text()
    return int(text.partition("RssAnon:")[2].split()[0]) / 1024


def _received_bytes(service: Service) -> int:
    """Return how much of bodies the web process has put into files by now; nobody else sees these."""
    found = 0
    for path in Path(f"/proc/{service.pids()['web']}/fd").iterdir():
        with suppress(OSError):
            found += path.stat().st_size if "(deleted)" in str(path.readlink()) else 0
    return found


def _jobs(wiring: Wiring) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Job)) or 0


def test_slow_bodies_leave_threads_for_health_and_the_rest_is_told_soon(
    serve: Callable[..., Service],
) -> None:
    service = serve()
    half = _head("/analyze", Content_Type=MULTIPART, Content_Length=5_000) + b"--b\r\n"
    with _sent(service, half, THREADS) as connections:
        assert service.get_json("/health")[0] == HTTPStatus.OK
        until(lambda: len(_answered(connections)) == THREADS - BODIES_AT_ONCE, "an answer to the others")
        assert service.get_json("/health")[0] == HTTPStatus.OK
        assert _answered(connections) == [503] * (THREADS - BODIES_AT_ONCE)
    until(lambda: service.analyze(picture(), wait=0)[0] == HTTPStatus.ACCEPTED)


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        b"GET /health HTTP/1.0\r\n\r\n",
        _head("/jobs/none/cancel", Content_Length=5_000) + b"ab",
        _head("/nothing", Content_Type=MULTIPART, Content_Length=5_000) + b"ab",
    ],
)
def test_clients_that_never_hang_up_do_not_hold_the_worker(
    live_server: Service, request_bytes: bytes
) -> None:
    with _sent(live_server, request_bytes, 12) as connections:
        until(lambda: len(_answered(connections)) == 12, "an answer to each")
        assert live_server.get_json("/health")[0] == HTTPStatus.OK  # They have not hung up.


@pytest.mark.parametrize("chunks", [b"zz\r\n", b"-1\r\n", b"5\r\nabcdefgh\r\n", b"5;\x00=\r\nabcde\r\n"])
def test_a_broken_chunked_body_is_a_bad_request(live_server: Service, chunks: bytes) -> None:
    for kind in (FORM, MULTIPART):
        head = _head("/analyze", Content_Type=kind, Transfer_Encoding="chunked")
        with _sent(live_server, head + chunks) as [connection]:
            answer = b"".join(iter(lambda: connection.recv(4_096), b""))
            assert answer.startswith(b"HTTP/1.1 400")
            assert b'"bad_request"' in answer
    assert "Traceback" not in live_server.log


def test_who_waits_holds_no_photo(serve: Callable[..., Service], tmp_path: Path) -> None:
    service = serve(ANALYSES_PER_HOUR="1000")
    large = picture(kind="JPEG") + bytes(4_900_000)
    with (tmp_path / "analysis.lock").open("w") as lock, ThreadPoolExecutor(4) as clients:
        fcntl.flock(lock, fcntl.LOCK_EX)  # So nothing is read and everybody waits.
        assert service.analyze(picture(kind="JPEG"), wait=0)[0] == HTTPStatus.ACCEPTED
        before = _anonymous_mb(service)
        waiting = [clients.submit(service.analyze, *[large] * 10, wait=60) for _ in range(4)]
        until(lambda: len(list(service.uploads.glob("?" * 32))) == 41)
        until(lambda: _anonymous_mb(service) - before < 20, "memory without photos")
        assert not any(client.done() for client in waiting)
        service.stop()
        assert [client.result()[0] for client in waiting] == [HTTPStatus.ACCEPTED] * 4


def test_photos_wait_on_disk_while_the_others_arrive(serve: Callable[..., Service]) -> None:
    service = serve()
    before = _anonymous_mb(service)
    part = FILE_HEAD + bytes(490_000) + b"\r\n"
    unfinished = _head("/analyze", Content_Type=MULTIPART, Content_Length=6_000_000) + part * 10
    with _sent(service, unfinished, 8):
        until(lambda: _received_bytes(service) >= 8 * 9 * 490_000, "nine photos of each")
        assert _anonymous_mb(service) - before < 15
        assert not [path for path in service.uploads.glob("*") if path.name != "folder_id"]


def test_the_eleventh_photo_ends_the_reading(client: FlaskClient) -> None:
    body = (FILE_HEAD + bytes(490_000) + b"\r\n") * 100 + b"--b--\r\n"
    stream = io.BytesIO(body)
    answer = client.post("/analyze", input_stream=stream, content_type=MULTIPART, content_length=len(body))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "too_many_files")
    assert stream.tell() < 12 * 490_000


def test_ten_photos_with_every_field_and_empty_inputs_fit(client: FlaskClient) -> None:
    body, kind = multipart(
        [picture()] * 10, {"text": "", "question": "Why?", "private": "1", "a": "", "b": ""}
    )
    empty = f"--{kind.partition('=')[2]}\r\n".encode() + FILE_HEAD[5:].replace(b"a.jpg", b"") + b"\r\n"
    assert client.post("/analyze?wait=0", data=empty * 2 + body, content_type=kind).status_code == 202


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"text=" + b"x" * FIELDS_BYTES, FORM),
        (b"&" * (MAX_FIELDS + 1), FORM),
        (
            b'--b\r\nContent-Disposition: form-data; name="t"\r\n\r\nx\r\n' * (MAX_PARTS + 1) + b"--b--",
            MULTIPART,
        ),
        ((FILE_HEAD.replace(b"a.jpg", b"") + b"\r\n") * (MAX_PARTS + 1) + b"--b--", MULTIPART),
        (
            (b'--b\r\nContent-Disposition: form-data; name="t"\r\n\r\n' + b"x" * 100_000 + b"\r\n") * 4
            + b"--b--",
            MULTIPART,
        ),
        (b'--b\r\nContent-Disposition: form-data; name="t"; x="' + b"x" * 400_000, MULTIPART),
    ],
)
def test_what_is_no_photo_is_bounded(wiring: Wiring, client: FlaskClient, body: bytes, kind: str) -> None:
    answer = client.post("/analyze?wait=0", data=body, content_type=kind)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "too_large")
    assert _jobs(wiring) == 0


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_the_longest_text_fits_in_any_alphabet(client: FlaskClient, kind: str) -> None:
    fields = {"text": "\U0001f33f" * 20_000, "question": "\U0001f33f" * 500}
    body = urllib.parse.urlencode(fields).encode()
    if kind == MULTIPART:
        body, kind = multipart([], fields)
    assert client.post("/analyze?wait=0", data=body, content_type=kind).status_code == 202


def test_a_body_that_was_cut_off_is_not_queued(wiring: Wiring, client: FlaskClient) -> None:
    answer = client.post(
        "/analyze?wait=0",
        content_type=FORM,
        environ_overrides={
            "CONTENT_LENGTH": "500",
            "wsgi.input": io.BytesIO(b"text=Half+of+what+was+writ"),
            "wsgi.input_terminated": True,
        },
    )
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad_request")
    assert _jobs(wiring) == 0


def test_every_refusal_gives_its_place_back(client: FlaskClient) -> None:
    for _ in range(2 * BODIES_AT_ONCE):
        assert client.post("/analyze", data={"image": photo("bad.jpg", b"no picture")}).status_code == 415
        assert client.post("/analyze", data=b"--b", content_type=MULTIPART).status_code == 400
        assert client.post(f"/packs/{'0' * 32}/quiz/1", data={"choice": "0"}).status_code == 404
    assert client.post("/analyze?wait=0", data={"image": photo()}).status_code == 202


def _drip(connection: socket.socket, stop: threading.Event) -> None:
    while not stop.wait(0.05):
        try:
            connection.sendall(b"x")
        except OSError:
            return


@pytest.mark.parametrize("kind", [FORM, MULTIPART])
def test_a_body_that_drips_ends_as_408(app: Flask, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(bodies, "BLOCK_SECONDS", 0.5)
    monkeypatch.setattr("studylens.web.door.arrival.LEFTOVER_SECONDS", 0.2)
    ours, theirs = socket.socketpair()
    stop = threading.Event()
    dripping = threading.Thread(target=_drip, args=(theirs, stop))
    with ours, theirs:
        dripping.start()
        answer = app.test_client().post(
            "/analyze?wait=0",
            content_type=kind,
            environ_overrides={
                "CONTENT_LENGTH": "5000",
                "wsgi.input": Body(LengthReader(SocketUnreader(ours), 5_000)),
                "wsgi.input_terminated": True,
                "gunicorn.socket": ours,
            },
        )
        stop.set()
        dripping.join()
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (408, "slow_body")
