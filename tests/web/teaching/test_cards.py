"""A set becomes cards and questions: the photo is on the front, and they are studied like others."""

from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.models import Flashcard, Pack, PackPicture, PhotoSet, QuizQuestion
from studylens.web.door.wiring import Wiring
from tests.web.teaching import world
from tests.web.world import PAGE, add_pack, become_guest, read_page

pytestmark = pytest.mark.own_sql


def made(client: FlaskClient, set_id: int) -> str:
    """Make the cards of a set; return the pack's id."""
    answer = client.post(f"/sets/{set_id}/cards", headers=PAGE)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    return answer.location.rpartition("/")[2]


def test_each_photo_is_a_card_a_question_and_a_page(client: FlaskClient, wiring: Wiring) -> None:
    set_id = world.add_taught(wiring, become_guest(wiring, client), classes=3, each=2)
    pack_id = made(client, set_id)
    with wiring.database.reading() as session:
        pack = session.get_one(Pack, pack_id)
        assert [card.back for card in pack.cards] == ["Kind 0", "Kind 1", "Kind 2"] * 2
        assert [item.options[item.answer_index] for item in pack.quiz] == [card.back for card in pack.cards]
        assert {len(set(item.options)) for item in pack.quiz} == {3}
        assert len({card.front for card in pack.cards}) == 6
        assert pack.private
        pages = session.scalars(select(PackPicture.page).where(PackPicture.pack_id == pack_id))
        assert sorted(pages) == [1, 2, 3, 4, 5, 6]


def test_the_photo_is_asked_about_in_review_practice_and_quiz(client: FlaskClient, wiring: Wiring) -> None:
    set_id = world.add_taught(wiring, become_guest(wiring, client))
    pack_id = made(client, set_id)
    front = f'<img src="/packs/{pack_id}/picture/'
    assert front in read_page(client.get(f"/packs/{pack_id}/review?new=1", headers=PAGE))
    assert front in read_page(client.get(f"/review/cram/{pack_id}", headers=PAGE))
    quiz = client.post(f"/packs/{pack_id}/quiz/start", headers=PAGE, follow_redirects=True)
    page = read_page(quiz)
    assert front in page
    assert "Kind 0" in page
    assert "Kind 1" in page
    for tab in ("", "/cards", "/page", "/more", "/quiz/edit"):
        assert client.get(f"/packs/{pack_id}{tab}", headers=PAGE).status_code == HTTPStatus.OK


def test_cards_made_anew_put_the_earlier_ones_into_the_trash(client: FlaskClient, wiring: Wiring) -> None:
    set_id = world.add_taught(wiring, become_guest(wiring, client))
    first, second = made(client, set_id), made(client, set_id)
    with wiring.database.reading() as session:
        assert session.get_one(Pack, first).deleted_at is not None
        assert session.get_one(Pack, second).deleted_at is None
        assert session.get_one(PhotoSet, set_id).pack_id == second


def test_a_pack_says_what_a_set_knows_of_its_photo(client: FlaskClient, wiring: Wiring) -> None:
    guest = become_guest(wiring, client)
    set_id = world.add_taught(wiring, guest)
    pack_id = add_pack(wiring, guest)
    with wiring.database.writing() as session:
        job, known = session.get_one(Pack, pack_id).job, session.get_one(PhotoSet, set_id)
        assert job
        one = {"set_id": set_id, "class_id": known.classes[1].id, "photo_id": 1, "closeness": 0.9}
        job.identified = [{**one, "verdict": "this"}, {**one, "verdict": "none"}]
    page = read_page(client.get(f"/packs/{pack_id}", headers=PAGE))
    assert page.count("This is “<bdi>Kind 1</bdi>”.") == 1
    assert "None of these" not in page


def test_one_class_makes_cards_and_no_questions(client: FlaskClient, wiring: Wiring) -> None:
    made(client, world.add_taught(wiring, become_guest(wiring, client), classes=1))
    with wiring.database.reading() as session:
        assert len(session.scalars(select(Flashcard)).all()) == 3
        assert session.scalars(select(QuizQuestion)).all() == []


def test_without_a_photo_there_is_nothing_to_show(client: FlaskClient, wiring: Wiring) -> None:
    set_id = world.add_taught(wiring, become_guest(wiring, client), pictures=False)
    answer = client.post(f"/sets/{set_id}/cards", headers=world.JSON)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "none was kept" in answer.get_json()["error"]["message"]


def test_a_large_set_fills_one_pack_with_some_of_each(client: FlaskClient, wiring: Wiring) -> None:
    set_id = world.add_taught(wiring, become_guest(wiring, client), classes=5, each=24)
    with wiring.database.reading() as session:
        backs = [card.back for card in session.get_one(Pack, made(client, set_id)).cards]
    assert {back: backs.count(back) for back in backs} == {f"Kind {n}": 20 for n in range(5)}
