"""Devices: a one-time code lets another one in, guesses are bounded, and nothing is lost on the way."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from studylens.accounts.tries import FREE_FOR_ADDRESS
from studylens.models import DeviceCode, Guest, GuestDevice, Pack, ReviewLog, now
from studylens.models.base import Base
from studylens.study.exchange.moving import steps
from studylens.study.packs import search
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.web.world import PAGE, add_pack, become_guest, read_page

pytestmark = pytest.mark.own_sql


def _code(client: FlaskClient) -> str:
    page = read_page(client.post("/devices/code", headers=PAGE))
    return page.partition('class="digits">')[2].partition("<")[0]


def _join(client: FlaskClient, code: str, name: str = "") -> int:
    return client.post("/devices/join", data={"code": code, "name": name}, headers=PAGE).status_code


def _packs(client: FlaskClient) -> str:
    return client.get("/packs", headers=PAGE).get_data(as_text=True)


def test_a_new_device_sees_the_same_packs(app: Flask, wiring: Wiring) -> None:
    old, new = app.test_client(), app.test_client()
    add_pack(wiring, become_guest(wiring, old))
    assert _join(new, _code(old), "My phone") == HTTPStatus.SEE_OTHER
    assert "Photosynthesis" in _packs(new)
    page = read_page(old.get("/devices", headers=PAGE))
    assert "My phone" in page
    assert 'The device that you began on</b></span><span class="pill known">this one' in page


def test_a_code_may_be_typed_carelessly(app: Flask, wiring: Wiring) -> None:
    old = app.test_client()
    become_guest(wiring, old)
    for typed in (str.lower, lambda code: f" {code.replace('-', ' ')} ", lambda code: code.replace("1", "l")):
        assert _join(app.test_client(), typed(_code(old))) == HTTPStatus.SEE_OTHER


def test_a_code_works_once_and_for_ten_minutes(app: Flask, wiring: Wiring) -> None:
    old = app.test_client()
    become_guest(wiring, old)
    code = _code(old)
    assert _join(app.test_client(), code) == HTTPStatus.SEE_OTHER
    assert _join(app.test_client(), code) == HTTPStatus.UNPROCESSABLE_ENTITY
    late = _code(old)
    with wiring.database.writing() as session:
        session.execute(update(DeviceCode).values(expires_at=now() - timedelta(seconds=1)))
    assert _join(app.test_client(), late) == HTTPStatus.UNPROCESSABLE_ENTITY


def test_only_hashes_of_codes_and_tokens_are_stored(app: Flask, wiring: Wiring) -> None:
    old, new = app.test_client(), app.test_client()
    become_guest(wiring, old)
    code = _code(old)
    with wiring.database.reading() as session:
        assert code.replace("-", "") not in session.scalars(select(DeviceCode.code_hash)).one()
    _join(new, code)
    cookie = new.get_cookie(GUEST_COOKIE)
    assert cookie is not None
    with wiring.database.reading() as session:
        assert session.scalars(select(GuestDevice.token_hash)).one() != cookie.value


def test_wrong_codes_are_said_kindly_and_must_wait_after_forty(app: Flask, wiring: Wiring) -> None:
    old, guesser = app.test_client(), app.test_client()
    become_guest(wiring, old)
    answer = guesser.post("/devices/join", data={"code": "00000-00000"}, headers=PAGE)
    assert "This code is not right" in read_page(answer)
    for _ in range(FREE_FOR_ADDRESS - 1):
        _join(guesser, "' or 1=1 --")
    assert _join(guesser, _code(old)) == HTTPStatus.TOO_MANY_REQUESTS
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Guest)) == 1


@pytest.mark.parametrize("code", ["", "\x00", "\ud800", "ü" * 10, "0" * 5_000])
def test_a_strange_code_is_only_wrong(client: FlaskClient, code: str) -> None:
    data = {"code": code.encode("utf-8", "surrogatepass")}
    assert client.post("/devices/join", data=data).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_what_a_device_had_is_said_before_and_comes_along(app: Flask, wiring: Wiring) -> None:
    old, new = app.test_client(), app.test_client()
    old_id, new_id = become_guest(wiring, old), become_guest(wiring, new)
    world.add_history(wiring, old_id)
    pack_id = world.add_history(wiring, new_id)
    answers = world.numbers(wiring, old_id)["review_log"] + world.numbers(wiring, new_id)["review_log"]
    assert "1 pack and 12 answers of its own" in read_page(new.get("/devices", headers=PAGE))
    assert _join(new, _code(old)) == HTTPStatus.SEE_OTHER
    found = world.numbers(wiring, old_id)
    assert (found["packs"], found["review_log"], found["card_schedules"]) == (2, answers, 4)
    assert sum(row[2] for row in found["review_days"]) == 18
    for client in (old, new):
        assert client.get(f"/packs/{pack_id}/pack.md").status_code == HTTPStatus.OK
    with wiring.database.reading() as session:
        assert search.find(session, old_id, "photosynthesis", limit=5).total == 2
        left = {
            table.name
            for table in Base.metadata.sorted_tables
            if "guest_id" in table.columns
            and session.execute(select(table).where(table.c.guest_id == new_id)).first()
        }
        assert (left, session.get(Guest, new_id)) == (set(), None)


def test_what_is_still_on_its_way_is_said_and_not_called_unknown(app: Flask, wiring: Wiring) -> None:
    old, new = app.test_client(), app.test_client()
    old_id, new_id = become_guest(wiring, old), become_guest(wiring, new)
    pack_id = world.add_history(wiring, new_id)
    with wiring.database.writing() as session:
        steps.begin(session, new_id, old_id)
    for client in (old, new):
        assert "still moving in: 1 pack and 12 answers." in read_page(client.get("/devices", headers=PAGE))
        for path in (f"/packs/{pack_id}", "/export/account.json"):
            answer = client.get(path)
            assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
            assert (answer.json or {})["error"]["code"] == "moving"
    steps.finish_soon(wiring.database, old_id)
    assert "still moving in" not in read_page(new.get("/devices", headers=PAGE))
    assert client.get(f"/packs/{pack_id}").status_code == HTTPStatus.OK


def test_an_account_restored_on_both_devices_can_still_be_joined(app: Flask, wiring: Wiring) -> None:
    old, new = app.test_client(), app.test_client()
    old_id, new_id = become_guest(wiring, old), become_guest(wiring, new)
    world.add_history(wiring, old_id)
    world.restored(wiring, new_id, world.exported(wiring, old_id))
    assert _join(new, _code(old)) == HTTPStatus.SEE_OTHER
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Pack).where(Pack.guest_id == old_id)) == 2
        keys = session.scalars(select(ReviewLog.request_key).where(ReviewLog.request_key.is_not(None))).all()
        assert len(keys) == len(set(keys)) == 10


def test_joining_oneself_changes_nothing(app: Flask, wiring: Wiring) -> None:
    client = app.test_client()
    guest_id = become_guest(wiring, client)
    world.add_history(wiring, guest_id)
    before = world.numbers(wiring, guest_id)
    assert _join(client, _code(client)) == HTTPStatus.SEE_OTHER
    assert world.numbers(wiring, guest_id) == before


@pytest.mark.parametrize("from_first", [True, False])
def test_signing_out_the_others_leaves_only_this_device(app: Flask, wiring: Wiring, from_first: bool) -> None:
    first, second = app.test_client(), app.test_client()
    add_pack(wiring, become_guest(wiring, first))
    _join(second, _code(first))
    stays, goes = (first, second) if from_first else (second, first)
    assert "Every other device" in stays.post("/devices/sign-out", follow_redirects=True).get_data(
        as_text=True
    )
    assert "Photosynthesis" in _packs(stays)
    assert "Photosynthesis" not in _packs(goes)
