"""The pages of exchange: files go out and come in, all or nothing, and only the guest's own."""

import contextlib
import io
import sqlite3
import zipfile
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app import create_app
from studylens.models import Flashcard, Guest, Pack, now
from studylens.study.reviews import cards
from studylens.web.door.wiring import Wiring
from studylens.web.exchange import imports, scratch
from tests.study.exchange import world
from tests.study.reviews.world import send
from tests.web.exchange.asking import bring
from tests.web.world import PAGE, add_pack, become_guest, read_page

WORDS = b"front,back\nATP,energy\nDNA,plan\n"
PATHS = ["/export/cards.apkg", "/export/cards.csv", "/export/account.json", "/export/account.json.gz"]


def _send(client: FlaskClient, data: bytes, name: str = "words.csv", **options: Any) -> TestResponse:
    return client.post("/import", data={"file": (io.BytesIO(data), name)}, headers=PAGE, **options)


def _file(client: FlaskClient, path: str) -> bytes:
    """Download a file to its end."""
    with client.get(path) as answer:
        assert answer.status_code == HTTPStatus.OK, path
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.content_length == len(answer.data)
        return answer.data


def _count(wiring: Wiring, model: type[Any]) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_everything_goes_out_as_a_file(wiring: Wiring, client: FlaskClient) -> None:
    pack_id = add_pack(wiring, become_guest(wiring, client))
    paths = [*PATHS, *(f"/packs/{pack_id}/{name}" for name in ("cards.apkg", "cards.csv", "pack.md"))]
    for path in paths:
        assert len(_file(client, path)) > 100
    with client.get(paths[-1]) as answer:
        assert "filename=photosynthesis.md" in answer.headers["Content-Disposition"]
    assert list((wiring.config.instance_path / "exchange").iterdir()) == []


def test_the_pages_say_what_there_is(wiring: Wiring, client: FlaskClient) -> None:
    assert "nothing to export yet" in read_page(client.get("/export", headers=PAGE))
    pack_id = add_pack(wiring, become_guest(wiring, client))
    assert "1 pack with 3 cards" in read_page(client.get("/export", headers=PAGE))
    assert f"/packs/{pack_id}/cards.apkg" in read_page(client.get(f"/packs/{pack_id}/more", headers=PAGE))
    read_page(client.get("/import", headers=PAGE))


def test_a_host_that_forgets_says_so_and_offers_the_copy(settings: dict[str, Any]) -> None:
    app = create_app({**settings, "database_url": "sqlite:////dev/shm/studylens-none/none.sqlite3"})
    page = app.test_client().get("/", headers=PAGE).get_data(as_text=True)
    assert "This server loses its data" in page
    assert 'href="/export"' in page


def test_a_table_becomes_a_pack_of_drafts(wiring: Wiring, client: FlaskClient) -> None:
    page = read_page(bring(client, WORDS))
    assert "It is in" in page
    assert "2 cards, 1 pack" in page
    assert "Open the pack" in page
    with wiring.database.reading() as session:
        pack = session.scalars(select(Pack)).one()
        assert (pack.title, len(pack.cards)) == ("words", 2)
    assert client.get(f"/packs/{pack.id}", headers=PAGE).status_code == HTTPStatus.OK
    assert ">words<" in client.get("/packs?q=words", headers=PAGE).get_data(as_text=True)
    assert "Nothing new in it" in read_page(bring(client, WORDS))


def test_a_deck_goes_out_and_comes_in_for_a_friend(app: Flask, wiring: Wiring) -> None:
    owner, friend = app.test_client(), app.test_client()
    add_pack(wiring, become_guest(wiring, owner))
    deck = _file(owner, "/export/cards.apkg")
    answer = _send(friend, deck, "deck.apkg")
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert "cards=3" in answer.location
    assert "packs=1" in answer.location


@pytest.mark.own_sql
def test_an_account_goes_out_and_comes_home(app: Flask, wiring: Wiring) -> None:
    owner, home = app.test_client(), app.test_client()
    owner_id = become_guest(wiring, owner)
    world.add_history(wiring, owner_id)
    for path in PATHS[2:]:
        page = read_page(_send(home, _file(owner, path), path, follow_redirects=True))
    assert "Nothing new in it" in page
    with wiring.database.reading() as session:
        latest = session.scalars(select(Guest.id).order_by(Guest.id.desc())).first()
    assert latest is not None
    assert world.numbers(wiring, latest)["review_days"] == world.numbers(wiring, owner_id)["review_days"]


def _zip_of(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.apkg", b"PK\x05\x06"),
        ("a.apkg", _zip_of("../../a", b"b")),
        ("a.apkg", _zip_of("collection.anki2", b"b")),
        ("a.anki2", b"SQLite format 3\x00"),
        ("a.json", b"{}"),
        ("a.json.gz", b"\x1f\x8b\x08"),
        ("a.csv", b"\xff\xfe\xfd"),
        ("a.csv", b"a,\x00b"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
        ("empty", b""),
    ],
)
def test_a_bad_file_is_refused_kindly_and_leaves_nothing(
    wiring: Wiring, client: FlaskClient, name: str, data: bytes
) -> None:
    answer = _send(client, data, name)
    assert HTTPStatus.BAD_REQUEST <= answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
    assert "That did not work" in read_page(answer)
    assert [_count(wiring, model) for model in (Pack, Flashcard, Guest)] == [0, 0, 0]
    assert list((wiring.config.instance_path / "exchange").glob("*")) == []


def test_too_many_decks_leave_nothing_half_imported(wiring: Wiring, client: FlaskClient) -> None:
    rows = "".join(f"pack {n},front {n},back\n" for n in range(300))
    answer = bring(client, b"pack,front,back\n" + rows.encode())
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "200 packs" in read_page(answer)
    assert [_count(wiring, model) for model in (Pack, Flashcard)] == [0, 0]


def test_one_exchange_at_a_time_and_few_that_wait(
    wiring: Wiring, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    become_guest(wiring, client)
    monkeypatch.setattr(scratch, "_exchanges", scratch.Turns(seconds=0.01))
    with client.application.app_context(), scratch.turn():
        answer = client.get("/export/account.json", headers=PAGE)
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "Somebody else is exporting" in read_page(answer)
    assert _file(client, "/export/account.json")


def test_no_file_is_said(client: FlaskClient) -> None:
    answer = client.post("/import", data={"file": (io.BytesIO(), "")}, headers=PAGE)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Choose an Anki deck" in read_page(answer)


def test_an_import_has_a_limit_of_its_own(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "MAX_IMPORT_BYTES", 1_000)
    assert _send(client, b"a,b\n" * 100_000).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def test_made_up_numbers_in_the_address_do_no_harm(client: FlaskClient) -> None:
    page = read_page(
        client.get("/import/done?cards=-1&packs=9e9&pack=%3Cbad%3E&skipped=" + "9" * 50, headers=PAGE)
    )
    assert "<bad>" not in page


def test_a_list_is_pasted(client: FlaskClient) -> None:
    answer = client.post(
        "/import", data={"text": "cat\tKatze;dog\tHund"}, headers=PAGE, follow_redirects=True
    )
    page = read_page(answer)
    assert "2 cards come in" in page
    assert "Hund" in page


def test_a_deck_takes_along_what_is_asked_for_and_keeps_it_when_asked(
    wiring: Wiring, client: FlaskClient, tmp_path: Path
) -> None:
    pack_id = add_pack(wiring, become_guest(wiring, client))
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        cards.accept(session, pack, pack.cards, now())
        send(session, pack.guest_id, pack.cards[0].id, now(), 4)
    whole = _file(client, f"/packs/{pack_id}/cards.apkg?schedule=1&questions=1")
    plain = _file(client, "/export/cards.apkg")
    assert _told(plain, tmp_path / "plain.db") == (0, 0, 1)
    assert _told(whole, tmp_path / "whole.db") == (1, 1, 2)
    other = client.application.test_client()
    found = other.post("/import", data={"file": (io.BytesIO(whole), "a.apkg"), "schedule": "keep"})
    counts = found.get_json()["counts"]
    assert (counts["scheduled"], counts["history"], counts["cards"], counts["questions"]) == (1, 1, 3, 2)
    page = read_page(
        other.get("/import/done?packs=1&cards=3&scheduled=1&history=1&questions=1", headers=PAGE)
    )
    assert "1 card comes back when Anki would ask it" in page
    assert "Imported cards are new" not in page


def _told(deck: bytes, path: Path) -> tuple[int, ...]:
    """Return how many cards of a deck were answered, how many answers and which kinds of notes there are."""
    with zipfile.ZipFile(io.BytesIO(deck)) as archive:
        path.write_bytes(archive.read("collection.anki2"))
    numbers = ("cards WHERE reps > 0", "revlog", "(SELECT DISTINCT mid = 1730481004 FROM notes)")
    with contextlib.closing(sqlite3.connect(path)) as told:
        return tuple(told.execute(f"SELECT count(*) FROM {what}").fetchone()[0] for what in numbers)  # noqa: S608
