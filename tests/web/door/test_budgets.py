"""What the door counts: newcomers, imports and exports, each refused by name with a time to come back."""

import dataclasses
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from database_config import Database
from studylens import budget_limits
from studylens.errors import DatabaseDown
from studylens.models import Guest
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.web.world import become_guest


def allow(app: Flask, wiring: Wiring, **numbers: float) -> None:
    """Set what the whole instance may do."""
    app.extensions[EXTENSION] = dataclasses.replace(
        wiring, config=dataclasses.replace(wiring.config, **numbers)
    )


def guests(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(Guest.id))) or 0


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/devices/code", {}),
        ("/devices/tokens", {"name": "script"}),
        ("/calendar", {}),
        ("/analyze?wait=0", {"text": "A cell."}),
    ],
)
def test_cookie_less_posts_make_a_bounded_number_of_guests(
    app: Flask, wiring: Wiring, database: Database, address: str, form: dict[str, str]
) -> None:
    allow(app, wiring, new_guests_per_hour=3)
    answers = [app.test_client(use_cookies=False).post(address, data=form) for _ in range(5)]
    assert [answer.status_code < 400 for answer in answers] == [True, True, True, False, False]
    assert (answers[-1].status_code, answers[-1].get_json()["error"]["code"]) == (429, "quota")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= budget_limits.HOUR
    assert guests(database) == 3


def test_an_address_has_a_bound_of_its_own_and_a_network_of_ipv6_is_one(
    app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studylens.web.door.guests.NEW_GUESTS", budget_limits.Rate("guests", 0, 2))
    from_there = [f"2001:db8:1:2::{n}" for n in range(3)] + ["2001:db8:1:3::1", "10.0.0.1"]
    stranger = app.test_client(use_cookies=False)
    statuses = [
        stranger.post("/devices/code", environ_base={"REMOTE_ADDR": address}).status_code
        for address in from_there
    ]
    assert statuses == [200, 200, 429, 200, 200]
    assert guests(database) == 4


def test_who_is_known_is_not_counted_as_a_newcomer(app: Flask, wiring: Wiring, client: FlaskClient) -> None:
    become_guest(wiring, client)
    allow(app, wiring, new_guests_per_hour=1)
    assert client.post("/devices/code").status_code == 200


def test_ending_what_was_never_made_makes_no_guest(client: FlaskClient, database: Database) -> None:
    assert client.post("/calendar/end").status_code == 303
    assert guests(database) == 0


def test_imports_are_counted_for_a_guest(
    client: FlaskClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    become_guest(wiring, client)
    monkeypatch.setattr("studylens.web.exchange.imports.IMPORTS", budget_limits.Rate("imports", 1, 0))
    assert send_table(client) in {200, 202}
    assert send_table(client) == 429


def test_a_newcomer_is_not_counted_for_those_who_had_the_number_before(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studylens.web.exchange.imports.IMPORTS", budget_limits.Rate("imports", 1, 0))
    for _ in range(3):
        file = (io.BytesIO(b"SQLite format 3, which is no deck"), "cards.anki2")
        refused = app.test_client().post("/import", data={"file": file})
        assert refused.get_json()["error"]["code"] == "bad_file"


def test_exports_are_counted_for_a_guest_and_made_when_they_cannot_be(
    client: FlaskClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    become_guest(wiring, client)
    once = budget_limits.Rate("exports", 1, 0)
    monkeypatch.setattr("studylens.web.exchange.export.EXPORTS", once)
    assert export(client) == 200
    answer = client.get("/export/account.json", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (429, "quota")

    def fail(*_: object) -> None:
        raise DatabaseDown

    monkeypatch.setattr("studylens.study.budgets.rates.spend", fail)
    assert export(client) == 200
    assert send_table(client) == 503


def export(client: FlaskClient) -> int:
    with client.get("/export/account.json") as answer:
        return answer.status_code


def send_table(client: FlaskClient) -> int:
    file = (io.BytesIO(b"front,back\nA cell,The unit of life\n"), "cards.csv")
    return client.post("/import", data={"file": file}).status_code
