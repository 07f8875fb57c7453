"""Photos from a device that wants it so begin as private; the sender decides for each photo."""

from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app

SWITCH = 'name="private"'


@pytest.fixture
def asking(settings: dict[str, Any]) -> FlaskClient:
    """A client of a server whose photos may go to Gemini."""
    return create_app({**settings, "gemini_api_key": "AQ.test"}).test_client()


def _checked(page: str) -> bool:
    """Whether the page's only switch for privacy is on."""
    [after] = page.split(SWITCH)[1:]
    return "checked" in after.split(">")[0]


def test_a_device_can_begin_every_photo_as_private(asking: FlaskClient) -> None:
    assert not _checked(asking.get("/new").text)
    answer = asking.post("/settings/private", data={"private": "1"})
    assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/settings#private")
    assert _checked(asking.get("/new").text)
    assert _checked(asking.get("/settings").text)


def test_the_choice_can_be_taken_back(asking: FlaskClient) -> None:
    asking.post("/settings/private", data={"private": "1"})
    asking.post("/settings/private")
    assert not _checked(asking.get("/new").text)
    assert not _checked(asking.get("/settings").text)


def test_nothing_is_asked_where_photos_stay_on_the_server_in_any_case(client: FlaskClient) -> None:
    assert SWITCH not in client.get("/settings").text
