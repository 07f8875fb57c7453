"""The operator's page opens by key, and to nobody else; it tells numbers and no student's words."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from studylens.web.door.operator import end_keys, make_key
from studylens.web.door.wiring import Wiring
from tests.jobs.test_runner import guest
from tests.web.world import PAGE, add_pack

STRANGER = {"REMOTE_ADDR": "203.0.113.7"}
TOKEN = "a key of the environment, at random".replace(" ", "-")


def get(client: FlaskClient, **headers: str) -> Any:
    return client.get("/operator", headers=headers, environ_base=STRANGER)


def test_a_stranger_is_asked_for_the_key_and_a_program_finds_nothing(client: FlaskClient) -> None:
    assert get(client, **PAGE).status_code == 403
    assert get(client).status_code == 404
    wrong = client.post("/operator", data={"key": "guessed"}, headers=PAGE, environ_base=STRANGER)
    assert (wrong.status_code, "opens nothing here" in wrong.text) == (403, True)


@pytest.mark.own_sql
def test_a_key_that_was_made_opens_until_it_is_taken_back(client: FlaskClient, wiring: Wiring) -> None:
    add_pack(wiring, guest(wiring))
    with wiring.database.writing() as session:
        key = make_key(session, "Ada")
    opened = client.post("/operator", data={"key": key}, headers=PAGE, environ_base=STRANGER)
    assert opened.status_code == 303
    page = get(client, **PAGE)
    assert page.status_code == 200
    assert "What runs here" in page.text
    assert "Photosynthesis" not in page.text
    with wiring.database.writing() as session:
        assert end_keys(session, "Ada") == 1
    assert get(client, **PAGE).status_code == 403


@pytest.mark.own_sql
@pytest.mark.parametrize(("shown", "status"), [(TOKEN, 200), (f"{TOKEN}x", 404), ("", 404)])
def test_a_program_shows_operator_token(
    settings: dict[str, Any], app: Flask, shown: str, status: int
) -> None:
    client = create_app({**settings, "operator_token": TOKEN}).test_client()
    answer = get(client, Authorization=f"Bearer {shown}")
    assert answer.status_code == status
    if status == 200:
        assert {"jobs", "budgets", "facts", "spending", "rules"} <= set(answer.json)


@pytest.mark.own_sql
def test_an_admin_s_key_is_made_at_the_command_line(app: Flask, client: FlaskClient) -> None:
    made = app.test_cli_runner().invoke(args=["admin", "Ada"])
    key = made.output.strip()
    assert get(client, Authorization=f"Bearer {key}").status_code == 200
    app.test_cli_runner().invoke(args=["admin", "Ada", "--end"])
    assert get(client, Authorization=f"Bearer {key}").status_code == 404
