"""Every event that can earn an achievement does, and the next page says so once."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.models import Flashcard, QuizAttempt, QuizItem, TranscriptLine, UserAchievement, now
from studylens.study.packs import editing
from studylens.study.packs.parts import LINES
from studylens.study.quizzes import taking
from studylens.web.door.wiring import Wiring
from tests.study.record.answers import DAY, add_cards, answer, new_guest
from tests.web.world import PAGE, become_guest

pytestmark = pytest.mark.own_sql

TOLD = b' news" role="status"'
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def card_id(wiring: Wiring, client: FlaskClient) -> int:
    """A mature card that is due, of a student who is one recall away from ten."""
    guest_id = become_guest(wiring, client)
    with wiring.database.writing() as session:
        for _ in range(9):
            answer(session, guest_id, now(), before={"stability": 30.0})
        pack = add_cards(session, guest_id, {"due_at": now() - DAY, "last_review_at": now() - 30 * DAY})
        return session.scalars(select(Flashcard.id).where(Flashcard.pack_id == pack.id)).one()


def recall(client: FlaskClient, card_id: int, **headers: str) -> bytes:
    form = {"rating": "3", "key": "a" * 32, "shown_ms": "0"}
    return client.post(f"/review/cards/{card_id}/answer", data=form, headers={**PAGE, **headers}).data


def test_the_page_after_the_answer_tells_it_once(client: FlaskClient, card_id: int) -> None:
    recall(client, card_id)
    assert TOLD in client.get("/review", headers=PAGE).data
    assert TOLD not in client.get("/review", headers=PAGE).data


def test_an_answer_by_script_brings_the_news_along(client: FlaskClient, card_id: int) -> None:
    assert TOLD in recall(client, card_id, **SCRIPT)
    assert TOLD not in client.get("/progress", headers=PAGE).data


def test_a_corrected_line_is_rewarded_at_once(wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        pack = add_cards(session, new_guest(session))
        line = TranscriptLine(pack_id=pack.id, n=1, text="Il")
        session.add(line)
        session.flush()
        editing.edit_part(session, LINES, line, {"text": "II"}, version=1)
        assert session.scalars(select(UserAchievement.achievement_name)).all() == ["lines_corrected"]


def test_the_last_answer_of_a_perfect_quiz_is_rewarded(wiring: Wiring) -> None:
    with wiring.database.writing() as session:
        guest_id = new_guest(session)
        attempt = QuizAttempt(guest_id=guest_id, pack_id=add_cards(session, guest_id).id, title="Cells")
        attempt.items = [
            QuizItem(position=n, kind="choice", prompt="?", options=["a", "b"], answer="a")
            for n in range(1, 6)
        ]
        session.add(attempt)
        session.flush()
        for item in attempt.items:
            taking.answer(session, attempt, item, taking.Given("a", now(), 1_000))
        assert "perfect_quizzes" in session.scalars(select(UserAchievement.achievement_name)).all()
