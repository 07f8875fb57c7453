"""Bodies of every type, at every address: a form, a photo alone, or a clear refusal; never a 500."""

import io
import json
import socket
from collections.abc import Iterator
from http import HTTPStatus
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from gunicorn.http.body import Body, ChunkedReader
from gunicorn.http.unreader import IterUnreader
from sqlalchemy import select, update

from studylens.models import Batch, Job, Pack
from studylens.web.door.wiring import Wiring
from tests.service import Service, multipart
from tests.web.door.test_checks import _value
from tests.web.world import PAGE, add_pack, become_guest, picture, read_page

IMAGES = Path(__file__).parents[2] / "images"
JPEG = picture(kind="JPEG")
_SENT, _TYPE = multipart([JPEG], {"question": "Why?"})
FORM_TYPE = "multipart/form-data; boundary=b"
FORM_BODY = _SENT.replace(_TYPE.partition("=")[2].encode(), b"b")  # The same in each process of a test run.
TYPES = (
    None,
    "application/x-www-form-urlencoded",
    FORM_TYPE,
    "multipart/form-data",
    "multipart/form-data; boundary=\xe4",
    "application/json",
    "application/json; charset=utf-16",
    "text/plain; charset=bogus",
    "text/xml",
    "application/octet-stream",
    "image/jpeg",
    ";;;",
)
MORE_TYPES = (
    *TYPES,
    "application/x-www-form-urlencoded; charset=utf-7",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary="',
    "multipart/mixed; boundary=b",
    "image/",
    "/" * 300,
)
BODIES = ((b"", False), (b"{}", False), (b"x" * 300_000, False), (JPEG, True))
"""Empty, short, long, and in chunks."""
MORE_BODIES = tuple(
    product(
        (b"", b"{}", b"a=%ff&b=\x00\xff&=&", JPEG, FORM_BODY[:60], FORM_BODY, b"x" * 300_000), (False, True)
    )
)
READERS = ("/analyze?wait=0", "/import", "/settings")
"""Files in memory, files on disk, fields alone: the three ways in which a view reads a body."""


def posts(app: Flask, pack_id: str) -> list[str]:
    """Return an address of every rule that takes a POST, about a pack that is there."""
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    built = [rule.build({name: _value(rule, name) for name in rule.arguments}) for rule in rules]
    return [path.replace("0" * 32, pack_id) + "?wait=0" for _, path in filter(None, built)]


NOT_READY = "/ready"
"""Says 503 here, where no runner reads photos."""


def chunked(body: bytes) -> dict[str, Any]:
    """Return the environment of a request that comes in chunks, as gunicorn makes it."""
    raw = b"%x\r\n%s\r\n" % (len(body), body) if body else b""
    reader = ChunkedReader(None, IterUnreader([raw + b"0\r\n\r\n"]))
    return {"wsgi.input": Body(reader), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}


def ask(client: FlaskClient, path: str, kind: str | None, body: bytes, *, in_chunks: bool) -> Any:
    """Return (status, what is wrong with a refusal) of a POST."""
    sent: dict[str, Any] = {"environ_overrides": chunked(body)} if in_chunks else {"data": body}
    answer = client.post(path, content_type=kind, **sent)
    if answer.status_code < HTTPStatus.BAD_REQUEST or answer.mimetype == "text/html":
        return answer.status_code, ""
    told = answer.get_json(silent=True) or {}
    is_problem = answer.mimetype == "application/problem+json" and {"type", "title", "detail", "code"} <= set(
        told
    )
    is_error = {"code", "message"} == set(told.get("error", {}))
    return answer.status_code, "" if is_problem or is_error else f"no error shape: {told}"


@pytest.fixture
def pack_id(wiring: Wiring, client: FlaskClient) -> str:
    return add_pack(wiring, become_guest(wiring, client))


def test_no_type_of_body_makes_a_500_at_any_address(
    app: Flask, wiring: Wiring, client: FlaskClient, pack_id: str
) -> None:
    paths = posts(app, pack_id)
    assert len(paths) >= 40
    wrong = {}
    for kind, (body, in_chunks) in product(TYPES, BODIES):
        with wiring.database.writing() as session:  # One of the addresses throws it away.
            session.execute(update(Pack).values(deleted_at=None))
        for path in paths:
            status, trouble = ask(client, path, kind, body, in_chunks=in_chunks)
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR or trouble:
                wrong[path, kind, body[:20]] = status, trouble
    assert wrong == {}


@pytest.mark.parametrize("path", READERS)
def test_no_oddity_of_a_body_makes_a_500_where_bodies_are_read(client: FlaskClient, path: str) -> None:
    wrong = {}
    for kind, (body, in_chunks) in product(MORE_TYPES, MORE_BODIES):
        status, trouble = ask(client, path, kind, body, in_chunks=in_chunks)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or trouble:
            wrong[kind, body[:20], in_chunks] = status, trouble
    assert wrong == {}


def test_a_body_is_no_matter_where_none_is_expected(app: Flask, client: FlaskClient) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    paths = [rule.build({name: _value(rule, name) for name in rule.arguments}) for rule in rules]
    for _, path in filter(None, paths):
        with client.get(path, data=b"{}", content_type="application/json") as answer:
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR or path == NOT_READY, path


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "image/jpeg"])
def test_a_form_s_address_says_that_it_wants_a_form(client: FlaskClient, kind: str) -> None:
    answer = client.post("/settings", data=b"{}", content_type=kind)
    assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert answer.get_json()["error"]["code"] == "unsupported_type"
    assert "multipart/form-data" in answer.get_json()["error"]["message"]


def test_a_browser_reads_the_refusal_as_a_page(client: FlaskClient) -> None:
    answer = client.post("/settings", data=b"{}", content_type="application/json", headers=PAGE)
    assert answer.status_code == HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    assert "Send it as a form" in read_page(answer)


@pytest.mark.parametrize("kind", [None, "application/json", "image/jpeg", "multipart/form-data"])
def test_an_empty_body_is_an_empty_form_whatever_its_type(client: FlaskClient, kind: str | None) -> None:
    answer = client.post("/analyze", data=b"", content_type=kind)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "no_file")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", FORM_BODY),
        (FORM_TYPE, FORM_BODY[:-40]),
        ("application/x-www-form-urlencoded", b"text=\xff\xfe"),
    ],
    ids=["no boundary", "no end", "no UTF-8"],
)
def test_a_form_that_cannot_be_read_is_a_bad_request(client: FlaskClient, kind: str, body: bytes) -> None:
    answer = client.post("/analyze?wait=0", data=body, content_type=kind)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad_request")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        *((f"image/{kind.lower()}", picture(kind=kind)) for kind in ("JPEG", "PNG", "WEBP", "GIF")),
        ("image/heic", (IMAGES / "compass.heic").read_bytes()),
        ("application/octet-stream", JPEG),
        ("image/png", JPEG),
        (None, JPEG),
    ],
    ids=["jpeg", "png", "webp", "gif", "heic", "octet-stream", "wrong type", "no type"],
)
@pytest.mark.parametrize("in_chunks", [False, True])
def test_a_photo_alone_is_a_photo(
    wiring: Wiring, client: FlaskClient, kind: str | None, body: bytes, in_chunks: bool
) -> None:
    path = "/analyze?wait=0&question=Why%3F&private=1&keep=1&together=1&name=leaf.jpg"
    sent: dict[str, Any] = {"environ_overrides": chunked(body)} if in_chunks else {"data": body}
    answer = client.post(path, content_type=kind, **sent)
    assert answer.status_code == HTTPStatus.ACCEPTED
    with wiring.database.reading() as session:
        job = session.scalars(select(Job)).one()
        assert (job.name, job.question, job.private, job.keep_copy) == ("leaf.jpg", "Why?", True, True)
        assert job.uploaded_bytes == len(body)
        assert (wiring.folder.root / job.id).read_bytes() == body
        assert session.scalars(select(Batch)).one().id == answer.get_json()["batch"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"no picture at all", 415, "unsupported_type"),
        (JPEG + bytes(5 * 2**20), 413, "too_large"),
        (bytes(60 * 2**20), 413, "too_large"),
        ((IMAGES / "cut_in_header.jpg").read_bytes(), 422, "unreadable"),
    ],
    ids=["no picture", "6 MB", "60 MB", "damaged"],
)
@pytest.mark.parametrize("kind", ["image/jpeg", "application/octet-stream"])
def test_what_is_no_good_photo_is_refused_as_in_a_form(
    client: FlaskClient, kind: str, body: bytes, status: int, code: str
) -> None:
    answer = client.post("/analyze?wait=0", data=body, content_type=kind)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (status, code)


def test_a_photo_that_is_too_large_ends_the_reading(client: FlaskClient) -> None:
    stream = io.BytesIO(JPEG + bytes(40 * 2**20))
    length = len(stream.getvalue())
    answer = client.post("/analyze", input_stream=stream, content_type="image/jpeg", content_length=length)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert stream.tell() < 6 * 2**20


def _answers(service: Service, requests: list[bytes]) -> Iterator[bytes]:
    for request in requests:
        with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            yield b"".join(iter(lambda: connection.recv(65_536), b""))


def test_the_real_service_takes_a_photo_alone_and_refuses_the_rest_without_a_traceback(
    app: Flask, live_server: Service
) -> None:
    head = "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {}\r\n"
    head += "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(JPEG), JPEG)
    refused = [
        head.format(path, "application/json").encode() + b"2\r\n{}\r\n0\r\n\r\n"
        for path in posts(app, "0" * 32)
    ]
    taken, *others = _answers(
        live_server, [head.format("/analyze?wait=0", "image/jpeg").encode() + body, *refused]
    )
    [cut] = _answers(live_server, [head.format("/analyze", FORM_TYPE).encode() + b"5\r\nab"])
    assert cut.startswith(b"HTTP/1.1 400")
    assert taken.startswith(b"HTTP/1.1 202")
    assert json.loads(taken.partition(b"\r\n\r\n")[2])["jobs"]
    assert not [answer[:200] for answer in others if answer[9:10] not in (b"2", b"3", b"4")]
    assert "Traceback" not in live_server.log
