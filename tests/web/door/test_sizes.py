"""How large a body may be, route by route; and that nobody waits for a body with a connection in hand."""

import io
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import Rule

from studylens.limits import MAX_PHOTOS
from studylens.teaching_limits import MAX_FILE_BYTES
from studylens.web.door.sizes import FIELDS_BYTES, SMALL_BYTES
from studylens.web.door.wiring import Wiring
from studylens.web.exchange.imports import MAX_IMPORT_BYTES
from tests.service import multipart
from tests.web.door.test_checks import _value
from tests.web.door.test_content_types import chunked
from tests.web.world import add_pack, become_guest

SAFE = {"GET", "HEAD", "OPTIONS"}
FORM = "application/x-www-form-urlencoded"
PHOTO_BYTES = 5 * 2**20
LARGER = {
    "capture.analyze": MAX_PHOTOS * PHOTO_BYTES + SMALL_BYTES,
    "installed.share": MAX_PHOTOS * PHOTO_BYTES + SMALL_BYTES,
    "exchange.export_pack_with_pictures": MAX_PHOTOS * PHOTO_BYTES + SMALL_BYTES,
    "imports.take_in": MAX_IMPORT_BYTES + SMALL_BYTES,
    "keep.restore": MAX_IMPORT_BYTES + SMALL_BYTES,
    "set_files.take_in": MAX_FILE_BYTES + SMALL_BYTES,
    **dict.fromkeys(("colors.add_photos", "set_photos.add", "identify.ask"), 10 * PHOTO_BYTES + SMALL_BYTES),
    **dict.fromkeys(
        ("cutout_api.remove", "cutouts.begin", "second_reading.begin", "sheet_templates.keep"),
        PHOTO_BYTES + FIELDS_BYTES,
    ),
    **dict.fromkeys(
        ("editing.save_heading", "editing.save", "editing.add", "review.edit", "review_pack.accept",
         "quizzes.start_mixed", "explaining.compare", "questions.ask", "labels.keep", "sync.take_answers",
         "api_cards.add_card", "api_cards.change_card", "api_cards.search_cards", "api_pictures.put_picture"),
        FIELDS_BYTES,
    ),
}  # fmt: skip
"""Every route that takes more than 64 kB; another one needs a row here, and a reason."""


def posts(app: Flask) -> dict[str, Rule]:
    """Return every rule that changes something, by its endpoint."""
    return {rule.endpoint: rule for rule in app.url_map.iter_rules() if (rule.methods or set()) - SAFE}


def method_of(rule: Rule) -> str:
    return min((rule.methods or set()) - SAFE, key=lambda method: method != "POST")


def address(rule: Rule, pack_id: str = "0" * 32) -> str:
    built = rule.build({name: _value(rule, name) for name in rule.arguments})
    assert built is not None
    return built[1].replace("0" * 32, pack_id)


class Unread(io.RawIOBase):
    """A body of which nothing may be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise AssertionError("The body was read before its size was looked at")


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=b", "application/json", "image/jpeg"])
def test_no_route_reads_a_body_that_announces_more_than_it_takes(
    app: Flask, client: FlaskClient, kind: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = True
    found = posts(app)
    assert len(found) >= 80
    assert set(LARGER) <= set(found)
    for endpoint, rule in found.items():
        most = LARGER.get(endpoint, SMALL_BYTES)
        sent = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(most + 1), "CONTENT_TYPE": kind}
        answer = client.open(address(rule), method=method_of(rule), environ_overrides=sent)
        assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE, endpoint
        told = answer.get_json()
        assert told.get("error", told)["code"] == "too_large"


def test_every_route_takes_as_much_as_it_says(app: Flask) -> None:
    for endpoint, rule in posts(app).items():
        with app.test_request_context(
            address(rule), method=method_of(rule), environ_overrides={"CONTENT_LENGTH": "1"}
        ):
            app.preprocess_request()
            assert request.max_content_length == LARGER.get(endpoint, SMALL_BYTES), endpoint


@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=b"])
def test_a_body_in_chunks_ends_where_it_is_more(client: FlaskClient, kind: str) -> None:
    head = b"" if kind == FORM else b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n'
    answer = client.post("/settings", content_type=kind, environ_overrides=chunked(head + bytes(300_000)))
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "64 kB" in answer.get_json()["error"]["message"]


def test_files_are_no_way_around_the_size_of_a_form(client: FlaskClient) -> None:
    body, kind = multipart([bytes(100_000)], {})
    answer = client.post("/settings", data=body, content_type=kind)
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    ("path", "sentence"), [("/import", "A file may have 50 MB"), ("/sets/import", "file may have 80 MB")]
)
def test_a_file_that_is_too_large_hears_how_large_it_may_be(
    client: FlaskClient, path: str, sentence: str
) -> None:
    sent = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(100 * 2**20)}
    answer = client.open(path, method="POST", environ_overrides=sent)
    assert sentence in answer.get_json()["error"]["message"]


def test_nobody_waits_for_a_body_with_a_connection_in_hand(
    app: Flask, wiring: Wiring, client: FlaskClient
) -> None:
    pack_id = add_pack(wiring, become_guest(wiring, client))
    held: set[str | None] = set()
    open_now = 0

    def opened(*_told: object) -> None:
        nonlocal open_now
        open_now += 1

    def closed(*_told: object) -> None:
        nonlocal open_now
        open_now -= 1

    class Watching(io.BytesIO):
        def readinto(self, buffer: Any) -> int:
            if open_now:
                held.add(request.endpoint)
            return super().readinto(buffer)

    event.listen(wiring.database.engine, "checkout", opened)
    event.listen(wiring.database.engine, "checkin", closed)
    read = 0
    client.post("/colors", json={"name": "Red"})
    last = ("packs.delete", "library.erase", "sets.delete", "sets.delete_class", "editing.delete")
    for rule in sorted(posts(app).values(), key=lambda rule: rule.endpoint in last):
        stream = Watching(b"a=b&name=x")
        sent = {"wsgi.input": stream, "CONTENT_LENGTH": "10", "CONTENT_TYPE": FORM}
        client.open(address(rule, pack_id), method=method_of(rule), environ_overrides=sent)
        read += stream.tell() > 0
    assert read > 30
    assert held == set()
