"""The address of what a browser keeps: only the guest's own, in frames, and back by an import."""

import gzip
import io
import json
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from studylens.models import Guest, KeptAccount, KeptMark, Pack, new_id
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.keeping.browser import entries
from tests.web.accounts.world import PASSWORD, send, sign_up
from tests.web.world import PAGE, add_pack, become_guest

JSON = {"Accept": "application/json"}


def _look(client: FlaskClient, account: str = "", since: str = "") -> TestResponse:
    return client.get("/keep", query_string={"account": account, "since": since}, headers=JSON)


def _opened(answer: TestResponse) -> tuple[dict[str, Any], list[bytes]]:
    length = int.from_bytes(answer.data[:4], "big")
    head, at = json.loads(answer.data[4 : 4 + length]), 4 + length
    parts = []
    for _, size in head["parts"]:
        parts.append(answer.data[at : at + size])
        at += size
    assert at == len(answer.data)
    return head, parts


def _begin(client: FlaskClient) -> str:
    answer = client.post("/keep", headers=PAGE | JSON)
    assert answer.status_code == HTTPStatus.OK
    return str(answer.json["account"])  # type: ignore[index]


def _restore(client: FlaskClient, account: str, data: bytes) -> TestResponse:
    form = {"account": account, "file": (io.BytesIO(data), "account.json.gz")}
    return client.post("/keep/restore", data=form, headers=PAGE | JSON)


def test_a_browser_gathers_what_an_export_would_be_and_then_nothing(
    wiring: Wiring, client: FlaskClient
) -> None:
    guest_id = become_guest(wiring, client)
    world.add_history(wiring, guest_id)
    assert _look(client).json == {"known": True, "kept": False}
    account = _begin(client)
    assert _begin(client) == account
    head, parts = _opened(_look(client, account))
    assert (head["account"], head["packs"], head["more"], head["anew"], head["lost"]) == (
        account, 1, False, True, False,
    )  # fmt: skip
    named = sorted(zip([name for name, _ in head["parts"]], parts, strict=True))
    assert entries(b"".join(part for _, part in named)) == entries(world.exported(wiring, guest_id))
    assert _look(client, account, head["since"]).status_code == HTTPStatus.NO_CONTENT


def test_nothing_is_told_to_whoever_is_nobody_or_somebody_else(app: Flask, wiring: Wiring) -> None:
    owner, stranger = app.test_client(), app.test_client()
    world.add_history(wiring, become_guest(wiring, owner))
    account = _begin(owner)
    since = _opened(_look(owner, account))[0]["since"]
    assert _look(stranger, account, since).json == {"known": False, "kept": False}
    assert stranger.post("/keep", headers=PAGE | JSON).status_code == HTTPStatus.NOT_FOUND
    add_pack(wiring, guest := become_guest(wiring, stranger))
    other = _begin(stranger)
    head, parts = _opened(_look(stranger, account, since))
    assert head["account"] == other != account
    named = sorted(zip([name for name, _ in head["parts"]], parts, strict=True))
    assert entries(b"".join(part for _, part in named)) == entries(world.exported(wiring, guest))


def test_who_has_nothing_is_not_kept(client: FlaskClient) -> None:
    send(client, "/devices/code")
    assert _begin(client) == ""
    assert _look(client).json == {"known": True, "kept": False}


def test_the_copy_of_whoever_was_kept_apart_stays_while_another_is_signed_in(
    app: Flask, wiring: Wiring
) -> None:
    sign_up(app.test_client())
    device = app.test_client()
    add_pack(wiring, become_guest(wiring, device))
    account = _begin(device)
    for changes, verdict in (((), "current"), (("/sign-in",), "wait"), (("/sign-out",), "current")):
        for path in changes:
            send(device, path, name="anna", password=PASSWORD, before="apart")
        assert device.get("/keep/accounts", query_string={"account": account}).json == {account: verdict}


@pytest.mark.parametrize(
    "since",
    ["x", "0." * 12, "1.0" + 9 * ".99999999999999999999" + ".", "0" * 10_000],
)
def test_a_made_up_place_begins_anew_or_is_told_as_lost(
    wiring: Wiring, client: FlaskClient, since: str
) -> None:
    world.add_history(wiring, become_guest(wiring, client))
    account = _begin(client)
    answer = _look(client, account, since)
    assert answer.status_code == HTTPStatus.OK
    head, parts = _opened(answer)
    assert head["parts"][0][0] == "0" or not parts


def test_what_the_server_lost_comes_back_once_and_is_known_by_its_name(app: Flask, wiring: Wiring) -> None:
    first = app.test_client()
    lost, guest_id = new_id(), become_guest(wiring, first)
    world.add_history(wiring, guest_id)
    data = gzip.compress(world.exported(wiring, guest_id))
    newcomer = app.test_client()
    assert newcomer.get("/keep/accounts", query_string={"account": [lost, "no name"]}).json == {lost: "bring"}
    for packs in (1, 0):
        done = _restore(newcomer, lost, data).json
        assert done is not None
        assert (done["state"], done["counts"]["packs"]) == ("done", packs)
    path = f"/keep/restored/{done['id']}"
    assert first.post(path, headers=PAGE | JSON).status_code == HTTPStatus.NOT_FOUND
    assert newcomer.post(path, headers=PAGE | JSON).status_code == HTTPStatus.OK
    assert first.get("/keep/accounts", query_string={"account": lost}).json == {lost: "connect"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no gzip at all", "not an account file"),
        (gzip.compress(b'{"studylens_account": 1, "entries": [\n')[:-4], "damaged"),
        (gzip.compress(b'{"studylens_account": 2, "made_at": "", "entries": [\n]}'), "newer Studylens"),
        (
            gzip.compress(b'{"studylens_account": 1, "made_at": "", "entries": [\n{"pack": {"id": 7}}]}'),
            "damaged",
        ),
    ],
    ids=["foreign", "cut off", "newer", "damaged"],
)
def test_what_is_foreign_damaged_or_newer_is_refused_and_leaves_nothing(
    wiring: Wiring, client: FlaskClient, data: bytes, words: str
) -> None:
    answer = _restore(client, new_id(), data)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in answer.json["error"]["message"]  # type: ignore[index]
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Pack)) == 0


def test_a_restore_without_a_name_or_a_file_is_refused(client: FlaskClient) -> None:
    assert _restore(client, "../x", b"").status_code == HTTPStatus.NOT_FOUND
    answer = client.post("/keep/restore", data={"account": new_id()}, headers=PAGE | JSON)
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_who_is_kept_by_no_browser_leaves_no_marks(wiring: Wiring, client: FlaskClient) -> None:
    world.add_history(wiring, become_guest(wiring, client))
    with wiring.database.reading() as session:
        for model in (KeptAccount, KeptMark):
            assert session.scalar(select(func.count()).select_from(model)) == 0
        assert session.scalar(select(func.count()).select_from(Guest)) == 1
