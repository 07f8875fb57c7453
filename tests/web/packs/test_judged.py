"""What a pack's page says of the judge: how this was made, marks, and answers that are a part of it."""

import base64
import dataclasses
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from studylens.analysis.protocol import result
from studylens.models import Flashcard, QuizQuestion
from studylens.web.door.wiring import Wiring
from tests.web.world import GEMINI, PAGE, add_pack, analysis, become_guest, read_page

FORMULA = result.Card(
    "Which formula holds for glucose?", "C6H1206", "definition", 3, result.SERVER, "formula",
    answer_box=(0.25, 0.5, 0.75, 0.6),
)  # fmt: skip
JUDGED = result.Judged(
    dropped=(
        result.Dropped("answer_in_question", "label", result.SERVER, 2),
        result.Dropped("answer_in_question", "year", result.SERVER, 1),
        result.Dropped("a code of a later release", "label", result.SERVER, 1),
    ),
    mended=(result.Dropped("options_filler", "model", GEMINI, 1),),
)


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


def add(wiring: Wiring, guest_id: int, *, copy: result.KeptCopy | None = None, **changes: Any) -> str:
    """Add a pack whose material is changed in this."""
    found = analysis(copy=copy)
    return add_pack(
        wiring, guest_id, dataclasses.replace(found, material=dataclasses.replace(found.material, **changes))
    )


def read(client: FlaskClient, path: str) -> str:
    """Return the page with its white space folded."""
    return " ".join(read_page(client.get(path, headers=PAGE)).split())


def newest(wiring: Wiring, model: type[Any], pack_id: str) -> Any:
    with wiring.database.reading() as session:
        mine = select(model).where(model.pack_id == pack_id)
        return session.scalars(mine.order_by(model.id.desc()).limit(1)).one()


def kept_copy() -> result.KeptCopy:
    stream = io.BytesIO()
    Image.new("RGB", (400, 1000), "white").save(stream, "JPEG")
    return result.KeptCopy(base64.b64encode(stream.getvalue()).decode(), 400, 1000)


def test_what_the_judge_did_is_counted_in_sentences(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    page = read(client, f"/packs/{add(wiring, guest_id, judged=JUDGED)}/more")
    assert "What was checked" in page
    assert "<li>3 left out: the answer stood in the question" in page
    assert "<li>1 mended: an option was no answer" in page
    assert "later release" not in page


def test_where_the_judge_found_nothing_the_receipt_says_nothing(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    assert "What was checked" not in read(client, f"/packs/{add(wiring, guest_id)}/more")


def test_a_mark_is_shown_with_its_card_and_question(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    material = analysis().material
    marked = {
        "cards": [dataclasses.replace(material.cards[0], marks=("not_on_page",))],
        "quiz": [dataclasses.replace(material.quiz[0], marks=("not_on_page",))],
    }
    pack_id = add(wiring, guest_id, **marked)
    for path in (f"/packs/{pack_id}/cards", f"/packs/{pack_id}/quiz/edit"):
        assert "The page does not say it." in read(client, path)


@pytest.mark.own_sql
def test_an_own_card_and_question_are_marked_and_kept_as_they_were_written(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    card = {"front": "Is it chlorophyll that takes in light?", "back": "chlorophyll"}
    client.post(f"/packs/{pack_id}/cards/new", data=card)
    made = newest(wiring, Flashcard, pack_id)
    assert (made.front, made.back) == (card["front"], card["back"])
    assert "answer_in_question" in made.marks
    asked = {"question": "What carries energy?", "answer": "ATP", "others": "DNA\nall of the above"}
    client.post(f"/packs/{pack_id}/questions/new", data={**asked, "explanation": ""})
    question = newest(wiring, QuizQuestion, pack_id)
    assert sorted(question.options) == ["ATP", "DNA", "all of the above"]
    assert "options_all_above" in question.marks


def test_an_edit_takes_a_mark_away_when_it_mends_the_card(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    pack_id = add_pack(wiring, guest_id)
    bad = {"front": "Is it chlorophyll that takes in light?", "back": "chlorophyll"}
    client.post(f"/packs/{pack_id}/cards/new", data=bad)
    path = f"/packs/{pack_id}/cards/{newest(wiring, Flashcard, pack_id).id}/edit"
    client.post(path, data={"front": "Which pigment takes in light?", "back": "Chlorophyll", "version": 1})
    assert newest(wiring, Flashcard, pack_id).marks is None


def test_an_imported_card_is_marked_and_kept(client: FlaskClient, wiring: Wiring, guest_id: int) -> None:
    data = b"front,back\nIs it chlorophyll that takes in light?,chlorophyll\nWhich pigment?,Chlorophyll\n"
    answer = client.post("/import", data={"file": (io.BytesIO(data), "cards.csv")})
    assert answer.get_json()["counts"]["cards"] == 2
    with wiring.database.reading() as session:
        cards = session.scalars(select(Flashcard).where(Flashcard.origin == "import")).all()
        assert len(cards) == 2
        assert "answer_in_question" in next(card.marks or [] for card in cards if "?" in card.front)


def test_a_formula_shows_its_part_of_the_kept_photo(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    pack_id = add(wiring, guest_id, copy=kept_copy(), cards=(FORMULA,))
    page = read(client, f"/packs/{pack_id}/cards")
    assert 'viewBox="100 500 200 100"' in page
    assert f'<image href="/packs/{pack_id}/picture/1"' in page
    assert "As read:</span> C6H1206" in page


def test_a_formula_without_a_copy_waits_for_the_browsers_own_picture(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    page = read(client, f"/packs/{add(wiring, guest_id, cards=(FORMULA,))}/cards")
    assert 'data-snip="0.25 0.5 0.75 0.6"' in page
    assert 'viewBox="100' not in page
    assert "As read:</span> C6H1206" in page


def test_a_formula_is_shown_in_the_review_too(client: FlaskClient, wiring: Wiring, guest_id: int) -> None:
    pack_id = add(wiring, guest_id, copy=kept_copy(), cards=(FORMULA,))
    client.post(f"/packs/{pack_id}/accept", data={"all": "1"})
    for path in ("/review?show=1", f"/review/cram/{pack_id}"):
        assert 'viewBox="100 500 200 100"' in read(client, path)


def test_an_answer_that_the_student_wrote_is_no_longer_the_photo(
    client: FlaskClient, wiring: Wiring, guest_id: int
) -> None:
    pack_id = add(wiring, guest_id, copy=kept_copy(), cards=(FORMULA,))
    card = newest(wiring, Flashcard, pack_id)
    path = f"/packs/{pack_id}/cards/{card.id}/edit"
    client.post(path, data={"front": card.front, "back": card.back, "version": 1})
    assert newest(wiring, Flashcard, pack_id).answer_box is not None
    client.post(path, data={"front": card.front, "back": "C6H12O6", "version": 2})
    assert newest(wiring, Flashcard, pack_id).answer_box is None
