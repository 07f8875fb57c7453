"""Reminders begin and end on a page; without the operator's key there is none."""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from studylens.errors import Busy
from studylens.jobs.reminders.rounds import remind, sentence
from studylens.models import CardSchedule, Pack, PushSubscription, now
from studylens.push import vapid
from studylens.push.asking import public_key
from studylens.study.reviews import cards as schedule
from studylens.web.door.wiring import Wiring
from studylens.web.reminders import pages
from tests.push.service import Browser
from tests.web.world import PAGE, add_pack, become_guest, read_page

ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/secret"
BROWSER = Browser()
FORM = {"endpoint": ENDPOINT, **BROWSER.keys, "hour": "7"}
VAPID = {"vapid_private_key": vapid.new_key(), "vapid_subject": "mailto:a@b.org"}


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, **VAPID}


@pytest.fixture(autouse=True)
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The public key is worked out here; tests/push starts the process."""
    monkeypatch.setattr(pages, "public_key", vapid.public_of)


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


def endpoints(wiring: Wiring) -> list[str]:
    with wiring.database.reading() as session:
        return list(session.scalars(select(PushSubscription.endpoint)))


@pytest.mark.usefixtures("guest_id")
def test_a_device_is_reminded_listed_and_ended(wiring: Wiring, client: FlaskClient) -> None:
    assert client.post("/reminders", data=FORM).status_code == HTTPStatus.SEE_OTHER
    page = read_page(client.get("/reminders", headers=PAGE))
    assert "Every day at 07:00" in page
    assert "By Mozilla" in page
    assert ENDPOINT not in page
    with wiring.database.reading() as session:
        known = session.scalars(select(PushSubscription.endpoint_hash)).one()
    other = client.application.test_client()
    become_guest(wiring, other)
    assert other.post("/reminders/end", data={"device": known}).status_code == HTTPStatus.NOT_FOUND
    assert endpoints(wiring) == [ENDPOINT]
    assert client.post("/reminders/end", data={"device": known}).status_code == HTTPStatus.SEE_OTHER
    assert endpoints(wiring) == []


@pytest.mark.usefixtures("guest_id")
@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://169.254.169.254/latest"},
        {"endpoint": "https://evil.example/x"},
        {"endpoint": ""},
        {"p256dh": "x"},
        {"auth": ""},
        {"hour": "24"},
        {"hour": "soon"},
    ],
)
def test_a_strange_address_key_or_hour_is_refused_and_nothing_kept(
    wiring: Wiring, client: FlaskClient, wrong: dict[str, str]
) -> None:
    answer = client.post("/reminders", data={**FORM, **wrong}, headers=PAGE)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert endpoints(wiring) == []


def test_settings_lead_there_and_a_newcomer_is_shown_the_first_step(client: FlaskClient) -> None:
    assert 'href="/reminders"' in client.get("/settings", headers=PAGE).text
    page = read_page(client.get("/reminders", headers=PAGE))
    assert "Begin with a page" in page


def test_who_is_reminded_gets_a_sealed_sentence_and_a_process_that_fails_is_asked_again(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    client.post("/reminders", data=FORM, headers={"Accept-Language": "de"})
    at = now()
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        schedule.accept(session, pack, pack.cards[:2], at)
        session.flush()
        session.execute(update(CardSchedule).values(state=2, stability=3.0, difficulty=5.0))
        session.execute(update(PushSubscription).values(next_at=at, hour=at.hour))
    asked: list[Any] = []

    def busy(_question: Any) -> dict[str, Any]:
        raise Busy

    def send(question: Any) -> dict[str, Any]:
        asked.append(question)
        return {"outcomes": [{"id": one["id"], "outcome": "gone", "wait": 0, "status": 410}
                             for one in question["messages"]]}  # fmt: skip

    assert remind(wiring.database, wiring.config, at, busy) == 1
    later = at + timedelta(minutes=1)
    assert remind(wiring.database, wiring.config, later, send) == 1
    [message] = asked[0]["messages"]
    assert json.loads(message["text"]) == {"body": sentence(2, "de"), "lang": "de"}
    assert (message["endpoint"], message["p256dh"]) == (ENDPOINT, BROWSER.keys["p256dh"])
    assert endpoints(wiring) == []
    assert remind(wiring.database, wiring.config, later, send) == 0


def test_a_sentence_counts_as_its_language_does_and_unknown_ones_are_english() -> None:
    assert [sentence(n, "xx") for n in (1, 12)] == ["1 card is due", "12 cards are due"]


@pytest.mark.process
def test_the_command_prints_a_key_that_the_start_takes(app: Flask) -> None:
    result: Result = app.test_cli_runner().invoke(args=["push-key"])
    key = result.output.splitlines()[0].removeprefix("VAPID_PRIVATE_KEY=")
    assert public_key(key) in result.output


class TestWithoutAKey:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in settings.items() if name not in VAPID}

    def test_nothing_is_said_of_it_and_nothing_taken(self, wiring: Wiring, client: FlaskClient) -> None:
        assert "reminders" not in client.get("/settings", headers=PAGE).text
        assert client.get("/reminders").status_code == HTTPStatus.NOT_FOUND
        assert client.post("/reminders", data=FORM).status_code == HTTPStatus.NOT_FOUND
        assert endpoints(wiring) == []
