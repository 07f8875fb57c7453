"""Cards that a student makes from a page: by a colon, by a gap, from a fact, or as suggested."""

import dataclasses
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from studylens.analysis.protocol import result
from studylens.models import Flashcard, Pack, TranscriptLine
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, analysis, become_guest, read_page

LABEL_LINE, PLAIN_LINE = 3, 5
FACTS = (
    result.Fact(2, 2, "Plants turn light, water and carbon dioxide into glucose and oxygen."),
    result.Fact(4, 4, "The Calvin cycle takes place in the stroma."),
)
SUGGESTION = result.Card(
    "What is the page about?", "Photosynthesis", "short_answer", 1, result.SERVER, "heading"
)


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


def judged_pack(wiring: Wiring, guest_id: int, **judged: Any) -> str:
    """Add a pack of which the judge said this."""
    found = analysis()
    material = dataclasses.replace(found.material, judged=result.Judged(**judged))
    return add_pack(wiring, guest_id, dataclasses.replace(found, material=material))


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    return judged_pack(wiring, guest_id, facts=FACTS, suggestions=(SUGGESTION,))


def line_address(wiring: Wiring, pack_id: str, n: int) -> str:
    with wiring.database.reading() as session:
        mine = (TranscriptLine.pack_id == pack_id, TranscriptLine.n == n)
        return f"/packs/{pack_id}/lines/{session.scalars(select(TranscriptLine.id).where(*mine)).one()}/card"


def newest(wiring: Wiring, pack_id: str) -> Flashcard:
    with wiring.database.reading() as session:
        mine = select(Flashcard).where(Flashcard.pack_id == pack_id)
        return session.scalars(mine.order_by(Flashcard.id.desc()).limit(1)).one()


def post(client: FlaskClient, path: str, **form: Any) -> TestResponse:
    return client.post(path, data=form, headers=PAGE)


def test_a_line_with_a_colon_becomes_a_label_card(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    path = line_address(wiring, pack_id, LABEL_LINE)
    assert "Make this card" in read_page(client.get(path, headers=PAGE))
    answer = post(client, path, way="label")
    card = newest(wiring, pack_id)
    assert answer.location == f"/packs/{pack_id}/page?made={card.id}&line={LABEL_LINE}#line-{LABEL_LINE}"
    assert (card.front, card.back) == ("Chlorophyll", "the green pigment that takes in light.")
    assert (card.origin, card.source_line, card.kind) == ("student", LABEL_LINE, "definition")
    page = read_page(client.get(answer.location, headers=PAGE))
    assert "Your card is made" in page


@pytest.mark.parametrize(
    ("form", "back"),
    [
        ({"word": ["0"]}, "ATP"),
        ({"word": ["5", "3"]}, "energy of the"),
        ({"first": "16", "marked": "energy"}, "energy"),
        ({"first": "0", "marked": " energ"}, "energy"),
    ],
    ids=["one word", "first and last", "selected", "selected in part, counted wrongly"],
)
def test_words_of_a_line_become_the_gap_of_a_card(
    client: FlaskClient, wiring: Wiring, pack_id: str, form: dict[str, Any], back: str
) -> None:
    answer = post(client, line_address(wiring, pack_id, PLAIN_LINE), way="gap", **form)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    card = newest(wiring, pack_id)
    assert card.back == back
    assert card.front == "ATP carries the energy of the light reactions.".replace(back, "_____")
    assert (card.origin, card.source_line, card.kind) == ("student", PLAIN_LINE, "cloze")


@pytest.mark.parametrize(
    "form",
    [
        {"way": "gap"},
        {"way": "gap", "word": ["0", "7"]},
        {"way": "gap", "word": ["99", "x"]},
        {"way": "gap", "first": "0", "marked": "not on this line"},
        {"way": "label"},
        {},
    ],
    ids=["nothing", "everything", "no such word", "other words", "no colon", "no way"],
)
def test_what_cannot_become_a_card_comes_back_with_the_reason(
    client: FlaskClient, wiring: Wiring, pack_id: str, form: dict[str, Any]
) -> None:
    before = newest(wiring, pack_id).id
    answer = post(client, line_address(wiring, pack_id, PLAIN_LINE), **form)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert 'role="alert"' in read_page(answer)
    assert newest(wiring, pack_id).id == before


def test_a_page_in_japanese_offers_its_signs_one_by_one(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    lines = (result.Line(1, "光合成は葉緑体で行われる。", None, None),)
    pack_id = add_pack(wiring, guest_id, analysis(transcript=lines))
    answer = post(client, line_address(wiring, pack_id, 1), way="gap", word=["4", "6"])
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert newest(wiring, pack_id).back == "葉緑体"


def test_the_page_says_how_many_facts_have_a_card_and_follows_what_is_made(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    page = read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    assert "This page gave 3 cards." in page
    assert "1 of 2 facts have a card" in page
    [left] = [number for number in (0, 1) if f'id="fact-{number}"' in page]
    path = f"/packs/{pack_id}/facts/{left}/card"
    assert FACTS[left].text in read_page(client.get(path, headers=PAGE))
    answer = post(client, path, way="gap", word=[str(len(FACTS[left].text.split()) - 1)])
    assert newest(wiring, pack_id).source_line == FACTS[left].first
    assert "2 of 2 facts have a card" in read_page(client.get(answer.location, headers=PAGE))


def test_a_suggestion_is_seen_on_request_and_taken_once(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    assert "1 more that may be too easy" in read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    taken = {post(client, f"/packs/{pack_id}/suggestions/0/take").location for _ in range(2)}
    card = newest(wiring, pack_id)
    assert taken == {f"/packs/{pack_id}/cards?card={card.id}#card-{card.id}"}
    assert (card.front, card.origin, card.rule) == (SUGGESTION.front, result.SERVER, "heading")
    assert "too easy" not in read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))


@pytest.mark.parametrize("path", ["lines/9999/card", "facts/2/card", "cards/1/card"])
def test_what_is_not_there_is_not_found(client: FlaskClient, pack_id: str, path: str) -> None:
    assert client.get(f"/packs/{pack_id}/{path}", headers=PAGE).status_code == HTTPStatus.NOT_FOUND


def test_a_page_that_gave_nothing_says_why(client: FlaskClient, wiring: Wiring, guest_id: int) -> None:
    empty = result.Material(title="Sources", judged=result.Judged(no_cards="references"))
    pack_id = add_pack(wiring, guest_id, analysis(material=empty))
    page = read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    assert "This page gave no cards. The page is a list of sources." in " ".join(page.split())


def test_a_pack_from_before_the_judge_says_nothing_of_facts(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        session.get_one(Pack, pack_id).judged = None
    assert "facts have a card" not in read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
