"""Explain it back: what is found of a page, what becomes due, and that nothing typed is lost."""

from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from studylens.limits import MAX_EXPLANATION_CHARS
from studylens.models import CardSchedule, Flashcard, Pack, now
from studylens.study.reviews import cards
from studylens.study.reviews.due import due_now
from studylens.web.door.wiring import Wiring
from tests.study.reviews.world import add_deck, learn
from tests.web.world import PAGE, add_pack, become_guest, read_page

pytestmark = pytest.mark.own_sql
FACTS = (
    "Osmosis is the movement of water through a semipermeable membrane.",
    "The cell wall of a plant withstands a pressure of 8 bar.",
)
OSMOSIS = "Osmosis moves water through membranes that are semipermeable."
JSON = {"Accept": "application/json"}


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    """A pack with a card for each of two facts."""
    with wiring.database.writing() as session:
        facts = [{"first": n, "last": n, "text": text} for n, text in enumerate(FACTS, start=1)]
        pack = add_deck(session, guest_id, 2, judged={"facts": facts})
        pack.cards[0].front, pack.cards[0].back = "What is osmosis?", "Movement of water through a membrane"
        pack.cards[1].front, pack.cards[1].back = "What pressure does a cell wall withstand?", "8 bar"
        return pack.id


def cards_of(wiring: Wiring, pack_id: str) -> list[int]:
    with wiring.database.reading() as session:
        mine = select(Flashcard.id).where(Flashcard.pack_id == pack_id).order_by(Flashcard.id)
        return list(session.scalars(mine))


def due(wiring: Wiring, guest_id: int) -> int:
    with wiring.database.reading() as session:
        return due_now(session, guest_id, now()).due


def test_cards_of_what_was_missed_are_due_and_no_others(
    client: FlaskClient, wiring: Wiring, guest_id: int, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        learn(session, session.get_one(Pack, pack_id), now())
    assert due(wiring, guest_id) == 0
    found = client.post(f"/packs/{pack_id}/explain", data={"text": OSMOSIS}, headers=JSON).get_json()
    assert [(fact["told"], fact["first"]) for fact in found["facts"]] == [("found", 1), ("missed", 2)]
    assert (found["due"], found["drafts"]) == (1, [])
    assert due(wiring, guest_id) == 1
    with wiring.database.reading() as session:
        last = select(CardSchedule.card_id).order_by(CardSchedule.due_at).limit(1)
        assert session.scalar(last) == cards_of(wiring, pack_id)[1]


def test_telling_it_again_moves_nothing_more(
    client: FlaskClient, wiring: Wiring, guest_id: int, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        learn(session, session.get_one(Pack, pack_id), now())
    client.post(f"/packs/{pack_id}/explain", data={"text": OSMOSIS})
    with wiring.database.reading() as session:
        before = session.execute(select(CardSchedule.card_id, CardSchedule.due_at)).all()
    client.post(f"/packs/{pack_id}/explain", data={"text": OSMOSIS})
    with wiring.database.reading() as session:
        assert session.execute(select(CardSchedule.card_id, CardSchedule.due_at)).all() == before


def test_drafts_stay_drafts_until_the_student_adds_them(
    client: FlaskClient, wiring: Wiring, guest_id: int, pack_id: str
) -> None:
    page = read_page(client.post(f"/packs/{pack_id}/explain", data={"text": OSMOSIS}, headers=PAGE))
    second = cards_of(wiring, pack_id)[1]
    assert "1 of 2 facts in your words" in page
    assert f'name="card" value="{second}"' in page
    with wiring.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CardSchedule)) == 0


def test_a_card_that_was_set_aside_stays_there(
    client: FlaskClient, wiring: Wiring, guest_id: int, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        learn(session, session.get_one(Pack, pack_id), now())
        cards.suspend(session, guest_id, cards_of(wiring, pack_id)[1], now())
    found = client.post(f"/packs/{pack_id}/explain", data={"text": OSMOSIS}, headers=JSON).get_json()
    assert (found["due"], found["drafts"]) == (0, [])


def test_what_was_typed_comes_back_with_the_result_and_as_text(client: FlaskClient, pack_id: str) -> None:
    text = "</textarea><script>alert(1)</script> Osmosis"
    page = read_page(client.post(f"/packs/{pack_id}/explain", data={"text": text}, headers=PAGE))
    assert "&lt;/textarea&gt;&lt;script&gt;" in page
    assert "0 of 2 facts" in page


@pytest.mark.parametrize("text", ["", "  \n ", "a" * (MAX_EXPLANATION_CHARS + 1), "osmosis \x00"])
def test_nothing_and_too_much_are_refused_by_name_and_kept(
    client: FlaskClient, pack_id: str, text: str
) -> None:
    answer = client.post(f"/packs/{pack_id}/explain", data={"text": text}, headers=PAGE)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    page = read_page(answer)
    assert 'aria-invalid="true"' in page
    assert text.replace("\x00", "").strip() in page
    assert client.post(f"/packs/{pack_id}/explain", data={"text": text}, headers=JSON).status_code == 400


def test_a_page_without_facts_is_held_against_its_lines(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    page = read_page(client.get(f"/packs/{pack_id}/explain", headers=PAGE))
    assert "What do you remember of this page?" in page
    found = client.post(f"/packs/{pack_id}/explain", data={"text": "Nothing."}, headers=JSON).get_json()
    assert found["facts"]
    assert {fact["told"] for fact in found["facts"]} == {"missed"}


def test_a_pack_without_text_says_so(client: FlaskClient, wiring: Wiring, guest_id: int) -> None:
    with wiring.database.writing() as session:
        pack_id = add_deck(session, guest_id, 1).id
    assert "too little text" in read_page(client.get(f"/packs/{pack_id}/explain", headers=PAGE))
