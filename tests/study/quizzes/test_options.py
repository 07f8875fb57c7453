"""The options of a question: its own, and those of kindred packs; or it is typed, or left out."""

import dataclasses
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.analysis.protocol import result
from studylens.models import Pack, QuizQuestion, now
from studylens.study.quizzes.making import CHOICE, SHORT_ANSWER
from studylens.web.door.wiring import Wiring
from tests.study.quizzes.world import Student
from tests.web.world import add_pack, analysis, become_guest

ASKED = "Who described photosynthesis first?"
RIGHT = "Jan Ingenhousz"
NAMES = ("Melvin Calvin", "Robert Hooke", "Marie Curie", "Ada Lovelace")


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def student(wiring: Wiring, client: FlaskClient) -> Student:
    return Student(wiring, client)


@pytest.fixture
def make(wiring: Wiring, guest_id: int) -> Callable[..., str]:
    """Add a pack under a subject, with one question of these options or with cards of these answers."""

    def pack(
        subject: str, *, options: tuple[str, ...] = (), answers: tuple[str, ...] = (), asked: str = ASKED
    ) -> str:
        quiz = (result.Question(asked, options, 0, "", None, result.SERVER),) if options else ()
        cards = tuple(
            result.Card(f"Who is number {n}?", answer, "definition", None, result.SERVER)
            for n, answer in enumerate(answers)
        )
        material = dataclasses.replace(analysis().material, quiz=quiz, cards=cards)
        pack_id = add_pack(wiring, guest_id, analysis(material=material))
        with wiring.database.writing() as session:
            session.get_one(Pack, pack_id).subject = subject
        return pack_id

    return pack


def test_three_own_options_are_enough(student: Student, make: Callable[..., str]) -> None:
    make("Biology", answers=NAMES[2:])
    pack_id = make("Biology", options=(RIGHT, *NAMES[:2]))
    [item] = student.items(student.start(pack_id))
    assert sorted(item.options or []) == sorted((RIGHT, *NAMES[:2]))


@pytest.mark.own_sql
def test_missing_options_come_from_other_packs_of_the_subject(
    student: Student, make: Callable[..., str]
) -> None:
    make("Biology", answers=(*NAMES[1:], "1779", "a membrane that lets water through and nothing else"))
    pack_id = make("Biology", options=(RIGHT, NAMES[0]))
    [item] = student.items(student.start(pack_id))
    assert item.kind == CHOICE
    assert item.answer == RIGHT
    options = set(item.options or [])
    assert {RIGHT, NAMES[0]} < options < {RIGHT, *NAMES}
    assert len(options) == 4


@pytest.mark.parametrize(("mine", "theirs"), [("Biology", "History"), ("", "")], ids=["another", "none"])
def test_without_kin_the_question_is_typed(
    student: Student, make: Callable[..., str], mine: str, theirs: str
) -> None:
    make(theirs, answers=NAMES)
    pack_id = make(mine, options=(RIGHT, NAMES[0]))
    [item] = student.items(student.start(pack_id))
    assert (item.kind, item.options, item.answer) == (SHORT_ANSWER, None, RIGHT)
    assert student.answer(item, right=True).status_code == 303
    [item] = student.items(item.attempt_id)
    assert item.correct


def test_the_packs_of_others_and_deleted_ones_give_no_options(
    wiring: Wiring, student: Student, make: Callable[..., str]
) -> None:
    gone = make("Biology", answers=NAMES)
    other = make("Biology", answers=NAMES)
    stranger = become_guest(wiring, student.client.application.test_client())
    with wiring.database.writing() as session:
        session.get_one(Pack, gone).deleted_at = now()
        session.get_one(Pack, other).guest_id = stranger
    [item] = student.items(student.start(make("Biology", options=(RIGHT, NAMES[0]))))
    assert item.kind == SHORT_ANSWER


def test_a_question_that_points_at_its_options_is_left_out_without_them(
    student: Student, make: Callable[..., str]
) -> None:
    pack_id = make("", options=(RIGHT, NAMES[0]), asked="Which of these described photosynthesis first?")
    answer = student.client.post(f"/packs/{pack_id}/quiz/start", data={"count": "50", "typed": "1"})
    assert answer.status_code == 400


def test_who_wants_no_typing_is_not_asked_to_type(student: Student, make: Callable[..., str]) -> None:
    pack_id = make("", options=(RIGHT, NAMES[0]))
    answer = student.client.post(f"/packs/{pack_id}/quiz/start", data={"count": "50"})
    assert answer.status_code == 400


def test_an_own_question_is_asked_as_it_was_written(
    wiring: Wiring, student: Student, make: Callable[..., str]
) -> None:
    pack_id = make("", options=(RIGHT, NAMES[0]))
    with wiring.database.writing() as session:
        session.scalars(select(QuizQuestion).where(QuizQuestion.pack_id == pack_id)).one().origin = "student"
    [item] = student.items(student.start(pack_id))
    assert sorted(item.options or []) == sorted((RIGHT, NAMES[0]))


def test_a_wrong_typed_answer_becomes_a_card(student: Student, make: Callable[..., str]) -> None:
    [item] = student.items(student.start(make("", options=(RIGHT, NAMES[0]))))
    student.answer(item, right=False)
    [item] = student.items(item.attempt_id)
    assert not item.correct
    assert item.card_id is not None
