"""Hidden labels go out to Anki with pictures that the browser brings, and with no others."""

import io
import json
import zipfile

import pytest
from flask.testing import FlaskClient

from studylens.limits import MAX_PHOTOS
from studylens.web.door.wiring import Wiring
from tests.web.labels.test_pages import hide
from tests.web.world import PAGE, add_pack, become_guest, picture


@pytest.fixture
def pack_id(wiring: Wiring, client: FlaskClient) -> str:
    """A pack with two hidden labels; its picture is only in the browser."""
    found = add_pack(wiring, become_guest(wiring, client))
    hide(client, found, "l1", "l2", **{"word-l1": "Leaf", "word-l2": "Light"})
    return found


def media(data: bytes) -> dict[str, bytes]:
    """Return the pictures of a deck file by their names in it."""
    with zipfile.ZipFile(io.BytesIO(data)) as deck:
        return {name: deck.read(number) for number, name in json.loads(deck.read("media")).items()}


@pytest.mark.own_sql
def test_the_browser_s_picture_goes_along(client: FlaskClient, pack_id: str) -> None:
    jpeg = picture(kind="JPEG")
    fields = {"page-1": (io.BytesIO(jpeg), "page-1.jpg"), "page-7": (io.BytesIO(jpeg), "page-7.jpg")}
    with client.post(f"/packs/{pack_id}/cards.apkg", data=fields) as answer:
        assert answer.status_code == 200
        assert list(media(answer.data).values()) == [jpeg]
    with client.get(f"/packs/{pack_id}/cards.apkg") as answer:
        assert media(answer.data) == {}


def test_the_pages_say_which_labels_need_their_browser(client: FlaskClient, pack_id: str) -> None:
    assert "2 cards hide labels" in client.get("/export", headers=PAGE).text
    assert "labels/anki.js" in client.get(f"/packs/{pack_id}/more", headers=PAGE).text


def test_what_is_no_jpeg_is_refused(client: FlaskClient, pack_id: str) -> None:
    no_jpegs = {b"no picture": 415, picture(kind="PNG"): 415, b"": 400, b"\xff\xd8\xff": 422}
    for data, status in no_jpegs.items():
        fields = {"page-1": (io.BytesIO(data), "page-1.jpg")}
        assert client.post(f"/packs/{pack_id}/cards.apkg", data=fields).status_code == status


def test_more_pictures_than_a_request_may_carry_are_refused(client: FlaskClient, pack_id: str) -> None:
    pages = range(1, MAX_PHOTOS + 2)
    fields = {f"page-{n}": (io.BytesIO(picture(kind="JPEG")), "page.jpg") for n in pages}
    answer = client.post(f"/packs/{pack_id}/cards.apkg", data=fields)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "too_many_files")


def test_somebody_else_s_pack_is_not_found(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    stranger = client.application.test_client()
    become_guest(wiring, stranger)
    assert stranger.post(f"/packs/{pack_id}/cards.apkg", data={}).status_code == 404
