"""What programs add and look for: nothing twice under one id, nothing of anybody else's."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from studylens.models import CardPicture, Flashcard, Pack, new_id
from studylens.study.packs import trash
from studylens.study.packs.subjects import TAGS_A_PACK
from studylens.web.api import pace
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import add_deck, add_guest
from tests.web.api.program import Program, code

CARD = {"front": "ATP?", "back": "Energy"}


@pytest.fixture(autouse=True)
def _fresh_buckets() -> None:
    pace.begin_anew()


@pytest.fixture
def program(app: Flask, wiring: Wiring) -> Program:
    return _program(app, wiring)


def _program(app: Flask, wiring: Wiring) -> Program:
    with wiring.database.writing() as session:
        guest = add_guest(session)
    return Program(app, wiring, guest)


def _pack(program: Program, title: str = "Biology", **more: str) -> str:
    answer = program.send("POST", "/packs", {"title": title, **more})
    assert answer.status_code == 201
    return str(answer.get_json()["id"])


def _found(program: Program, **wanted: object) -> list[str]:
    return [card["front"] for card in program.send("POST", "/cards/search", wanted).get_json()["items"]]


def test_a_pack_of_ones_own_is_begun_found_and_opened(app: Flask, wiring: Wiring, program: Program) -> None:
    pack_id = _pack(program, " Mitosis ", subject="Biology")
    told = program.get(f"/packs/{pack_id}").get_json()
    assert (told["title"], told["subject"]) == ("Mitosis", "Biology")
    assert [pack["id"] for pack in program.get("/packs?q=mitos").get_json()["items"]] == [pack_id]
    with wiring.database.reading() as session:
        everything = Program(app, wiring, session.get_one(Pack, pack_id).guest_id, "")
    shown = {"Authorization": f"Bearer {everything.token}", "Accept": "text/html"}
    assert "Mitosis" in app.test_client().get(f"/packs/{pack_id}", headers=shown).text


def test_a_pack_and_a_card_that_are_sent_again_are_the_same(program: Program) -> None:
    own = new_id()
    first, again = (program.send("POST", "/packs", {"title": "Biology", "id": own}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    path, sent = f"/packs/{own}/cards", {**CARD, "id": new_id()}
    first, again = program.send("POST", path, sent), program.send("POST", path, {**sent, "back": "Other"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert first.get_json()["id"] == sent["id"]
    assert len(program.items(path)) == 1


@pytest.mark.own_sql
def test_a_card_that_is_sent_twice_at_the_same_moment_is_one(
    app: Flask, wiring: Wiring, program: Program
) -> None:
    path, sent = f"/packs/{_pack(program)}/cards", {**CARD, "id": new_id()}
    shown = {"Authorization": f"Bearer {program.token}"}

    def send(_n: int) -> int:
        client = app.test_client(use_cookies=False)
        return client.post(f"/api/v1{path}", json=sent, headers=shown).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(8))) == [200] * 7 + [201]
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Flashcard)) == 1


def test_a_card_that_was_put_away_does_not_come_back_under_its_id(program: Program) -> None:
    path, sent = f"/packs/{_pack(program)}/cards", {**CARD, "id": new_id()}
    program.send("POST", path, sent)
    program.send("DELETE", f"/cards/{sent['id']}")
    assert code(program.send("POST", path, sent)) == (410, "card_away")


def test_an_id_of_another_student_opens_nothing(app: Flask, wiring: Wiring, program: Program) -> None:
    pack_id, uid = _pack(program), new_id()
    program.send("POST", f"/packs/{pack_id}/cards", {**CARD, "id": uid})
    stranger = _program(app, wiring)
    assert code(stranger.send("POST", "/packs", {"title": "Mine", "id": pack_id})) == (404, "not_found")
    own = f"/packs/{_pack(stranger)}/cards"
    assert stranger.send("POST", own, {"front": "Own", "back": "words", "id": uid}).status_code == 201
    assert stranger.get(f"/cards/{uid}").get_json()["front"] == "Own"
    assert program.get(f"/cards/{uid}").get_json()["front"] == "ATP?"
    assert _found(stranger) == ["Own"]
    assert code(stranger.send("POST", "/cards/search", {"pack": pack_id})) == (404, "not_found")


@pytest.mark.own_sql
def test_tags_of_a_card_are_given_to_its_pack_as_far_as_there_is_room(program: Program) -> None:
    pack_id = _pack(program)
    tags = ["Yomitan", "to_learn", "a,b", "", *(f"tag {n:02}" for n in range(30))]
    assert program.send("POST", f"/packs/{pack_id}/cards", {**CARD, "tags": tags}).status_code == 201
    told = program.get(f"/packs/{pack_id}").get_json()["tags"]
    assert len(told) == TAGS_A_PACK
    assert {"yomitan", "to learn", "tag 00"} <= set(told)


@pytest.mark.own_sql
def test_cards_are_found_by_words_fronts_and_numbers(wiring: Wiring, program: Program) -> None:
    pack_id, other = _pack(program), _pack(program, "Chemistry")
    for front, back, home in (("Öl", "fat 100%", pack_id), ("oil", "Fat", other), ("100", "a_b", other)):
        program.send("POST", f"/packs/{home}/cards", {"front": front, "back": back})
    everything = program.send("POST", "/cards/search", {}).get_json()["items"]
    numbers = [card["number"] for card in everything]
    assert _found(program, words="FAT") == ["Öl", "oil"]
    assert _found(program, words="öl fat") == ["Öl"]
    assert _found(program, words="100%") == ["Öl"]
    assert _found(program, words="a_") == ["100"]
    assert _found(program, fronts=["oil", "Oil", "öl"]) == ["oil"]
    assert _found(program, numbers=[*numbers[:2], 0, -1, 2**70]) == ["Öl", "oil"]
    assert _found(program, words="fat", pack=other) == ["oil"]
    part = program.send("POST", "/cards/search", {"limit": 2}).get_json()
    assert _found(program, limit=2, cursor=part["next"]) == ["100"]
    with wiring.database.writing() as session:
        trash.throw_away(session, session.get_one(Pack, other))
    assert _found(program, words="fat") == ["Öl"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/packs", {}),
        ("/packs", {"title": "  "}),
        ("/packs", {"title": "a" * 300}),
        ("/packs", {"title": "a", "subject": "b" * 101}),
        ("/packs", {"title": "a", "id": "B" * 32}),
        ("/packs/{}/cards", {**CARD, "id": "short"}),
        ("/packs/{}/cards", {**CARD, "tags": "one"}),
        ("/cards/search", {"limit": 0}),
        ("/cards/search", {"limit": 101}),
        ("/cards/search", {"fronts": ["a"] * 101}),
        ("/cards/search", {"numbers": [1] * 101}),
        ("/cards/search", {"numbers": ["1"]}),
        ("/cards/search", {"cursor": "x"}),
    ],
)
def test_what_is_not_as_it_should_be_is_named(program: Program, path: str, body: object) -> None:
    assert code(program.send("POST", path.format(_pack(program)), body)) == (400, "bad_text")


def test_a_pack_that_is_full_says_so(wiring: Wiring, app: Flask) -> None:
    with wiring.database.writing() as session:
        guest = add_guest(session)
        pack_id = add_deck(session, guest, 500).id
    program = Program(app, wiring, guest)
    assert code(program.send("POST", f"/packs/{pack_id}/cards", CARD)) == (400, "pack_full")


@pytest.mark.own_sql
def test_a_card_is_set_aside_and_brought_back(app: Flask, wiring: Wiring, program: Program) -> None:
    card = program.send("POST", f"/packs/{_pack(program)}/cards", CARD).get_json()["id"]
    path = f"/cards/{card}/suspended"
    for _again in range(2):
        assert program.send("PUT", path, {"suspended": True}).get_json()["suspended"] is True
    assert program.get("/due").get_json()["items"] == []
    assert program.send("PUT", path, {"suspended": False}).get_json()["suspended"] is False
    assert [one["id"] for one in program.get("/due").get_json()["items"]] == [card]
    assert code(_program(app, wiring).send("PUT", path, {"suspended": True})) == (404, "not_found")
    assert code(program.send("PUT", path, {"suspended": 1})) == (400, "bad_text")
    with wiring.database.writing() as session:
        draft = add_deck(session, session.scalars(select(Pack.guest_id)).one(), 1).cards[0].uid
    answer = program.send("PUT", f"/cards/{draft}/suspended", {"suspended": True})
    assert code(answer) == (410, "card_away")


@pytest.mark.own_sql
def test_a_picture_is_put_on_each_side_and_on_nobody_else_s(
    app: Flask, wiring: Wiring, program: Program
) -> None:
    sent = program.send("POST", f"/packs/{_pack(program)}/cards", CARD).get_json()
    path = f"/cards/{sent['id']}/picture"
    picture = {"webp": base64.b64encode(webp()).decode(), "alt": "A cell"}
    for side in ("front", "back", "back"):
        assert program.send("PUT", path, {"side": side, **picture}).status_code == 204
    with wiring.database.reading() as session:
        found = session.scalars(select(CardPicture).order_by(CardPicture.on_back)).all()
        assert [(one.on_back, one.width, one.height, one.alt) for one in found] == [
            (False, 40, 30, "A cell"),
            (True, 40, 30, "A cell"),
        ]
        assert session.get_one(Pack, sent["pack"]).receipt["bytes_kept"] == 2 * len(webp())
    other = _program(app, wiring).send("PUT", path, {"side": "front", **picture})
    assert code(other) == (404, "not_found")
    assert code(program.send("PUT", path, {"side": "middle", **picture})) == (400, "bad_text")


@pytest.mark.parametrize(
    ("data", "refused"),
    [
        (b"", "bad_text"),
        (b"GIF89a", "bad_text"),
        (b"no picture", "bad_text"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "bad_text"),
        (b"\0" * 180_001, "bad_text"),
        (b"\0" * 200_000, "too_large"),
    ],
)
def test_what_is_no_small_picture_is_refused(program: Program, data: bytes, refused: str) -> None:
    card = program.send("POST", f"/packs/{_pack(program)}/cards", CARD).get_json()["id"]
    wide = base64.b64encode(webp(2_001)).decode()
    for sent, why in (
        (base64.b64encode(data).decode(), refused),
        ("no base64!", "bad_text"),
        (wide, "bad_text"),
    ):
        answer = program.send("PUT", f"/cards/{card}/picture", {"side": "front", "webp": sent})
        assert code(answer)[1] == why


def webp(width: int = 40) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (width, 30), "navy").save(kept, "WEBP")
    return kept.getvalue()
