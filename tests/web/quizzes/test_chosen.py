"""A quiz on the cards of today's reviews, and the last page of a review that offers it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.analysis.protocol import result
from studylens.models import CardSchedule, Flashcard, Pack, now
from studylens.study.schedule.settings import settings_to_change
from studylens.web.door.wiring import Wiring
from tests.study.quizzes.world import Student
from tests.study.reviews.world import add_deck, learn
from tests.web.world import PAGE, add_pack, analysis, become_guest

Rate = Callable[..., None]
DEFINITIONS = {
    "Chlorophyll": "the green pigment that takes in the light of the sun",
    "Stoma": "a pore in the leaf through which gases pass",
    "Xylem": "the tissue that carries water from the roots to the leaves",
    "Phloem": "the tissue that carries sugar from the leaves to the roots",
}


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def student(wiring: Wiring, client: FlaskClient, guest_id: int) -> Student:
    return Student(wiring, client)


@pytest.fixture
def rate(client: FlaskClient) -> Rate:
    """Answer cards in a review; each form has a key of its own."""
    keys = iter(range(10_000))

    def answer(*card_ids: int, rating: int = 3) -> None:
        for card_id in card_ids:
            sent = {"rating": str(rating), "key": f"a-key-of-mine-{next(keys)}", "ms": "2000"}
            assert client.post(f"/review/cards/{card_id}/answer", data=sent).status_code == 303

    return answer


def deck(student: Student, guest_id: int, cards: int = 4) -> tuple[str, list[int]]:
    """Add a pack whose cards are all due; return its id and theirs."""
    with student.wiring.database.writing() as session:
        pack = add_deck(session, guest_id, cards)
        learn(session, pack, now() - timedelta(days=9))
        return pack.id, [card.id for card in pack.cards]


def asked(student: Student, **form: str) -> set[int | None]:
    """Start the quiz; return the cards that it asks."""
    attempt_id = student.attempt_id(student.client.post("/quizzes/today", data=form))
    return {item.card_id for item in student.items(attempt_id)}


@pytest.mark.own_sql
def test_exactly_the_cards_of_today_are_asked(student: Student, guest_id: int, rate: Rate) -> None:
    first, mine = deck(student, guest_id)
    _, others = deck(student, guest_id)
    rate(*mine[:2], others[2])
    rate(others[3])
    student.client.post("/review/undo", data={"key": "taken-back-1"})
    assert asked(student) == {*mine[:2], others[2]}
    assert asked(student, pack=first) == set(mine[:2])
    with student.wiring.database.writing() as session:
        session.get_one(Flashcard, mine[0]).deleted_at = now()
    assert asked(student, pack=first) == {mine[1]}


def test_a_quiz_on_one_pack_is_that_packs(student: Student, guest_id: int, rate: Rate) -> None:
    pack_id, mine = deck(student, guest_id)
    rate(mine[0])
    started = student.client.post("/quizzes/today", data={"pack": pack_id})
    assert student.attempt(student.attempt_id(started)).pack_id == pack_id


def definitions(student: Student, guest_id: int) -> list[int]:
    """Add a pack of cards that nobody could type, accepted; return their ids."""
    cards = tuple(result.Card(front, back, "definition", 1) for front, back in DEFINITIONS.items())
    pack_id = add_pack(student.wiring, guest_id, analysis(material=result.Material(title="T", cards=cards)))
    student.client.post(f"/packs/{pack_id}/accept", data={"all": "1"})
    with student.wiring.database.reading() as session:
        return [card.id for card in session.get_one(Pack, pack_id).cards]


def test_what_nobody_could_type_is_asked_as_a_choice(student: Student, guest_id: int, rate: Rate) -> None:
    ids = definitions(student, guest_id)
    rate(ids[0])
    attempt_id = student.attempt_id(student.client.post("/quizzes/today"))
    [item] = student.items(attempt_id)
    assert (item.kind, item.card_id, item.answer) == ("choice", ids[0], DEFINITIONS["Chlorophyll"])
    assert len(item.options or []) >= 3
    assert set(item.options or []) <= set(DEFINITIONS.values())
    student.answer(item, right=False)
    again = student.attempt_id(student.client.post(f"/quizzes/{attempt_id}/retry"))
    assert [item.card_id for item in student.items(again)] == [ids[0]]


def test_a_card_that_was_asked_as_a_choice_stays_a_card(student: Student, guest_id: int, rate: Rate) -> None:
    ids = definitions(student, guest_id)
    rate(ids[0])
    [item] = student.items(student.attempt_id(student.client.post("/quizzes/today")))
    student.answer(item, right=False)
    student.client.post(f"{student.path(item)}/overrule")
    with student.wiring.database.reading() as session:
        assert session.get_one(Flashcard, ids[0]).deleted_at is None
        assert session.get(CardSchedule, ids[0]) is not None


def test_without_an_answer_of_today_there_is_no_such_quiz(student: Student, guest_id: int) -> None:
    pack_id, _ = deck(student, guest_id)
    assert student.client.post("/quizzes/today", headers=PAGE).status_code == 400
    assert student.client.post("/quizzes/today", data={"pack": pack_id}, headers=PAGE).status_code == 400
    stranger = student.client.application.test_client()
    assert stranger.post("/quizzes/today", headers=PAGE).status_code == 400
    become_guest(student.wiring, stranger)
    assert stranger.post("/quizzes/today", data={"pack": pack_id}, headers=PAGE).status_code == 404


@pytest.mark.own_sql
def test_the_last_page_counts_and_leads_on(student: Student, guest_id: int, rate: Rate) -> None:
    _, ids = deck(student, guest_id)
    with student.wiring.database.writing() as session:
        for schedule in session.scalars(select(CardSchedule)):
            schedule.stability, schedule.lapses = 19.0, 1
    rate(*ids[1:])
    rate(ids[0], rating=1)
    rate(ids[0], ids[0])
    words = student.words("/review")
    assert "Done for today 4 cards in" in words
    assert "Remembered 3 of 4" in words
    assert "Streak 1 day" in words
    assert "Now known +3" in words
    assert "This one slipped front 1 back 1 · forgotten twice now" in words
    assert "%" not in words
    for way in ("Quiz on these", "Finish"):
        assert words.count(way) == 1
    assert re.search(r'class="it" href="[^"]*#line-1"', student.read("/review"))
    assert 'aria-label="Take back your last answer"' in student.read("/review")


def test_the_last_page_says_how_much_comes_tomorrow(student: Student, guest_id: int, rate: Rate) -> None:
    _, ids = deck(student, guest_id, cards=5)
    rate(*ids)
    with student.wiring.database.writing() as session:
        for schedule in session.scalars(select(CardSchedule)):
            schedule.due_at = now() + timedelta(days=1)
    assert "Tomorrow: 5 cards, about 1 minute." in student.words("/review")


def test_streaks_that_are_off_stay_off_the_last_page(student: Student, guest_id: int, rate: Rate) -> None:
    _, ids = deck(student, guest_id)
    rate(*ids)
    assert "Streak" in student.words("/review")
    with student.wiring.database.writing() as session:
        settings_to_change(session, guest_id).streak_on = False
    assert "Streak" not in student.words("/review")


def test_no_quiz_is_offered_on_what_cannot_be_asked(student: Student, guest_id: int, rate: Rate) -> None:
    formula = result.Card("Energy?", "$E = h\\nu$", "definition")
    pack_id = add_pack(
        student.wiring, guest_id, analysis(material=result.Material(title="T", cards=(formula,)))
    )
    with student.wiring.database.reading() as session:
        [card] = session.get_one(Pack, pack_id).cards
    rate(card.id)
    rate(card.id)
    words = student.words("/review")
    assert "Remembered 1 of 1" in words
    assert "Quiz on these" not in words
