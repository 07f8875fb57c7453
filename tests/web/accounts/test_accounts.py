"""A guest gets an account and loses nothing; signing in and out; passwords and codes."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update

from studylens.accounts import passwords
from studylens.models import Account, Base, Guest, GuestDevice, RecoveryCode, SignInTry
from studylens.web.accounts import proof
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.wiring import Wiring
from tests.web.accounts.world import PASSWORD, guest_of, send, sign_in, sign_up, signed_in_as
from tests.web.world import PAGE, add_pack, become_guest, read_page

pytestmark = pytest.mark.own_sql
SEEN, WRONG = HTTPStatus.SEE_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY


def _packs(client: FlaskClient) -> int:
    page = client.get("/packs", headers=PAGE).get_data(as_text=True)
    return len(set(re.findall('href="/packs/([0-9a-f]{32})"', page)))


def _owner(app: Flask, wiring: Wiring) -> tuple[FlaskClient, list[str]]:
    client = app.test_client()
    add_pack(wiring, become_guest(wiring, client))
    return client, sign_up(client)


def test_a_guest_keeps_everything_and_the_same_id(app: Flask, wiring: Wiring) -> None:
    client = app.test_client()
    guest = become_guest(wiring, client)
    add_pack(wiring, guest)
    before, cookie = _packs(client), client.get_cookie(GUEST_COOKIE)
    assert len(set(sign_up(client))) == 10
    assert (guest_of(wiring), _packs(client)) == (guest, before)
    after = client.get_cookie(GUEST_COOKIE)
    assert cookie
    assert after
    assert after.value != cookie.value
    thief = app.test_client()
    thief.set_cookie(GUEST_COOKIE, cookie.value)
    assert signed_in_as(thief) == ""


def test_a_newcomer_can_begin_with_an_account(app: Flask, wiring: Wiring) -> None:
    client = app.test_client()
    assert len(sign_up(client, " Anna  Meier ")) == 10
    assert signed_in_as(client) == "Anna Meier"
    assert sign_in(app.test_client(), "ANNA MEIER") == SEEN


def test_signing_in_elsewhere_shows_the_same_packs(app: Flask, wiring: Wiring) -> None:
    owner, _ = _owner(app, wiring)
    other = app.test_client()
    assert sign_in(other) == SEEN
    assert _packs(other) == _packs(owner) > 0


@pytest.mark.parametrize("choice", ["bring", ""])
def test_what_a_device_had_comes_along(app: Flask, wiring: Wiring, choice: str) -> None:
    owner, _ = _owner(app, wiring)
    device = app.test_client()
    guest = become_guest(wiring, device)
    add_pack(wiring, guest)
    assert "1 pack and 0 answers" in read_page(device.get("/sign-in", headers=PAGE))
    former = device.get_cookie(GUEST_COOKIE)
    assert sign_in(device, before=choice) == SEEN
    assert _packs(device) == _packs(owner) == 2
    thief = app.test_client()
    assert former
    thief.set_cookie(GUEST_COOKIE, former.value)
    assert signed_in_as(thief) == ""


def test_what_is_kept_apart_is_here_again_after_signing_out(app: Flask, wiring: Wiring) -> None:
    owner, _ = _owner(app, wiring)
    sign_in(owner)
    device = app.test_client()
    guest = become_guest(wiring, device)
    add_pack(wiring, guest)
    add_pack(wiring, guest)
    assert sign_in(device, before="apart") == SEEN
    assert _packs(device) == _packs(owner) == 1
    assert send(device, "/sign-out").status_code == SEEN
    assert (_packs(device), _packs(owner)) == (2, 1)


def test_what_is_kept_apart_can_be_shown_after_signing_out_elsewhere(app: Flask, wiring: Wiring) -> None:
    owner, _ = _owner(app, wiring)
    device = app.test_client()
    add_pack(wiring, become_guest(wiring, device))
    sign_in(device, before="apart")
    assert send(owner, "/sign-out/everywhere").status_code == SEEN
    assert "kept apart" in read_page(device.get("/sign-in", headers=PAGE))
    send(device, "/sign-in/back")
    assert _packs(device) == 1


def test_signing_in_from_another_account_mixes_nothing(app: Flask, wiring: Wiring) -> None:
    owner, _ = _owner(app, wiring)
    second, _ = app.test_client(), sign_up(app.test_client(), "other")
    sign_in(second, "other")
    assert sign_in(second, "anna", before="bring") == SEEN
    assert guest_of(wiring, "other") != guest_of(wiring, "anna")
    assert _packs(owner) == 1


def test_two_accounts_are_never_joined_by_a_code_of_devices(app: Flask, wiring: Wiring) -> None:
    owner, other = app.test_client(), app.test_client()
    sign_up(owner)
    sign_up(other, "other")
    page = send(owner, "/devices/code").get_data(as_text=True)
    code = page.partition('class="digits">')[2].partition("<")[0]
    assert send(other, "/devices/join", code=code).status_code == HTTPStatus.CONFLICT
    assert signed_in_as(other) == "other"


def test_signing_out_here_leaves_the_others_in(app: Flask, wiring: Wiring) -> None:
    owner, _ = _owner(app, wiring)
    other = app.test_client()
    sign_in(other)
    send(owner, "/sign-out")
    assert (signed_in_as(owner), signed_in_as(other)) == ("", "anna")
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(GuestDevice)) == 1


def test_one_device_is_signed_out_on_the_page_of_devices(app: Flask, wiring: Wiring) -> None:
    owner, _ = _owner(app, wiring)
    other = app.test_client()
    other.post("/sign-in", data={"name": "anna", "password": PASSWORD}, headers={
        **PAGE, "User-Agent": "Mozilla/5.0 (Android 15; Mobile) Gecko/1 Firefox/150.0"})  # fmt: skip
    page = read_page(owner.get("/devices", headers=PAGE))
    assert "Firefox, Android" in page
    token = page.partition('name="token"')[2].partition('value="')[2].partition('"')[0]
    send(owner, "/devices/delete", token=token)
    assert (signed_in_as(owner), signed_in_as(other)) == ("anna", "")


def test_an_unknown_name_costs_the_same_and_hears_the_same(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up(client)
    seen: list[str | None] = []
    asked = passwords.is_right

    def watched(typed: str, kept: str | None, turn: Callable[[], Any]) -> bool:
        seen.append(kept)
        return asked(typed, kept, turn)

    monkeypatch.setattr(proof, "is_right", watched)
    known, unknown = (
        send(client, "/sign-in", name=name, password="wrong password") for name in ("anna", "anne")
    )
    assert (known.status_code, unknown.status_code) == (WRONG, WRONG)
    assert known.get_data(as_text=True).replace("anna", "anne") == unknown.get_data(as_text=True).replace(
        "anna", "anne"
    )
    assert [kept is None for kept in seen] == [False, True]


def test_guesses_wait_but_whoever_is_signed_in_works_on(app: Flask, wiring: Wiring) -> None:
    owner, _ = _owner(app, wiring)
    guesser = app.test_client()
    sign_in(guesser, password="one wrong password")
    with wiring.database.writing() as session:
        session.execute(update(SignInTry).values(tries=10))
    assert sign_in(guesser, password="one wrong password") == WRONG
    answer = send(guesser, "/sign-in", name="anna", password=PASSWORD)
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert int(answer.headers["Retry-After"]) >= 1
    assert _packs(owner) == 1
    assert send(owner, "/account/codes").status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": "anna"}, HTTPStatus.CONFLICT),
        ({"name": "x"}, WRONG),
        ({"name": "bob", "password": "short"}, WRONG),
        ({"name": "bob\x00", "password": PASSWORD}, WRONG),
    ],
)
def test_a_refused_account_leaves_nothing(
    app: Flask, wiring: Wiring, fields: dict[str, str], status: HTTPStatus
) -> None:
    sign_up(app.test_client())
    client = app.test_client()
    answer = send(client, "/account", **{"password": PASSWORD, **fields})
    assert answer.status_code == status
    assert 'role="alert"' in read_page(answer)
    with wiring.database.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(model)) for model in (Guest, Account)]
    assert counts == [1, 1]


def test_a_code_replaces_the_password_once_and_ends_other_sessions(app: Flask, wiring: Wiring) -> None:
    owner, codes = _owner(app, wiring)
    device = app.test_client()
    fields = {"name": "Anna", "code": codes[0].lower().replace("-", " "), "password": "new words today"}
    assert send(device, "/reset", **fields).status_code == SEEN
    assert (signed_in_as(device), signed_in_as(owner)) == ("anna", "")
    assert send(app.test_client(), "/reset", **fields).status_code == WRONG
    assert sign_in(app.test_client()) == WRONG
    assert sign_in(app.test_client(), password="new words today") == SEEN


def test_a_password_changes_only_for_who_knows_it_or_has_just_signed_in(app: Flask, wiring: Wiring) -> None:
    owner, _ = _owner(app, wiring)
    other = app.test_client()
    sign_in(other)
    with wiring.database.writing() as session:
        session.execute(update(GuestDevice).values(proved_at=None))
    fields = {"password": "new words today", "others": "out"}
    for path in ("/account/password", "/account/codes", "/account/passkeys/confirm"):
        assert send(owner, path, **fields).status_code == HTTPStatus.FORBIDDEN, path
        assert 'type="password"' in read_page(owner.get(path.removesuffix("/confirm"), headers=PAGE))
    assert send(owner, "/account/password", current=PASSWORD, **fields).status_code == SEEN
    assert (signed_in_as(owner), signed_in_as(other)) == ("anna", "")
    assert sign_in(app.test_client(), password="new words today") == SEEN


def test_pages_of_an_account_are_for_who_has_one(client: FlaskClient) -> None:
    for path in ("/account/password", "/account/codes", "/account/passkeys"):
        assert client.get(path, headers=PAGE).status_code == HTTPStatus.FORBIDDEN
    for path in ("/sign-out", "/sign-out/everywhere"):
        assert send(client, path).status_code == HTTPStatus.FORBIDDEN
    sign_up(client)
    for path in ("/account", "/account/password", "/account/codes", "/account/passkeys", "/reset"):
        read_page(client.get(path, headers=PAGE))


def test_only_hashes_are_kept_and_all_goes_with_the_guest(app: Flask, wiring: Wiring) -> None:
    codes = sign_up(app.test_client())
    tables = [Base.metadata.tables[name] for name in ("accounts", "recovery_codes", "guest_devices")]
    with wiring.database.reading() as session:
        kept = str([session.execute(select(table)).all() for table in tables])
    assert PASSWORD not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    with wiring.database.writing() as session:
        session.execute(delete(Guest).where(Guest.id == guest_of(wiring)))
    with wiring.database.reading() as session:
        assert [session.execute(select(table)).all() for table in tables] == [[], [], []]
        assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0


def test_invitations_and_closed_doors(settings: dict[str, Any], app: Flask, wiring: Wiring) -> None:
    object.__setattr__(wiring.config, "signup", "invite")
    code = app.test_cli_runner().invoke(args=["invite"]).output.split()[0]
    assert sign_up(app.test_client(), invite="ABCD") == []
    assert len(sign_up(app.test_client(), invite=code.lower())) == 10
    assert sign_up(app.test_client(), "bob", invite=code) == []
    object.__setattr__(wiring.config, "signup", "closed")
    answer = send(app.test_client(), "/account", name="eve", password=PASSWORD)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert 'name="password"' not in read_page(answer)


def test_an_admin_is_made_on_the_command_line(app: Flask, wiring: Wiring) -> None:
    client = app.test_client()
    sign_up(client)
    run = app.test_cli_runner().invoke
    assert run(args=["account-admin", "nobody"]).exit_code == 1
    assert run(args=["account-admin", "ANNA"]).exit_code == 0
    assert "administers" in read_page(client.get("/account", headers=PAGE))
    assert run(args=["account-admin", "anna", "--end"]).exit_code == 0
    assert "administers" not in read_page(client.get("/account", headers=PAGE))
