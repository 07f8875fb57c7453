"""Editing: what is saved, what is refused and kept on the form, two tabs at once, delete and undo."""

import html
import re
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from studylens.models import Flashcard, Pack, QuizQuestion, TranscriptLine
from studylens.study.packs.store import find_pack
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, become_guest, read_page

HTMX = {"HX-Request": "true"}
HARD_TEXTS = (
    "שלום עולם",
    "👩🏽‍🔬 is a scientist",
    "<b>not bold</b> **nor this**",
    "a" * 900,
    "$x < y$ & \\frac{1}{2}",
)


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    return add_pack(wiring, guest_id)


def first(wiring: Wiring, model: type[Any], pack_id: str) -> Any:
    with wiring.database.reading() as session:
        return session.scalars(select(model).where(model.pack_id == pack_id).order_by(model.id)).first()


def save(client: FlaskClient, path: str, **texts: object) -> TestResponse:
    return client.post(path, data=texts, headers=PAGE)


def test_a_card_is_changed_in_place(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    card = first(wiring, Flashcard, pack_id)
    path = f"/packs/{pack_id}/cards/{card.id}/edit"
    assert "What does chlorophyll do?" in client.get(path, headers=HTMX).get_data(as_text=True)
    answer = client.post(
        path, data={"front": "Why green?", "back": "Chlorophyll", "version": 1}, headers=HTMX
    )
    assert answer.status_code == HTTPStatus.OK
    assert "Why green?" in answer.get_data(as_text=True)
    changed = first(wiring, Flashcard, pack_id)
    assert (changed.front, changed.back, changed.version) == ("Why green?", "Chlorophyll", 2)
    assert changed.edited_at is not None


@pytest.mark.parametrize("text", HARD_TEXTS)
def test_every_text_comes_back_letter_for_letter(
    client: FlaskClient, wiring: Wiring, pack_id: str, text: str
) -> None:
    line = first(wiring, TranscriptLine, pack_id)
    answer = save(client, f"/packs/{pack_id}/lines/{line.id}/edit", text=text, version=1)
    assert answer.status_code == HTTPStatus.SEE_OTHER
    assert first(wiring, TranscriptLine, pack_id).text == text
    form = read_page(client.get(f"/packs/{pack_id}/lines/{line.id}/edit", headers=PAGE))
    assert text in html.unescape(form)
    assert "<b>not bold" not in form


def test_a_corrected_line_is_no_longer_in_doubt(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    with wiring.database.reading() as session:
        doubtful = session.scalars(select(TranscriptLine).where(TranscriptLine.n == 4)).one()
    assert "check this" in read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    save(client, f"/packs/{pack_id}/lines/{doubtful.id}/edit", text="The Calvin cycle.", version=1)
    page = read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    assert "check this" not in page
    assert "corrected" in page


def test_the_later_of_two_tabs_sees_what_changed_and_loses_nothing(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    card = first(wiring, Flashcard, pack_id)
    path = f"/packs/{pack_id}/cards/{card.id}/edit"
    save(client, path, front="from the first tab", back="one", version=1)
    late = save(client, path, front="from the second tab", back="two", version=1)
    assert late.status_code == HTTPStatus.CONFLICT
    page = read_page(late)
    assert "from the first tab" in page
    assert "from the second tab" in page
    assert first(wiring, Flashcard, pack_id).front == "from the first tab"
    [version] = re.findall(r'name="version" value="(\d+)"', page)
    assert save(client, path, front="from the second tab", back="two", version=version).status_code == 303
    assert first(wiring, Flashcard, pack_id).front == "from the second tab"


def test_a_form_of_a_card_that_was_deleted_meanwhile_is_stale(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    card = first(wiring, Flashcard, pack_id)
    client.post(f"/packs/{pack_id}/cards/{card.id}/delete")
    late = save(client, f"/packs/{pack_id}/cards/{card.id}/edit", front="mine", back="b", version=1)
    assert late.status_code == HTTPStatus.CONFLICT
    assert "mine" in read_page(late)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"front": "", "back": "b"}, "is empty"),
        ({"front": "f", "back": "b" * 20_000}, "20,000 characters"),
        ({"front": "f\x00", "back": "kept words"}, "cannot be stored"),
    ],
    ids=["empty", "long", "NUL"],
)
def test_a_text_that_cannot_be_kept_stays_on_the_form(
    client: FlaskClient, wiring: Wiring, pack_id: str, texts: dict[str, str], said: str
) -> None:
    card = first(wiring, Flashcard, pack_id)
    answer = save(client, f"/packs/{pack_id}/cards/{card.id}/edit", **texts, version=1)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    page = read_page(answer)
    assert said in page
    assert texts["back"] in page
    assert first(wiring, Flashcard, pack_id).front == card.front


def test_a_line_of_twenty_thousand_characters_is_kept(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    line = first(wiring, TranscriptLine, pack_id)
    path = f"/packs/{pack_id}/lines/{line.id}/edit"
    assert save(client, path, text="x" * 20_000, version=1).status_code == HTTPStatus.SEE_OTHER
    assert len(first(wiring, TranscriptLine, pack_id).text) == 20_000
    assert save(client, path, text="x" * 20_001, version=2).status_code == HTTPStatus.BAD_REQUEST


def test_a_line_stays_one_line(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    line = first(wiring, TranscriptLine, pack_id)
    save(client, f"/packs/{pack_id}/lines/{line.id}/edit", text="two\r\nlines", version=1)
    assert first(wiring, TranscriptLine, pack_id).text == "two lines"


def test_deleting_can_be_undone(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    card = first(wiring, Flashcard, pack_id)
    gone = client.post(f"/packs/{pack_id}/cards/{card.id}/delete", headers=PAGE)
    page = read_page(client.get(gone.headers["Location"], headers=PAGE))
    assert "The card is deleted" in page
    assert card.front not in page
    client.post(f"/packs/{pack_id}/cards/{card.id}/restore", headers=PAGE)
    assert card.front in html.unescape(read_page(client.get(f"/packs/{pack_id}/cards", headers=PAGE)))


@pytest.mark.own_sql
def test_the_students_own_card_is_marked_as_theirs(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    path = f"/packs/{pack_id}/cards/new"
    assert "A new card" in read_page(client.get(path, headers=PAGE))
    assert save(client, path, front="What is rubisco?", back="An enzyme").status_code == HTTPStatus.SEE_OTHER
    with wiring.database.reading() as session:
        mine = session.scalars(select(Flashcard).where(Flashcard.origin == "student")).one()
    assert (mine.front, mine.source_line, mine.kind) == ("What is rubisco?", None, "short_answer")


@pytest.mark.own_sql
def test_the_students_own_question_is_asked_like_the_others(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    texts = {"question": "Which gas?", "answer": "CO2", "others": "O2\nN2\n", "explanation": ""}
    save(client, f"/packs/{pack_id}/questions/new", **texts)
    with wiring.database.reading() as session:
        mine = session.scalars(select(QuizQuestion).where(QuizQuestion.origin == "student")).one()
    assert sorted(mine.options) == ["CO2", "N2", "O2"]
    assert mine.options[mine.answer_index] == "CO2"
    assert "Which gas?" in read_page(client.get(f"/packs/{pack_id}/quiz/edit", headers=PAGE))


@pytest.mark.parametrize(
    "others", ["", "co2", "a\nb\nc\nd\ne\nf"], ids=["none", "the answer again", "too many"]
)
def test_a_question_needs_other_answers_that_differ(client: FlaskClient, pack_id: str, others: str) -> None:
    texts = {"question": "Which gas?", "answer": "CO2", "others": others, "explanation": ""}
    answer = save(client, f"/packs/{pack_id}/questions/new", **texts)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Which gas?" in read_page(answer)


def test_title_and_summary_are_edited_together(client: FlaskClient, wiring: Wiring, pack_id: str) -> None:
    path = f"/packs/{pack_id}/edit"
    assert save(client, path, title="Leaves", summary="Green.", version=1).status_code == HTTPStatus.SEE_OTHER
    with wiring.database.reading() as session:
        pack = session.get_one(Pack, pack_id)
    assert (pack.title, pack.summary, pack.version) == ("Leaves", "Green.", 2)
    late = save(client, path, title="Stems", summary="", version=1)
    assert late.status_code == HTTPStatus.CONFLICT
    assert {"Leaves", "Stems"} <= set(re.findall("Leaves|Stems", read_page(late)))


PATHS = ("cards/{}", "cards/{}/edit", "lines/{}/edit", "questions/{}/edit")


@pytest.mark.parametrize("path", PATHS)
def test_a_part_of_another_pack_is_not_in_this_one(
    client: FlaskClient, wiring: Wiring, guest_id: int, pack_id: str, path: str
) -> None:
    other = add_pack(wiring, guest_id)
    kind = {"cards": Flashcard, "lines": TranscriptLine, "questions": QuizQuestion}[path.partition("/")[0]]
    address = f"/packs/{pack_id}/{path.format(first(wiring, kind, other).id)}"
    assert client.get(address, headers=PAGE).status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/packs/{pack_id}/{path.format(2**40)}", headers=PAGE).status_code == 404


@pytest.mark.own_sql
def test_deleted_parts_go_with_their_pack(
    client: FlaskClient, wiring: Wiring, guest_id: int, pack_id: str
) -> None:
    card = first(wiring, Flashcard, pack_id)
    client.post(f"/packs/{pack_id}/cards/{card.id}/delete")
    with wiring.database.writing() as session:
        session.delete(find_pack(session, guest_id, pack_id))
    with wiring.database.reading() as session:
        assert session.get(Flashcard, card.id) is None


@pytest.mark.parametrize("path", ["lines/{}/edit", "cards/{}/edit", "edit"])
def test_a_program_that_forgets_the_version_is_told_what_is_wrong(
    client: FlaskClient, wiring: Wiring, pack_id: str, path: str
) -> None:
    part = first(wiring, TranscriptLine if path.startswith("lines") else Flashcard, pack_id)
    answer = save(client, f"/packs/{pack_id}/{path.format(part.id)}", title="x" * 999)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Edit the" in read_page(answer)


def test_a_quiz_question_is_deleted_by_the_address_on_its_page(
    client: FlaskClient, wiring: Wiring, pack_id: str
) -> None:
    page = read_page(client.get(f"/packs/{pack_id}/quiz/edit", headers=PAGE))
    question = first(wiring, QuizQuestion, pack_id)
    [path] = set(re.findall(rf'action="(/packs/[^"]*/{question.id}/delete)"', page))
    client.post(path, headers=PAGE)
    assert first(wiring, QuizQuestion, pack_id).deleted_at is not None
