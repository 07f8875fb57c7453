"""What a quiz answer does to the cards, the schedule and the log, and how the student's word undoes it."""

import threading
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.analysis.protocol import result
from studylens.models import (
    AGAIN,
    GOOD,
    LOG_QUIZ,
    LOG_UNDO,
    CardSchedule,
    Flashcard,
    Pack,
    QuizItem,
    QuizQuestion,
    ReviewDay,
    ReviewLog,
    now,
)
from studylens.study.record.tallies import recount
from studylens.study.reviews.cards import accept
from studylens.web.door.wiring import Wiring
from tests.study.quizzes.world import WRONG, Student
from tests.web.world import add_pack, analysis, become_guest

pytestmark = pytest.mark.own_sql


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    return add_pack(wiring, guest_id)


@pytest.fixture
def student(wiring: Wiring, client: FlaskClient, guest_id: int) -> Student:
    return Student(wiring, client)


def ask(student: Student, pack_id: str, prompt: str, *, right: bool) -> QuizItem:
    """Start a quiz and answer its question with this prompt."""
    item = student.item(student.start(pack_id), prompt)
    student.answer(item, right=right)
    return student.item(item.attempt_id, prompt)


def overrule(student: Student, item: QuizItem) -> None:
    assert student.client.post(f"{student.path(item)}/overrule").status_code == 303


def rows(student: Student) -> list[ReviewLog]:
    with student.wiring.database.reading() as session:
        return list(session.scalars(select(ReviewLog).order_by(ReviewLog.id)))


def schedule(student: Student, card_id: int | None) -> CardSchedule | None:
    with student.wiring.database.reading() as session:
        return session.get(CardSchedule, card_id)


def card(student: Student, card_id: int | None) -> Flashcard:
    with student.wiring.database.reading() as session:
        return session.get_one(Flashcard, card_id)


def day(student: Student) -> tuple[int, int]:
    with student.wiring.database.reading() as session:
        found = session.scalars(select(ReviewDay)).one()
        return found.quiz_answers, found.quiz_right


def test_a_right_answer_is_logged_and_makes_nothing_due(student: Student, pack_id: str) -> None:
    item = ask(student, pack_id, "____ carries", right=True)
    [row] = rows(student)
    assert (row.kind, row.rating, row.card_id, row.pack_id) == (LOG_QUIZ, GOOD, item.card_id, pack_id)
    assert schedule(student, item.card_id) is None
    assert day(student) == (1, 1)


def test_a_wrong_answer_accepts_the_draft_and_makes_it_due_now(student: Student, pack_id: str) -> None:
    item = ask(student, pack_id, "____ carries", right=False)
    found = schedule(student, item.card_id)
    assert found is not None
    assert found.due_at <= now()
    assert card(student, item.card_id).accepted_at is not None
    assert (rows(student)[-1].kind, rows(student)[-1].rating) == (LOG_QUIZ, AGAIN)
    assert day(student) == (1, 0)
    assert "This card comes back in your reviews today." in student.read(student.path(item))


def test_a_wrong_answer_brings_a_scheduled_card_forward(student: Student, pack_id: str) -> None:
    later = now() + timedelta(days=30)
    with student.wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        accept(session, pack, pack.cards, now())
        for row in session.scalars(select(CardSchedule)):
            row.due_at = later
    item = ask(student, pack_id, "____ carries", right=False)
    found = schedule(student, item.card_id)
    assert found is not None
    assert found.due_at <= now()
    overrule(student, item)
    found = schedule(student, item.card_id)
    assert found is not None
    assert found.due_at == later


def test_a_wrong_choice_makes_one_card_of_its_question(student: Student, pack_id: str) -> None:
    first = ask(student, pack_id, "Calvin", right=False)
    second = ask(student, pack_id, "Calvin", right=False)
    assert first.card_id == second.card_id
    made = card(student, first.card_id)
    assert (made.front, made.back, made.kind) == (
        "Where does the Calvin cycle take place?",
        "in the stroma",
        "short_answer",
    )
    assert (made.source_line, made.origin, made.pack_id) == (4, "gemini:gemini-3.5-flash-lite", pack_id)
    assert schedule(student, made.id) is not None


def test_a_card_that_the_student_deleted_is_not_forced_back(student: Student, pack_id: str) -> None:
    item = ask(student, pack_id, "Calvin", right=False)
    student.client.post(f"/packs/{pack_id}/cards/{item.card_id}/delete")
    again = ask(student, pack_id, "Calvin", right=False)
    assert card(student, again.card_id).deleted_at is not None
    with student.wiring.database.reading() as session:
        made = select(Flashcard).where(Flashcard.front == item.prompt)
        assert len(session.scalars(made).all()) == 1


def test_a_quiz_goes_on_when_its_pack_is_in_the_trash(student: Student, pack_id: str) -> None:
    attempt_id = student.start(pack_id)
    with student.wiring.database.writing() as session:
        session.get_one(Pack, pack_id).deleted_at = now()
    student.answer_all(attempt_id, right=False)
    assert student.attempt(attempt_id).finished_at is not None
    with student.wiring.database.reading() as session:
        assert session.scalars(select(CardSchedule)).all() == []


def test_my_answer_was_right_is_recorded_and_counts_from_then_on(student: Student, pack_id: str) -> None:
    item = ask(student, pack_id, "Who first", right=False)
    overrule(student, item)
    kept = student.item(item.attempt_id, "Who first")
    assert (kept.correct, kept.overruled, kept.given) == (True, True, WRONG)
    assert "Marked right by you." in student.read(student.path(item))
    assert card(student, item.card_id).also_right == [WRONG]
    later = student.item(student.start(pack_id), "Who first")
    student.client.post(student.path(later), data={"answer": WRONG.upper()})
    assert student.item(later.attempt_id, "Who first").correct


def test_an_overruled_choice_counts_from_then_on(student: Student, guest_id: int) -> None:
    asked = result.Question("Which?", ("a", "b"), 0, "", 1, "student")
    pack_id = add_pack(student.wiring, guest_id, analysis(material=result.Material(quiz=(asked,))))
    overrule(student, ask(student, pack_id, "Which?", right=False))
    assert ask(student, pack_id, "Which?", right=False).correct
    with student.wiring.database.reading() as session:
        assert session.scalars(select(QuizQuestion.also_right)).one() == ["b"]


def test_overruling_takes_the_row_back_and_never_changes_it(student: Student, pack_id: str) -> None:
    item = ask(student, pack_id, "____ carries", right=False)
    [wrong] = [row for row in rows(student) if row.kind == LOG_QUIZ]
    overrule(student, item)
    overrule(student, item)
    told = [
        (row.kind, row.rating, row.undoes_id) for row in rows(student) if row.kind in {LOG_QUIZ, LOG_UNDO}
    ]
    assert told == [(LOG_QUIZ, AGAIN, None), (LOG_UNDO, None, wrong.id), (LOG_QUIZ, GOOD, None)]
    assert day(student) == (1, 1)
    with student.wiring.database.writing() as session:
        recount(session, wrong.guest_id)
    assert day(student) == (1, 1)


def test_overruling_gives_back_the_draft_that_it_had_accepted(student: Student, pack_id: str) -> None:
    item = ask(student, pack_id, "____ carries", right=False)
    overrule(student, item)
    assert schedule(student, item.card_id) is None
    assert card(student, item.card_id).accepted_at is None
    assert card(student, item.card_id).deleted_at is None


def test_overruling_puts_away_the_card_that_it_had_made(student: Student, pack_id: str) -> None:
    item = ask(student, pack_id, "Calvin", right=False)
    made = item.card_id
    overrule(student, item)
    assert card(student, made).deleted_at is not None
    assert student.item(item.attempt_id, "Calvin").card_id is None


def test_overruling_leaves_a_card_alone_that_was_moved_since(student: Student, pack_id: str) -> None:
    item = ask(student, pack_id, "____ carries", right=False)
    with student.wiring.database.writing() as session:
        session.get_one(CardSchedule, item.card_id).reps = 1
    overrule(student, item)
    assert schedule(student, item.card_id) is not None


def test_a_right_answer_cannot_be_overruled(student: Student, pack_id: str) -> None:
    item = ask(student, pack_id, "Calvin", right=True)
    overrule(student, item)
    assert student.item(item.attempt_id, "Calvin").overruled is False
    assert len(rows(student)) == 1


def test_eight_submits_at_once_are_one_answer(student: Student, pack_id: str) -> None:
    item = student.item(student.start(pack_id), "____ carries")
    cookie = student.client.get_cookie("studylens_guest")
    assert cookie is not None
    statuses: list[int] = []

    def submit(number: int) -> None:
        tab = student.client.application.test_client()
        tab.set_cookie("studylens_guest", cookie.value)
        statuses.append(tab.post(student.path(item), data={"answer": f"guess {number}"}).status_code)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [303] * 8
    assert len([row for row in rows(student) if row.kind == LOG_QUIZ]) == 1


def test_the_last_two_answers_at_once_end_the_quiz(student: Student, pack_id: str) -> None:
    attempt_id = student.start(pack_id)
    *first, last, other = student.items(attempt_id)
    for item in first:
        student.answer(item, right=True)
    cookie = student.client.get_cookie("studylens_guest")
    assert cookie is not None

    def submit(item: QuizItem) -> None:
        tab = student.client.application.test_client()
        tab.set_cookie("studylens_guest", cookie.value)
        Student(student.wiring, tab).answer(item, right=True)

    threads = [threading.Thread(target=submit, args=(item,)) for item in (last, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert student.attempt(attempt_id).finished_at is not None
