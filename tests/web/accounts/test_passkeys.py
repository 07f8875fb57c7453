"""Passkeys over the wire, with an authenticator in software; the check runs in this process."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from studylens.accounts.people import NewPasskey
from studylens.errors import WrongPasskey
from studylens.models import GuestDevice, Passkey
from studylens.passkeys.checking import answer
from studylens.web.accounts import passkeys
from studylens.web.door.wiring import Wiring
from tests.accounts.authenticator import Authenticator
from tests.web.accounts.world import guest_of, send, sign_in, sign_up, signed_in_as
from tests.web.world import PAGE, become_guest, read_page

pytestmark = pytest.mark.own_sql
SITE = "http://localhost"
WRONG = HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.fixture(autouse=True)
def checked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process itself has its tests in tests/accounts; here each would cost a third of a second."""

    def check(question: Mapping[str, Any]) -> NewPasskey:
        found = answer(dict(question))
        if "refused" in found:
            raise WrongPasskey
        return NewPasskey(**found)

    monkeypatch.setattr(passkeys, "passkey_check", lambda: check)


@pytest.fixture
def phone() -> Authenticator:
    return Authenticator(SITE, "localhost")


def _ask(client: FlaskClient, path: str, **fields: str) -> tuple[int, Any]:
    found = client.post(path, data=fields)
    return found.status_code, found.get_json()


def _make(client: FlaskClient, phone: Authenticator, **fields: str) -> tuple[int, Any]:
    status, asked = _ask(client, "/account/passkeys/options", **fields)
    if status != HTTPStatus.OK:
        return status, asked
    credential = json.dumps(phone.create(asked["publicKey"]["challenge"]))
    return _ask(client, "/account/passkeys", ticket=asked["ticket"], credential=credential, **fields)


def _use(client: FlaskClient, phone: Authenticator) -> tuple[int, dict[str, str]]:
    """Sign in; return the status and what was sent."""
    asked = _ask(client, "/sign-in/passkey/options")[1]
    sent = {"ticket": asked["ticket"], "credential": json.dumps(phone.get(asked["publicKey"]["challenge"]))}
    return _ask(client, "/sign-in/passkey", **sent)[0], sent


def test_a_guest_becomes_an_account_by_a_passkey_alone(
    app: Flask, wiring: Wiring, phone: Authenticator
) -> None:
    client, other = app.test_client(), app.test_client()
    guest = become_guest(wiring, client)
    assert _make(client, phone, name="anna") == (HTTPStatus.OK, {"next": "/account/codes"})
    assert (guest_of(wiring), signed_in_as(client)) == (guest, "anna")
    assert _use(other, phone)[0] == HTTPStatus.OK
    assert signed_in_as(other) == "anna"
    assert sign_in(app.test_client(), password="") == WRONG
    read_page(other.get("/account/passkeys", headers=PAGE))


def test_the_browser_is_asked_for_what_the_standard_wants(client: FlaskClient, phone: Authenticator) -> None:
    sign_up(client)
    assert _make(client, phone)[0] == HTTPStatus.OK
    asked = _ask(client, "/account/passkeys/options")[1]["publicKey"]
    assert asked["rp"] == {"id": "localhost", "name": "Studylens"}
    assert asked["user"]["name"] == "anna"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert [one["id"] for one in asked["excludeCredentials"]] == [phone.create("x")["id"]]


def test_an_answer_counts_once_and_only_as_it_was_asked_for(app: Flask, phone: Authenticator) -> None:
    client = app.test_client()
    sign_up(client)
    _make(client, phone)
    status, sent = _use(app.test_client(), phone)
    assert status == HTTPStatus.OK
    assert _ask(app.test_client(), "/sign-in/passkey", **sent)[0] == WRONG
    fresh = _ask(client, "/sign-in/passkey/options")[1]
    credential = json.dumps(phone.get(fresh["publicKey"]["challenge"]))
    for changes in (
        {"ticket": fresh["ticket"][:-2]},
        {"ticket": sent["ticket"]},
        {"credential": "{" * 9_000},
        {"credential": "[" * 20_000},
        {"credential": "1" * 40_000},
        {"credential": "[1]"},
        {"credential": json.dumps({**json.loads(credential), "id": "AAAA"})},
        {"credential": json.dumps(Authenticator(SITE, "localhost").get(fresh["publicKey"]["challenge"]))},
    ):
        sent = {"ticket": fresh["ticket"], "credential": credential, **changes}
        assert _ask(app.test_client(), "/sign-in/passkey", **sent)[0] == WRONG, changes
    made = _ask(app.test_client(), "/account/passkeys", ticket=fresh["ticket"], credential=credential)
    assert made[0] == WRONG


def test_a_passkey_is_for_the_account_that_asked(app: Flask, phone: Authenticator) -> None:
    owner, other = app.test_client(), app.test_client()
    sign_up(owner)
    sign_up(other, "other")
    asked = _ask(owner, "/account/passkeys/options")[1]
    credential = json.dumps(phone.create(asked["publicKey"]["challenge"]))
    assert _ask(other, "/account/passkeys", ticket=asked["ticket"], credential=credential)[0] == WRONG
    assert _make(owner, phone)[0] == HTTPStatus.OK
    assert _make(other, phone)[0] == WRONG


def test_the_only_way_in_is_not_taken_back_and_others_need_a_proof(
    app: Flask, wiring: Wiring, phone: Authenticator
) -> None:
    client = app.test_client()
    _make(client, phone, name="anna")
    with wiring.database.reading() as session:
        id_hash = session.query(Passkey).one().id_hash
    answered = send(client, "/account/passkeys/delete", passkey=id_hash)
    assert answered.status_code == HTTPStatus.CONFLICT
    assert send(client, "/account/passkeys/delete", passkey="0").status_code == HTTPStatus.NOT_FOUND
    send(client, "/account/password", password="leaf stone river")
    with wiring.database.writing() as session:
        session.execute(update(GuestDevice).values(proved_at=None))
    assert send(client, "/account/passkeys/delete", passkey=id_hash).status_code == HTTPStatus.FORBIDDEN
    send(client, "/account/passkeys/confirm", password="leaf stone river")
    assert send(client, "/account/passkeys/delete", passkey=id_hash).status_code == HTTPStatus.SEE_OTHER
    assert _use(app.test_client(), phone)[0] == WRONG


def test_a_counter_has_32_bits(app: Flask, phone: Authenticator) -> None:
    phone.count = 2**32 - 2
    assert _make(app.test_client(), phone, name="anna")[0] == HTTPStatus.OK
    assert _use(app.test_client(), phone)[0] == HTTPStatus.OK


def test_open_questions_do_not_add_up_to_more_passkeys_than_there_may_be(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passkeys, "MOST_PASSKEYS", 1)
    sign_up(client)
    asked = [_ask(client, "/account/passkeys/options")[1] for _ in range(2)]
    answers = []
    for one in asked:
        credential = json.dumps(Authenticator(SITE, "localhost").create(one["publicKey"]["challenge"]))
        answers.append(_ask(client, "/account/passkeys", ticket=one["ticket"], credential=credential)[0])
    assert answers == [HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS]


def test_an_address_of_numbers_has_no_passkeys(client: FlaskClient) -> None:
    asked = client.post("/sign-in/passkey/options", base_url="http://127.0.0.1:10000")
    assert asked.status_code == WRONG
    assert "numbers" in asked.get_json()["error"]["message"]
