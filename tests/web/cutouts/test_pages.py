"""An area of a pack's photo is cut out, looked at, painted over, and becomes the picture of a card."""

import base64
import io
import json
import re

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from studylens.analysis.picture import decode
from studylens.analysis.protocol.cutting import Cut, wish_from
from studylens.errors import NothingCut
from studylens.jobs import packing
from studylens.models import CardPicture, Cutout, Flashcard, Job, Pack, now
from studylens.study.cutouts import cards
from studylens.study.packs.merging import merge
from studylens.study.packs.store import find_pack
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, analysis, become_guest, read_page

AREA = {"left": "10", "top": "20", "right": "60", "bottom": "70"}


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    """A pack whose student keeps a copy on the server."""
    return add_pack(wiring, guest_id, analysis(copy=decode.kept_copy(Image.new("RGB", (600, 800), "white"))))


def cut(client: FlaskClient, pack_id: str, **fields: object) -> str:
    """Ask for a cut-out; return its id."""
    answer = client.post(f"/packs/{pack_id}/cut", data={"mode": "object", **AREA, **fields}, headers=PAGE)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rpartition("/")[2]


def finish(wiring: Wiring, cutout_id: str, size: tuple[int, int] = (80, 40)) -> None:
    """Let the job end as the analysis would end it."""
    buffer = io.BytesIO()
    Image.new("RGBA", size, (200, 30, 30, 128)).save(buffer, "WEBP")
    picture = base64.b64encode(buffer.getvalue()).decode()
    with wiring.database.writing() as session:
        job = session.get_one(Job, cutout_id)
        packing.receive(session, job, Cut(picture, "image/webp", *size, "box", ["A note."]))


@pytest.fixture
def cutout_id(wiring: Wiring, client: FlaskClient, pack_id: str) -> str:
    found = cut(client, pack_id)
    finish(wiring, found)
    return found


def test_a_pack_leads_to_the_choice_of_an_area(client: FlaskClient, pack_id: str) -> None:
    page = read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    assert f"/packs/{pack_id}/cut?page=1" in page
    choice = read_page(client.get(f"/packs/{pack_id}/cut", headers=PAGE))
    assert f"/packs/{pack_id}/picture/1" in choice
    assert client.get(f"/packs/{pack_id}/cut?page=7", headers=PAGE).status_code == 404


def test_the_area_in_per_cent_becomes_the_box(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    found = cut(client, pack_id)
    with wiring.database.reading() as session:
        row = session.get_one(Cutout, found)
        assert wish_from(row.wish).box == (0.1, 0.2, 0.6, 0.7)
        assert (row.pack_id, row.page) == (pack_id, 1)
    waiting = read_page(client.get(f"/cutouts/{found}", headers=PAGE))
    assert "Waiting for its turn" in waiting
    assert client.get(f"/jobs/{found}", headers=PAGE).headers["Location"].endswith(f"/cutouts/{found}")


def test_the_browser_s_own_picture_goes_first(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), "blue").save(buffer, "PNG")
    found = cut(client, pack_id, image=(io.BytesIO(buffer.getvalue()), "page.png"))
    assert wiring.folder.path(found).read_bytes() == buffer.getvalue()


def test_without_any_picture_the_form_says_so_and_keeps_the_area(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    answer = client.post(f"/packs/{pack_id}/cut", data={"mode": "ink", **AREA}, headers=PAGE)
    assert answer.status_code == 400
    page = read_page(answer)
    assert "Choose it again" in page
    assert 'name="right" min="0" max="100" value="60"' in page
    assert re.search(r'value="ink" checked', page)


@pytest.mark.own_sql
def test_a_failure_is_told_with_a_way_on(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    found = cut(client, pack_id)
    with wiring.database.writing() as session:
        packing.end(session, NothingCut("Nothing in the box."), Job.id == found)
    page = read_page(client.get(f"/cutouts/{found}", headers=PAGE))
    assert "Nothing in the box." in page
    assert f"/packs/{pack_id}/cut?page=1" in page


def test_the_brush_goes_on_from_what_was_painted(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    strokes = [{"keep": False, "points": [[0.2, 0.3], [0.4, 0.3]], "width": 0.02}]
    found = cut(client, pack_id, strokes=json.dumps(strokes), box="0.1,0.2,0.6,0.7")
    finish(wiring, found)
    page = read_page(client.get(f"/cutouts/{found}", headers=PAGE))
    assert "&#34;keep&#34;: false" in page
    assert 'name="box" value="0.1,0.2,0.6,0.7"' in page


@pytest.mark.own_sql
def test_a_cut_out_becomes_a_new_card_s_picture(
    client: FlaskClient, wiring: Wiring, pack_id: str, cutout_id: str
) -> None:
    shown = read_page(client.get(f"/cutouts/{cutout_id}", headers=PAGE))
    assert "A note." in shown
    fields = {"front": "What is this?", "back": "A leaf", "side": "front", "card": "0"}
    made = client.post(f"/cutouts/{cutout_id}/card", data=fields, headers=PAGE)
    assert made.status_code == 303
    page = read_page(client.get(made.headers["Location"], headers=PAGE))
    [number] = re.findall(r"/card-pictures/(\d+)", page)
    picture = client.get(f"/card-pictures/{number}")
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    assert client.application.test_client().get(f"/card-pictures/{number}").status_code == 404
    printed = read_page(client.get(f"/packs/{pack_id}/print/cards", headers=PAGE))
    assert f"/card-pictures/{number}" in printed
    with wiring.database.reading() as session:
        pack = find_pack(session, session.get_one(Pack, pack_id).guest_id, pack_id)
        assert pack.receipt["bytes_kept"] > 0
        card = next(card for card in pack.cards if card.front == "What is this?")
        assert (card.back, card.origin) == ("A leaf", "student")
    gone = client.post(f"/packs/{pack_id}/cards/{card.id}/picture/delete", headers=PAGE)
    assert gone.status_code == 303
    assert client.get(f"/card-pictures/{number}").status_code == 404


def test_a_covered_part_is_hidden_on_the_front_and_shown_on_the_back(
    client: FlaskClient, wiring: Wiring, pack_id: str, cutout_id: str
) -> None:
    fields = {"back": "Nucleus", "hide": "1", **AREA}
    assert client.post(f"/cutouts/{cutout_id}/card", data=fields, headers=PAGE).status_code == 303
    with wiring.database.writing() as session:
        row = session.scalars(select(CardPicture)).one()
        assert (row.hidden, row.on_back) == ([0.1, 0.2, 0.6, 0.7], False)
        card = session.scalars(select(Flashcard).where(Flashcard.uid == row.card_uid)).one()
        assert card.front == "What is hidden here?"
        for other in session.get_one(Pack, pack_id).cards:
            other.deleted_at = None if other.id == card.id else now()
    page = read_page(client.get(f"/packs/{pack_id}/review?new=1", headers=PAGE))
    assert page.index('class="mask"') < page.index('id="review-back"') < page.index('class="shown"')


def test_an_existing_card_keeps_its_words_and_its_old_picture_goes(
    client: FlaskClient, wiring: Wiring, pack_id: str, cutout_id: str
) -> None:
    with wiring.database.reading() as session:
        card = session.scalars(select(Flashcard).where(Flashcard.pack_id == pack_id)).first()
        assert card is not None
    for side in ("front", "back"):
        fields = {"card": str(card.id), "side": side, "front": "other words"}
        assert client.post(f"/cutouts/{cutout_id}/card", data=fields, headers=PAGE).status_code == 303
    with wiring.database.reading() as session:
        row = session.scalars(select(CardPicture)).one()
        assert row.on_back
        assert session.get_one(Flashcard, card.id).front == card.front


def test_a_card_without_words_is_refused_with_the_reason(
    client: FlaskClient, wiring: Wiring, cutout_id: str
) -> None:
    answer = client.post(f"/cutouts/{cutout_id}/card", data={"front": "What?"}, headers=PAGE)
    assert answer.status_code == 400
    assert 'role="alert"' in read_page(answer)
    with wiring.database.reading() as session:
        assert not session.scalar(select(func.count()).select_from(CardPicture))


def test_pictures_follow_their_cards_into_a_joined_pack(
    client: FlaskClient, wiring: Wiring, guest_id: int, pack_id: str, cutout_id: str
) -> None:
    client.post(f"/cutouts/{cutout_id}/card", data={"front": "What?", "back": "A leaf"}, headers=PAGE)
    first = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        merge(session, [find_pack(session, guest_id, first), find_pack(session, guest_id, pack_id)])
    with wiring.database.reading() as session:
        [uid] = cards.shown_in(session, first)
        assert session.scalars(select(Flashcard.pack_id).where(Flashcard.uid == uid)).one() == first
