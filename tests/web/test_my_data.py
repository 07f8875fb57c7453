"""My data: what is kept is named, a device is signed out, everything is deleted; also without scripts."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from studylens.errors import DatabaseDown
from studylens.models import Guest, Pack
from studylens.study.packs.ending import erasing
from studylens.web.door.wiring import Wiring
from tests.jobs.test_runner import guest
from tests.web.accounts.world import sign_in as come_in
from tests.web.accounts.world import sign_up
from tests.web.world import PAGE, add_pack, become_guest, read_page


def sign_in(client: FlaskClient) -> None:
    """Let the client become a guest of its own."""
    assert client.post("/devices/code", headers=PAGE).status_code == 200


def mine(wiring: Wiring) -> int:
    with wiring.database.reading() as session:
        return session.scalars(select(Guest.id).order_by(Guest.id.desc())).first() or 0


@pytest.mark.own_sql
def test_the_page_names_what_is_kept(client: FlaskClient, wiring: Wiring) -> None:
    assert "Nothing yet." in client.get("/my-data", headers=PAGE).text
    sign_in(client)
    add_pack(wiring, mine(wiring))
    page = client.get("/my-data", headers=PAGE).text
    assert "1 pack" in page
    assert "the only way to what you have here" in page
    assert "My data" in client.get("/settings", headers=PAGE).text


def test_everything_is_deleted_only_when_it_was_meant(client: FlaskClient, wiring: Wiring) -> None:
    stranger = guest(wiring)
    sign_in(client)
    for owner in (mine(wiring), stranger):
        add_pack(wiring, owner)
    assert "1 pack" in client.get("/my-data/delete", headers=PAGE).text
    asked = client.post("/my-data/delete", headers=PAGE)
    assert asked.status_code == 400
    assert "Nothing was deleted" in asked.text
    done = client.post("/my-data/delete", data={"sure": "1"}, headers=PAGE)
    assert done.headers["Clear-Site-Data"] == '"cache", "storage"', "cookies are those of a whole domain"
    assert "Everything of yours is deleted" in client.get(done.location, headers=PAGE).text
    with wiring.database.reading() as session:
        assert session.scalars(select(Guest.id)).all() == [stranger]
        assert session.scalar(select(func.count()).select_from(Pack)) == 1


def test_a_device_that_is_signed_out_leads_to_nobody(client: FlaskClient, wiring: Wiring) -> None:
    sign_in(client)
    pack_id = add_pack(wiring, mine(wiring))
    token = client.get_cookie("studylens_guest")
    assert token is not None
    assert client.get(f"/packs/{pack_id}").status_code == 200
    left = client.post("/my-data/sign-out", headers=PAGE)
    assert client.get_cookie("studylens_guest") is None
    assert "This device is signed out" in client.get(left.location, headers=PAGE).text
    client.set_cookie("studylens_guest", token.value)
    assert client.get(f"/packs/{pack_id}").status_code == 404
    with wiring.database.reading() as session:
        assert session.get(Pack, pack_id) is not None, "signing out deletes nothing"


def test_a_program_deletes_all_as_its_guest_does(client: FlaskClient, wiring: Wiring) -> None:
    sign_in(client)
    assert client.post("/my-data/delete").json["error"]["code"] == "bad_text"  # type: ignore[index]
    assert client.post("/my-data/delete", data={"sure": "1"}).json == {"deleted": True}


def test_only_who_has_just_left_has_the_browser_s_pictures_cleared(client: FlaskClient) -> None:
    clearing = "leave.js"
    assert clearing in client.get("/my-data/left", headers=PAGE).text
    linked = client.get("/my-data/left", headers=PAGE | {"Sec-Fetch-Site": "cross-site"})
    assert clearing not in linked.text
    sign_in(client)
    assert clearing not in client.get("/my-data/left", headers=PAGE).text


@pytest.mark.parametrize(("path", "fields"), [("/my-data/sign-out", {}), ("/my-data/delete", {"sure": "1"})])
def test_whoever_was_kept_apart_is_here_again(
    app: Flask, wiring: Wiring, path: str, fields: dict[str, str]
) -> None:
    sign_up(app.test_client())
    device = app.test_client()
    pack_id = add_pack(wiring, become_guest(wiring, device))
    come_in(device, before="apart")
    for page in ("/my-data", "/my-data/delete"):
        assert "comes back" in read_page(device.get(page, headers=PAGE))
    left = device.post(path, data=fields, headers=PAGE)
    assert "Clear-Site-Data" not in left.headers, "the pictures may be theirs"
    assert device.get(f"/packs/{pack_id}", headers=PAGE).status_code == 200


def test_what_is_deleted_is_said_to_be_when_the_database_goes_away_meanwhile(
    client: FlaskClient, wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client)
    guest_id = mine(wiring)

    def away(*_: object) -> bool:
        raise DatabaseDown

    monkeypatch.setattr(erasing, "take_steps", away)
    assert client.post("/my-data/delete", data={"sure": "1"}).json == {"deleted": True}
    with wiring.database.reading() as session:
        assert session.get_one(Guest, guest_id).erasing_at is not None
