"""The door: other sites, sizes, errors, headers, and the check of the tables."""

import dataclasses
import gc
import io
import logging
import resource
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from database_config import Database
from studylens.errors import DatabaseDown
from studylens.machine import disk
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.service import multipart
from tests.web.world import PAGE, become_guest, photo, read_page

TEXT = {"text": "Osmosis: water passes a membrane."}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 202),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({"Sec-Fetch-Site": "none"}, 202),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 202),
        ({"Origin": "https://localhost"}, 202),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://[broken"}, 403),
    ],
)
def test_only_our_own_pages_and_plain_clients_may_post(
    client: FlaskClient, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/analyze?wait=0", data=TEXT, headers=headers)
    assert answer.status_code == status
    if status == HTTPStatus.FORBIDDEN:
        assert answer.get_json()["error"]["code"] == "cross_site"


def _value(rule: Rule, name: str) -> object:
    """Return something that stands in an address of this rule."""
    kind = rule._converters[name]
    if isinstance(kind, AnyConverter):
        return min(kind.items)
    return 1 if isinstance(kind, IntegerConverter) else "0" * 32


def test_every_unsafe_address_refuses_other_sites(app: Flask, client: FlaskClient) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert len(rules) >= 40
    for rule in rules:
        path = rule.build({name: _value(rule, name) for name in rule.arguments})
        assert path is not None
        answer = client.post(path[1], headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.own_sql
def test_the_refused_leave_no_row(wiring: Wiring, client: FlaskClient) -> None:
    client.post("/analyze", data=TEXT, headers={"Origin": "https://evil.example"})
    client.post("/analyze", data={"image": photo("bad.jpg", b"not a picture")})
    with wiring.database.reading() as session:
        assert session.connection().exec_driver_sql("select count(*) from guests").scalar() == 0


def test_a_body_over_the_limit_is_413(client: FlaskClient) -> None:
    body, kind = multipart([bytes(51 * 1024 * 1024)], {})
    answer = client.post("/analyze", data=body, content_type=kind)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert answer.get_json()["error"]["code"] == "too_large"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Of a file cut off.
def test_a_chunked_body_over_the_limit_is_413(client: FlaskClient) -> None:
    envelope = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
    answer = client.post(
        "/analyze",
        input_stream=io.BytesIO(envelope + bytes(51 * 1024 * 1024)),
        content_type="multipart/form-data; boundary=b",
        environ_overrides={"wsgi.input_terminated": True},
        headers={"Transfer-Encoding": "chunked"},
    )
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    gc.collect()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/nothing", 404, "not_found"),
        ("/analyze", 405, "method_not_allowed"),
        ("/jobs/" + "0" * 32, 404, "not_found"),
        ("/jobs/%00", 404, "not_found"),
        ("/jobs/' or 1=1", 404, "not_found"),
        ("/batches/%ED%A0%80", 404, "not_found"),
        ("/packs/" + "0" * 5000, 404, "not_found"),
        ("/static/../app.py", 404, "not_found"),
    ],
)
def test_errors_are_json_or_a_page_as_asked(client: FlaskClient, path: str, status: int, code: str) -> None:
    plain = client.get(path)
    assert (plain.status_code, plain.get_json()["error"]["code"]) == (status, code)
    page = client.get(path, headers=PAGE)
    assert page.status_code == status
    assert plain.get_json()["error"]["message"] in read_page(page)


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    for headers in ({}, PAGE):
        answer = client.get("/analyze", headers=headers)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")


def test_an_unexpected_error_shows_no_detail(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("secret detail")

    with caplog.at_level(logging.ERROR, "studylens.web"):
        answer = client.get("/broken")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "secret" not in answer.get_data(as_text=True)
    assert "secret detail" in caplog.text


def test_a_full_disk_is_507_and_keeps_nothing(wiring: Wiring, client: FlaskClient) -> None:
    noise = Image.effect_noise((640, 640), 90)  # Under 500 kB: nothing spools it.
    stream = io.BytesIO()
    noise.save(stream, "PNG")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(stream.getvalue()) - 1, hard))
    try:
        answer = client.post("/analyze", data={"image": photo("noise.png", stream.getvalue())})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (507, "disk_full")
    assert int(answer.headers["Retry-After"]) > 0
    assert {path.name for path in wiring.folder.root.iterdir()} <= {"folder_id"}


def test_an_upload_that_would_use_the_reserve_is_refused_before_its_body_is_read(
    app: Flask, wiring: Wiring, client: FlaskClient
) -> None:
    class Unread(io.BytesIO):
        def read(self, *_size: Any) -> bytes:
            raise AssertionError("the body was read")

    reserve(app, wiring, disk.free_bytes(wiring.folder.root) / 2**20 + 100)
    for more in ({"CONTENT_LENGTH": str(2**20)}, {"HTTP_TRANSFER_ENCODING": "chunked"}):
        answer = client.post("/import", input_stream=Unread(), environ_overrides=more)
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (507, "disk_full")
    assert client.post("/analyze?wait=0", data={"text": "The cell is the unit of life."}).status_code < 400


def test_what_grows_while_it_arrives_stops_at_the_reserve(
    app: Flask, wiring: Wiring, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve bodies may pass the first look together: each block is looked at again."""
    reserve(app, wiring, 1)
    free = iter([2**40, 2**40])
    monkeypatch.setattr(disk, "free_bytes", lambda _folder: next(free, 2**19))
    answer = client.post("/import", data={"file": (io.BytesIO(bytes(300_000)), "a.apkg")})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (507, "disk_full")


def reserve(app: Flask, wiring: Wiring, megabytes: float) -> None:
    config = dataclasses.replace(wiring.config, disk_reserve_mb=megabytes)
    app.extensions[EXTENSION] = dataclasses.replace(wiring, config=config)


def test_pages_are_private_and_load_nothing_from_elsewhere(client: FlaskClient) -> None:
    answer = client.get("/", headers=PAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_no_inline_script_or_style(client: FlaskClient) -> None:
    page = read_page(client.get("/", headers=PAGE))
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
    assert " onclick" not in page


@pytest.mark.own_sql
def test_a_dropped_column_is_back_before_the_view_runs(
    wiring: Wiring, database: Database, client: FlaskClient
) -> None:
    become_guest(wiring, client)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("alter table packs drop column notes")
    assert client.get("/packs", headers=PAGE).status_code == HTTPStatus.OK


def test_without_the_database_pages_are_503_and_the_first_page_works(
    database: Database, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> None:
        raise DatabaseDown

    monkeypatch.setattr(database, "ensure_compatible", down)
    assert client.get("/", headers=PAGE).status_code == HTTPStatus.OK
    answer = client.get("/packs", headers=PAGE)
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Retry-After" in answer.headers
    read_page(answer)
