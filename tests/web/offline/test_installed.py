"""What a device installs, takes along and asks: nothing of anybody's in it, and all files of one release."""

import io
import json
import re
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from database_config import Database
from studylens.models import CardSchedule, Flashcard, Pack, now
from studylens.study.reviews import cards as schedule
from studylens.study.reviews import carried
from studylens.study.reviews.carried import Place
from studylens.study.reviews.today import today_of
from studylens.study.schedule.settings import settings_to_change
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import add_deck, learn, send, set_schedule
from tests.web.world import PAGE, add_pack, become_guest, photo, read_page

PHONE = {"User-Agent": "Mozilla/5.0", "Sec-Fetch-Site": "none", **PAGE}


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    """A pack of five cards, all of them due."""
    with wiring.database.writing() as session:
        pack = add_deck(session, guest_id)
        learn(session, pack, now() - timedelta(days=5))
    return pack.id


def told(client: FlaskClient) -> dict[str, object]:
    """Return what a release tells its worker."""
    found = re.search(r"begin\((.*)\);", client.get("/worker.js").text)
    assert found is not None
    release: dict[str, object] = json.loads(found[1])
    return release


def fetched(client: FlaskClient, address: str) -> bytes:
    """Return a static file that is there."""
    with client.get(address) as answer:
        assert answer.status_code == HTTPStatus.OK, address
        return answer.data


def test_a_device_can_install_it(client: FlaskClient) -> None:
    answer = client.get("/manifest.webmanifest")
    manifest = json.loads(answer.text)
    assert answer.mimetype == "application/manifest+json"
    assert (manifest["scope"], manifest["display"]) == ("/", "standalone")
    sides = set()
    for icon in manifest["icons"][:-1]:
        with Image.open(io.BytesIO(fetched(client, icon["src"]))) as drawn:
            sides.add((f"{drawn.width}x{drawn.height}", icon["sizes"], icon["purpose"]))
    assert sides == {
        ("192x192", "192x192", "any"), ("512x512", "512x512", "any"), ("512x512", "512x512", "maskable"),
    }  # fmt: skip
    assert fetched(client, manifest["icons"][-1]["src"]).startswith(b"<svg")


@pytest.mark.usefixtures("guest_id")
def test_the_worker_names_files_that_are_there_and_all_that_its_pages_ask_for(client: FlaskClient) -> None:
    release = told(client)
    files = release["files"]
    assert isinstance(files, list)
    assert all(fetched(client, file) for file in files)
    for name in ("offline", "review", "capture"):
        page = read_page(client.get(str(release[name]), headers=PAGE))
        asked = set(re.findall(r'(?:src|href)="(/static/v-[^"]+\.(?:js|css|svg))"', page))
        assert asked - set(files) == set(), name


def test_every_module_that_a_kept_script_imports_is_kept_too(client: FlaskClient) -> None:
    files = told(client)["files"]
    assert isinstance(files, list)
    for file in [file for file in files if file.endswith(".js") and "vendor" not in file]:
        for address in re.findall(r'(?:from|import)\s*\(?"(\.[^"]+)"', fetched(client, file).decode()):
            wanted = str(Path(file).parent / address).split("/")
            while ".." in wanted:
                place = wanted.index("..")
                del wanted[place - 1 : place + 1]
            assert "/".join(wanted) in files, (file, address)


def test_a_new_release_has_another_worker(
    app: Flask, client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = client.get("/worker.js").text
    assert before == client.get("/worker.js").text
    static = tmp_path / "static"
    static.mkdir()
    for path in Path(app.static_folder or "").iterdir():
        (static / path.name).symlink_to(path)
    (static / "tokens.css").unlink()
    (static / "tokens.css").write_text(":root { --ink: #000; }\n")
    monkeypatch.setattr(app, "static_folder", str(static))
    assert client.get("/worker.js").text != before


def test_pages_without_a_network_know_nobody(client: FlaskClient, wiring: Wiring, guest_id: int) -> None:
    add_pack(wiring, guest_id)
    token = client.get("/form-token").get_json()["form_token"]
    for path in ("/offline", "/offline/review"):
        page = read_page(client.get(path, headers=PAGE))
        assert token not in page
        assert "Photosynthesis" not in page
        assert 'class="count"' not in page


def test_a_shared_photo_without_a_worker_is_told_the_way(client: FlaskClient, guest_id: int) -> None:
    answer = client.post("/share", data={"image": photo()}, headers=PHONE)
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "share the photo again" in read_page(answer)
    foreign = client.post(
        "/share", data={"image": photo()}, headers={**PHONE, "Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == HTTPStatus.FORBIDDEN


@pytest.mark.own_sql
def test_what_is_due_within_two_weeks_is_taken_along(
    client: FlaskClient, database: Database, guest_id: int, pack_id: str
) -> None:
    with database.writing() as session:
        far, away, buried, *_ = session.scalars(select(Flashcard).order_by(Flashcard.id)).all()
        drafts = add_deck(session, guest_id, cards=2)
        schedule.accept(session, drafts, drafts.cards[:1], now())
    set_schedule(database, far.id, due_at=now() + timedelta(days=20))
    set_schedule(database, away.id, suspended=True)
    set_schedule(database, buried.id, buried_on=now().date().isoformat())
    found = client.get("/sync/due").get_json()
    ids = {card["uid"] for card in found["cards"]}
    assert (far.uid in ids, away.uid in ids, buried.uid in ids) == (False, False, True)
    [later] = [card for card in found["cards"] if card["uid"] == buried.uid]
    assert later["due"] > now().timestamp() * 1000
    known = found["cards"][0]
    assert known["seen"] > 0
    assert known["stability"] > 0
    assert (known["title"], known["new"], known["steps"]) == ("Osmosis", False, False)
    assert found["following"] == "new-0"
    fresh = client.get("/sync/due?after=new-0").get_json()
    assert [(card["front"], card["new"]) for card in fresh["cards"]] == [("front 1", True)]
    assert fresh["following"] is None


@pytest.mark.own_sql
def test_nothing_is_drawn_again_until_something_changes(
    client: FlaskClient, database: Database, guest_id: int, pack_id: str
) -> None:
    first = client.get("/sync/due")
    stamp = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/sync/due", headers=stamp)
    assert (again.status_code, again.data) == (HTTPStatus.NOT_MODIFIED, b"")
    weak = {"If-None-Match": f"W/{first.headers['ETag']}"}  # A proxy has squeezed the answer.
    assert client.get("/sync/due", headers=weak).status_code == HTTPStatus.NOT_MODIFIED
    with database.writing() as session:
        settings_to_change(session, guest_id).four_buttons = True
    changed = client.get("/sync/due", headers=stamp)
    assert len(changed.get_json()["buttons"]) == 4
    stamp = {"If-None-Match": changed.headers["ETag"]}
    with database.writing() as session:
        card = session.scalars(select(Flashcard.id).where(Flashcard.pack_id == pack_id)).first() or 0
        send(session, guest_id, card, now())
    assert client.get("/sync/due", headers=stamp).status_code == HTTPStatus.OK


def test_a_card_is_drawn_safe_and_with_its_line_of_the_photo(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        pack.cards[0].front = "<script>alert(1)</script>"
        schedule.accept(session, pack, pack.cards, now())
    cards = client.get("/sync/due?after=new-0").get_json()["cards"]
    html = "".join(card["html"] for card in cards)
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert 'data-snip="' in html
    assert "<math" in html
    assert "line 3 of the page" in html


def test_a_newcomer_takes_nothing_along(client: FlaskClient, guest_id: int, app: Flask) -> None:
    assert app.test_client().get("/sync/due").get_json() == {"owner": None, "cards": [], "following": None}
    for wrong in ("x", "known", "known-x", "known-99999", "later-0"):
        assert client.get(f"/sync/due?after={wrong}").status_code == HTTPStatus.NOT_FOUND


def test_a_pack_of_two_thousand_cards_is_taken_along_in_parts(database: Database, guest_id: int) -> None:
    cards = 2_050
    with database.writing() as session:
        pack = add_deck(session, guest_id, cards)
        schedule.accept(session, pack, pack.cards, now())
        known = {"state": 2, "stability": 5.0, "difficulty": 5.0, "due_at": now() - timedelta(days=1)}
        session.query(CardSchedule).update({**known, "last_review_at": now() - timedelta(days=6)})
        place: Place | None = Place()
        uids: list[str | None] = []
        while place is not None:
            part = carried.carried(session, today_of(session, guest_id, now()), place)
            assert len(part.cards) <= carried.PART_CARDS
            uids += [each.card.uid for each in part.cards]
            place = part.following
    assert len(uids) == len(set(uids)) == carried.MOST_CARDS
