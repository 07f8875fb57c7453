"""Key terms: each piece of evidence with its day, the way to what is missing, and a lapse that counts."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studylens.models import AGAIN, EASY, GOOD, Pack, PackTerm, StudySettings, now
from studylens.study.explaining.explain import keep_told
from studylens.study.progress.stats import progress_of
from studylens.study.record.evidence import Held
from studylens.study.reviews import answers, cards
from studylens.study.reviews.answers import Answer
from studylens.study.terms.guests import proved_by
from studylens.study.terms.packs import mastered_terms
from studylens.study.terms.proof import Missing, Proof
from studylens.web.door.wiring import Wiring
from tests.study.record.answers import DAY, NOON
from tests.study.reviews.world import add_deck, send, set_schedule
from tests.web.world import PAGE, become_guest, read_page

pytestmark = pytest.mark.own_sql
FACTS = ("Osmosis is the movement of water through a membrane.", "Turgor presses on the wall of a cell.")
SAID = "Osmosis moves water through a membrane."


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    """A pack with two terms, of which cards ask for the first; its student's days are those of UTC."""
    with wiring.database.writing() as session:
        session.merge(StudySettings(guest_id=guest_id, time_zone="UTC"))
        facts = [{"first": n, "last": n, "text": text} for n, text in enumerate(FACTS, start=1)]
        pack = add_deck(session, guest_id, 2, judged={"facts": facts})
        pack.cards[0].front, pack.cards[0].back = "What moves water through a membrane?", "Osmosis"
        pack.key_terms = [
            PackTerm(term="osmosis", definition="movement of water", source_line=1, origin="server"),
            PackTerm(term="turgor", source_line=2, origin="server"),
        ]
        cards.accept(session, pack, pack.cards[:1], NOON)
        return pack.id


def recall(session: Session, pack: Pack, *days: int, rating: int = GOOD) -> None:
    for day in days:
        send(session, pack.guest_id, pack.cards[0].id, NOON + day * DAY, rating)


def proof(session: Session, pack: Pack) -> Proof:
    [first, *_] = proved_by(session, pack.guest_id)
    return first.proof


def test_recall_and_an_explanation_are_mastery_until_a_lapse(wiring: Wiring, pack_id: str) -> None:
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        recall(session, pack, 0, 3)
        assert proved_by(session, pack.guest_id) == ()
        assert [term.term for term in keep_told(session, pack, SAID, NOON + 9 * DAY)] == ["osmosis"]
        assert proof(session, pack).missing == (Missing.RECALL,)
        recall(session, pack, 9)
        osmosis = pack.key_terms[0].id
        assert mastered_terms(session, pack) == {osmosis}
        assert proof(session, pack).recalled_on == (date(2026, 3, 13), date(2026, 3, 19))
        assert progress_of(session, pack.guest_id, NOON + 9 * DAY).mastered_terms == 1
        recall(session, pack, 20, rating=AGAIN)
        assert mastered_terms(session, pack) == frozenset()
        assert proof(session, pack).lost_on == date(2026, 3, 30)
        answers.undo(session, pack.guest_id, "u" * 16, NOON + 20 * DAY)
        assert mastered_terms(session, pack) == {osmosis}


def test_a_typed_answer_that_is_right_stands_for_the_explanation(wiring: Wiring, pack_id: str) -> None:
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        recall(session, pack, 0, 3)
        given = Answer(pack.cards[0].id, GOOD, "k" * 16, typed="the Osmosis")
        answers.answer(session, pack.guest_id, given, NOON + 9 * DAY)
        assert proof(session, pack).typed_on == date(2026, 3, 19)
        assert proof(session, pack).is_mastered


def test_an_explanation_finds_the_days_of_before_they_were_kept(wiring: Wiring, pack_id: str) -> None:
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        recall(session, pack, 0, 3, 9)
        card = pack.cards[0].id
    set_schedule(wiring.database, card, **Held().columns())
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        keep_told(session, pack, SAID, NOON + 9 * DAY)
        assert proof(session, pack).is_mastered


def test_the_page_tells_what_is_there_and_leads_to_what_is_missing(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        recall(session, pack, 0, 3)
        osmosis, turgor = (term.id for term in pack.key_terms)
    page = read_page(client.get(f"/packs/{pack_id}/terms", headers=PAGE))
    assert "0 of 2 terms mastered" in page
    assert re.search(r"Recalled on 13 March(?: 2026)?; one more day is needed\.", page)
    assert f'href="/packs/{pack_id}/explain?term={osmosis}"' in page
    assert "Make a card that asks for it" in page  # Of turgor no card asks.
    told = client.post(f"/packs/{pack_id}/explain?term={osmosis}", data={"text": SAID}, headers=PAGE).text
    assert "1 of 1 fact in your words" in told
    with wiring.database.writing() as session:
        recall(session, session.get_one(Pack, pack_id), 9)
    page = read_page(client.get(f"/packs/{pack_id}/terms", headers=PAGE))
    assert "1 of 2 terms mastered" in page
    assert re.search(r"Recalled on 13 March(?: 2026)?, 19 March(?: 2026)?\.", page)
    assert "said 1 of 1 point." in page
    assert f'href="/packs/{pack_id}/explain?term={turgor}"' in page
    study, progress = (client.get(path, headers=PAGE).text for path in (f"/packs/{pack_id}", "/progress"))
    assert "1 of 2 terms mastered" in study
    assert "said 1 of 1 point." in progress


def test_the_way_to_recall_goes_by_where_its_card_is(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    def page() -> str:
        return read_page(client.get(f"/packs/{pack_id}/terms", headers=PAGE))

    assert "Learn its card" in page()
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        send(session, pack.guest_id, pack.cards[0].id, now(), EASY)
        card = pack.cards[0].id
    assert "Its card comes back on" in page()
    set_schedule(wiring.database, card, due_at=now() - DAY)
    assert "Recall it in a review" in page()
    set_schedule(wiring.database, card, suspended=True)
    assert "Resume its paused card" in page()


def test_a_weak_explanation_says_what_it_lacks(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        more = [{"first": n, "last": n, "text": f"Osmosis lets part {n} swell by rain."} for n in (3, 4)]
        pack.judged = {"facts": [*(pack.judged or {})["facts"], *more]}
    client.post(f"/packs/{pack_id}/explain", data={"text": SAID})
    page = read_page(client.get(f"/packs/{pack_id}/terms", headers=PAGE))
    assert "said 1 of 3 points; 2 are needed." in page
    assert "Explain it back once" in page


def test_what_is_proved_is_in_file_and_json(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        keep_told(session, pack, SAID, now())
    [term] = client.get("/get_progress_stats").get_json()["terms"]
    assert (term["term"], term["mastered"], term["proof"]["explained"]["said"]) == ("osmosis", False, 1)
    assert "osmosis,Osmosis,no," in client.get("/progress/terms.csv").text
