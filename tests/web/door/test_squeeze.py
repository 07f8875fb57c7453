"""What goes out is small for whoever can undo it, and the same for all."""

import gzip
from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from studylens.web.door.assets import asset_url
from studylens.web.door.squeeze import LEAST_BYTES
from tests.service import HOME

GZIP = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate, br"}
PLAIN = {"Accept": "text/html"}
KB = 1024


@pytest.fixture
def get(client: FlaskClient) -> Callable[..., TestResponse]:
    return lambda path, **headers: client.get(path, headers={**PLAIN, **headers})


def _address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return asset_url(name) or ""


@pytest.mark.parametrize("path", ["/", "/new", "/packs", "/settings"])
def test_a_page_is_squeezed_and_says_the_same(client: FlaskClient, path: str) -> None:
    small, whole = (client.get(path, headers=headers) for headers in (GZIP, PLAIN))
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Content-Encoding" not in whole.headers
    assert gzip.decompress(small.data) == whole.data
    assert int(small.headers["Content-Length"]) == len(small.data) < len(whole.data) / 2


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0", "gzip;q=0, *"])
def test_who_does_not_take_gzip_gets_the_page_as_it_is(client: FlaskClient, accepted: str) -> None:
    answer = client.get("/", headers={**PLAIN, "Accept-Encoding": accepted})
    assert "Content-Encoding" not in answer.headers
    assert answer.text.startswith("<!doctype html>")


def test_what_is_short_or_no_text_goes_as_it_is(client: FlaskClient, app: Flask) -> None:
    health = client.get("/health", headers=GZIP)
    assert len(health.data) < LEAST_BYTES
    assert "Content-Encoding" not in health.headers
    with client.get(_address(app, "sample-photo.jpg"), headers=GZIP) as photo:
        assert "Content-Encoding" not in photo.headers


@pytest.mark.parametrize("name", ["parts.css", "icon.svg", "upload/photos.js"])
def test_a_file_is_squeezed_kept_and_known_again(app: Flask, client: FlaskClient, name: str) -> None:
    path = _address(app, name)
    with client.get(path, headers=GZIP) as small, client.get(path) as whole:
        assert small.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.data) == whole.data
        assert small.headers["ETag"] != whole.headers["ETag"]
        assert "immutable" in small.headers["Cache-Control"]
        assert "Accept-Encoding" in small.headers["Vary"]
        again = client.get(path, headers={**GZIP, "If-None-Match": small.headers["ETag"]})
    assert (again.status_code, again.data) == (HTTPStatus.NOT_MODIFIED, b"")


def _sent(client: FlaskClient, path: str) -> int:
    with client.get(path, headers=GZIP) as answer:
        assert answer.status_code == HTTPStatus.OK, path
        return len(answer.data)


def test_all_styles_together_are_light(app: Flask, client: FlaskClient) -> None:
    names = [path.relative_to(HOME / "static").as_posix() for path in (HOME / "static").rglob("*.css")]
    frame = sum(_sent(client, _address(app, name)) for name in ("tokens.css", "parts.css"))
    most = max(_sent(client, _address(app, name)) for name in names if "/" in name)
    assert frame + 4 * most < 25 * KB
