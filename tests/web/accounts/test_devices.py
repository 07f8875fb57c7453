"""Which devices are let in with an account, and that nothing of a device is lost on the way."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update
from sqlalchemy.exc import OperationalError

from studylens.models import Guest, GuestDevice, Pack, SignInTry, now
from studylens.web.door.guests import make_token
from studylens.web.door.wiring import Wiring
from tests.web.accounts.world import PASSWORD, guest_of, send, sign_in, sign_up, signed_in_as
from tests.web.world import PAGE, add_pack, become_guest, read_page

pytestmark = pytest.mark.own_sql
SEEN, WRONG = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY


def _packs(client: FlaskClient) -> int:
    page = client.get("/packs", headers=PAGE).get_data(as_text=True)
    return len(set(re.findall('href="/packs/([0-9a-f]{32})"', page)))


def _with_packs(app: Flask, wiring: Wiring, packs: int) -> FlaskClient:
    device = app.test_client()
    guest = become_guest(wiring, device)
    for _ in range(packs):
        add_pack(wiring, guest)
    return device


def _code(client: FlaskClient) -> str:
    page = send(client, "/devices/code").get_data(as_text=True)
    return page.partition('class="digits">')[2].partition("<")[0]


def _joined(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return another device of the same guest."""
    other = app.test_client()
    assert send(other, "/devices/join", code=_code(client)).status_code == SEEN
    return other


def _devices(wiring: Wiring) -> list[str]:
    with wiring.database.reading() as session:
        return list(session.scalars(select(GuestDevice.token_hash)))


def test_other_devices_of_what_comes_along_are_not_let_in(app: Flask, wiring: Wiring) -> None:
    sign_up(app.test_client())
    stranger = _with_packs(app, wiring, 1)
    school = _joined(app, stranger)
    assert "Other devices that have it now" in read_page(school.get("/sign-in", headers=PAGE))
    assert sign_in(school, before="bring") == SEEN
    assert (_packs(school), signed_in_as(stranger), _packs(stranger)) == (1, "", 0)
    assert [len(token_hash) for token_hash in _devices(wiring)] == [64, 64]
    assert not [token_hash for token_hash in _devices(wiring) if token_hash.startswith("-")]


def test_a_second_guest_who_is_kept_apart_does_not_push_out_the_first(app: Flask, wiring: Wiring) -> None:
    owner = app.test_client()
    sign_up(owner)
    device = _with_packs(app, wiring, 1)
    sign_in(device, before="apart")
    send(owner, "/sign-out/everywhere")
    add_pack(wiring, become_guest(wiring, device))
    assert sign_in(device, before="apart") == SEEN
    assert _packs(device) == 0
    for path in ("/my-data", "/my-data/delete"):
        assert "kept apart" in read_page(device.get(path, headers=PAGE))
    send(device, "/sign-out")
    assert _packs(device) == 2
    assert "kept apart" not in read_page(device.get("/my-data", headers=PAGE))


def test_two_guests_of_a_device_change_places(app: Flask, wiring: Wiring) -> None:
    owner = app.test_client()
    sign_up(owner)
    device = _with_packs(app, wiring, 2)
    sign_in(device, before="apart")
    send(owner, "/sign-out/everywhere")
    add_pack(wiring, become_guest(wiring, device))
    seen = []
    for _ in range(3):
        seen.append(_packs(device))
        assert send(device, "/sign-in/back").status_code == SEEN
    assert seen == [1, 2, 1]


def test_a_guest_keeps_the_cookie_where_nobody_was_kept_apart(app: Flask, wiring: Wiring) -> None:
    device = _with_packs(app, wiring, 1)
    assert send(device, "/sign-in/back").status_code == SEEN
    assert _packs(device) == 1


@pytest.mark.parametrize("path", ["/devices/sign-out", "/sign-out/everywhere"])
def test_signing_devices_out_ends_codes_that_let_others_in(app: Flask, wiring: Wiring, path: str) -> None:
    owner = app.test_client()
    sign_up(owner)
    code = _code(owner)
    assert send(owner, path).status_code == SEEN
    assert send(app.test_client(), "/devices/join", code=code).status_code == WRONG


def test_an_account_is_not_handed_to_whoever_makes_a_code(app: Flask, wiring: Wiring) -> None:
    owner, stranger = app.test_client(), _with_packs(app, wiring, 1)
    sign_up(owner)
    code = _code(stranger)
    assert send(owner, "/devices/join", code=code).status_code == HTTPStatus.CONFLICT
    assert (signed_in_as(owner), signed_in_as(stranger)) == ("anna", "")
    assert send(app.test_client(), "/devices/join", code=code).status_code == SEEN, "it was not used up"


def test_a_first_device_that_left_is_listed_no_more(app: Flask, wiring: Wiring) -> None:
    first = _with_packs(app, wiring, 1)
    phone = _joined(app, first)
    assert "that you began on" in read_page(phone.get("/devices", headers=PAGE))
    assert send(first, "/my-data/sign-out").status_code == SEEN
    assert "that you began on" not in read_page(phone.get("/devices", headers=PAGE))


def test_a_newcomers_account_has_one_device(app: Flask, wiring: Wiring) -> None:
    client = app.test_client()
    sign_up(client)
    assert len(_devices(wiring)) == 1
    assert "0 other devices" in read_page(client.get("/my-data", headers=PAGE))
    assert "that you began on" not in read_page(client.get("/devices", headers=PAGE))


def test_the_first_device_shows_who_it_is_and_is_signed_out_like_others(app: Flask, wiring: Wiring) -> None:
    first = _with_packs(app, wiring, 1)
    phone = _joined(app, first)
    sign_up(phone)
    [began] = re.findall(
        'name="token"[^>]*value="([0-9a-f]{64})"', read_page(phone.get("/devices", headers=PAGE))
    )
    assert send(first, "/account/passkeys/confirm", password=PASSWORD).status_code == SEEN
    assert 'type="password"' not in read_page(first.get("/account/passkeys", headers=PAGE))
    assert signed_in_as(first) == "anna"
    assert send(phone, "/devices/delete", token=began).status_code == SEEN
    assert (signed_in_as(first), signed_in_as(phone)) == ("", "anna")


def test_guesses_at_a_name_keep_no_owner_from_a_one_time_code(app: Flask, wiring: Wiring) -> None:
    codes = sign_up(app.test_client())
    guesser, owner = app.test_client(), app.test_client()
    for _ in range(2):
        sign_in(guesser, password="one wrong password")
        with wiring.database.writing() as session:
            session.execute(update(SignInTry).where(SignInTry.tries > 0).values(tries=100))
    assert sign_in(owner) == HTTPStatus.TOO_MANY_REQUESTS
    fields = {"name": "anna", "code": codes[0], "password": "new words today"}
    assert send(owner, "/reset", **fields).status_code == SEEN
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).where(SignInTry.tries == 100)) == 1, "the address alone"


def test_passwords_confirmed_in_sessions_are_counted_over_all_devices(app: Flask, wiring: Wiring) -> None:
    thief = app.test_client()
    sign_up(thief)
    other = _joined(app, thief)
    with wiring.database.writing() as session:
        session.execute(update(GuestDevice).values(proved_at=None))
    assert send(thief, "/account/codes", password="a guess").status_code == HTTPStatus.FORBIDDEN
    with wiring.database.writing() as session:
        session.execute(update(SignInTry).values(blocked_until=now() + timedelta(days=1)))
    for path in ("/account/codes", "/account/passkeys/confirm"):
        answer = send(other, path, password=PASSWORD)
        assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert int(answer.headers["Retry-After"]) > 1
        assert "makes sense in" in read_page(answer)


@pytest.mark.parametrize(("path", "commits"), [("/account", 1), ("/sign-in", 2)])
def test_a_device_keeps_its_cookie_when_its_new_one_could_not_be_stored(
    app: Flask, wiring: Wiring, path: str, commits: int
) -> None:
    sign_up(app.test_client(), "anna")
    device = _with_packs(app, wiring, 1)
    left = iter(range(commits))

    def fail(_connection: object) -> None:
        if next(left, None) is None:
            raise OperationalError("COMMIT", None, Exception("database or disk is full"))

    event.listen(wiring.database.engine, "commit", fail)
    answer = send(device, path, name={"/account": "bert"}.get(path, "anna"), password=PASSWORD)
    event.remove(wiring.database.engine, "commit", fail)
    assert answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    assert (_packs(device), signed_in_as(device)) == (1, "")


def test_a_newcomer_who_is_refused_gets_no_cookie_in_place_of_another(app: Flask, wiring: Wiring) -> None:
    object.__setattr__(wiring.config, "signup", "invite")
    answer = send(app.test_client(), "/account", name="anna", password=PASSWORD, invite="ABCD")
    assert answer.status_code == WRONG
    assert "Set-Cookie" not in answer.headers


def test_an_account_that_is_being_deleted_lets_nobody_in(app: Flask, wiring: Wiring) -> None:
    sign_up(app.test_client())
    with wiring.database.writing() as session:
        session.execute(update(Guest).where(Guest.id == guest_of(wiring)).values(erasing_at=now()))
    before = _devices(wiring)
    assert sign_in(app.test_client()) == WRONG
    assert _devices(wiring) == before


def test_accounts_of_a_class_cost_no_wait(app: Flask, wiring: Wiring) -> None:
    for name in ("anna", "bert"):
        sign_up(app.test_client(), name)
    with wiring.database.reading() as session:
        assert session.scalars(select(SignInTry.tries)).all() == [0]
    assert (
        send(app.test_client(), "/account", name="anna", password=PASSWORD).status_code == HTTPStatus.CONFLICT
    )
    with wiring.database.reading() as session:
        assert session.scalars(select(SignInTry.tries)).all() == [1], "names that are taken are counted"


def test_a_token_of_the_api_in_a_cookie_takes_nobody_s_things_along_into_an_account(
    app: Flask, client: FlaskClient, wiring: Wiring
) -> None:
    victim = become_guest(wiring, client)
    pack_id = add_pack(wiring, victim)
    with wiring.database.writing() as session:
        token = make_token(session, victim, "reads only", "read")
    thief = app.test_client()
    sign_up(thief, "thief")
    elsewhere = app.test_client()
    elsewhere.set_cookie("studylens_guest", token)
    sign_in(elsewhere, "thief")
    with wiring.database.reading() as session:
        assert session.get_one(Pack, pack_id).guest_id == victim
        assert session.get_one(Guest, victim).moved_to is None
    assert client.get(f"/packs/{pack_id}", headers=PAGE).status_code == 200
