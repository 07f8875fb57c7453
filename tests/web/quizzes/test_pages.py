"""Quizzes: what is asked, how it is graded, and that no answer is told before one is given."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from studylens.analysis.protocol import result
from studylens.models import (
    Flashcard,
    Pack,
    QuizAttempt,
    QuizItem,
    QuizQuestion,
    TranscriptLine,
    now,
)
from studylens.web.door.wiring import Wiring
from tests.study.quizzes.world import WRONG, Student
from tests.web.world import PAGE, add_pack, analysis, become_guest

JSON = {"Accept": "application/json"}
Change = Callable[..., None]


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    return add_pack(wiring, guest_id)


@pytest.fixture
def student(wiring: Wiring, client: FlaskClient, guest_id: int) -> Student:
    return Student(wiring, client)


def material(*questions: result.Question, cards: tuple[result.Card, ...] = ()) -> result.Analysis:
    return analysis(material=result.Material(title="T", quiz=questions, cards=cards))


def question(options: tuple[str, ...], answer: int = 0, asks: str = "Which?") -> result.Question:
    return result.Question(asks, options, answer, "Because.", 1)


def test_all_three_kinds_are_asked(student: Student, pack_id: str) -> None:
    items = student.items(student.start(pack_id))
    assert sorted((item.kind, item.answer) for item in items) == [
        ("choice", "ATP"),
        ("choice", "in the stroma"),
        ("cloze", "ATP"),
        ("short_answer", "Jan Ingenhousz, in 1779"),
    ]


def test_a_formula_or_a_long_answer_is_never_to_be_typed(student: Student, guest_id: int) -> None:
    long = result.Card("Explain.", "word " * 7, "short_answer")
    formula = result.Card("Energy?", "$E = h\\nu$", "short_answer")
    meaning = result.Card("ATP", "a carrier", "definition")
    pack_id = add_pack(student.wiring, guest_id, material(cards=(long, formula, meaning)))
    answer = student.client.post(f"/packs/{pack_id}/quiz/start", headers=PAGE)
    assert answer.status_code == 400
    assert "There is nothing to ask here yet" in answer.text
    assert 'id="quiz"' not in student.read(f"/packs/{pack_id}")


def test_without_typed_answers_only_choices_are_asked(student: Student, pack_id: str) -> None:
    items = student.items(student.start(pack_id, typed=""))
    assert {item.kind for item in items} == {"choice"}


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        (("ATP", "atp ", "DNA", "RNA"), {"ATP", "DNA", "RNA"}),
        (("ATP", "", " ", "DNA", "RNA"), {"ATP", "DNA", "RNA"}),
        (("H2", "O2", "O2", "N2"), {"H2", "O2", "N2"}),
    ],
)
def test_duplicate_and_empty_options_are_never_shown(
    student: Student, guest_id: int, options: tuple[str, ...], shown: set[str]
) -> None:
    pack_id = add_pack(student.wiring, guest_id, material(question(options)))
    [item] = student.items(student.start(pack_id))
    assert sorted(item.options or []) == sorted(shown)
    assert item.answer == options[0]


@pytest.mark.parametrize("options", [("ATP",), ("ATP", "atp"), ()])
def test_a_question_without_two_different_options_is_not_asked(
    student: Student, guest_id: int, options: tuple[str, ...]
) -> None:
    pack_id = add_pack(student.wiring, guest_id, material(question(("a", "b"))))
    with student.wiring.database.writing() as session:
        session.scalars(select(QuizQuestion).where(QuizQuestion.pack_id == pack_id)).one().options = list(
            options
        )
    assert student.client.post(f"/packs/{pack_id}/quiz/start").status_code == 400


def test_options_are_shuffled_anew_for_each_attempt_and_kept(student: Student, guest_id: int) -> None:
    pack_id = add_pack(student.wiring, guest_id, material(question(tuple("abcdef"))))
    orders = set()
    for _ in range(8):
        [item] = student.items(student.start(pack_id))
        orders.add(tuple(item.options or ()))
        assert student.options_shown(item) == item.options == student.options_shown(item)
    assert len(orders) > 1


def test_the_same_question_is_asked_once(student: Student, guest_id: int) -> None:
    card = result.Card("Which?", "a", "short_answer")
    pack_id = add_pack(student.wiring, guest_id, material(question(("a", "b"), asks="which?"), cards=(card,)))
    assert len(student.items(student.start(pack_id))) == 1


@pytest.mark.own_sql
def test_deleted_parts_are_not_asked(student: Student, pack_id: str) -> None:
    with student.wiring.database.writing() as session:
        for model in (QuizQuestion, Flashcard):
            for row in session.scalars(select(model).where(model.source_line == 5)):
                row.deleted_at = now()
    assert {item.answer for item in student.items(student.start(pack_id))} == {
        "in the stroma",
        "Jan Ingenhousz, in 1779",
    }


def test_a_mixed_quiz_asks_about_the_chosen_packs_or_all(student: Student, guest_id: int) -> None:
    ids = [
        add_pack(student.wiring, guest_id, material(question(("a", "b", "c"), asks=f"Number {n}?")))
        for n in range(3)
    ]
    student.read("/quizzes")
    some = student.client.post("/quizzes", data={"pack": ids[:2], "count": "20"})
    assert {item.pack_id for item in student.items(student.attempt_id(some))} == set(ids[:2])
    everything = student.attempt_id(student.client.post("/quizzes", data={"count": "50"}))
    assert {item.pack_id for item in student.items(everything)} == set(ids)
    assert student.attempt(everything).pack_id is None
    one = student.client.post("/quizzes", data={"count": "1"})
    assert len(student.items(student.attempt_id(one))) == 1


@pytest.mark.parametrize("count", ["0", "51", "-1", "ten", "٣", "9" * 400, "10000", "0005" + "9" * 5_000])
def test_a_made_up_number_of_questions_is_refused(student: Student, pack_id: str, count: str) -> None:
    answer = student.client.post(f"/packs/{pack_id}/quiz/start", data={"count": count})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "bad_text")


def test_no_page_and_no_json_tells_an_answer_before_one_is_given(student: Student, pack_id: str) -> None:
    attempt_id = student.start(pack_id)
    for item in student.items(attempt_id):
        for path in (student.path(item), f"/quizzes/{attempt_id}", "/quizzes"):
            for headers in (PAGE, JSON, {"HX-Request": "true"}):
                shown = student.client.get(path, headers=headers, follow_redirects=True).text
                assert "The page says that it takes place" not in shown
                assert "answer_index" not in shown
                assert "verdict" not in shown
                assert not re.search(r"<input[^>]*(choice[^>]*checked|data-)", shown)
                if item.kind != "choice" and path == student.path(item):
                    assert item.answer not in shown
                    assert item.source_text not in shown or not item.source_text


def test_the_pack_page_holds_no_question_of_its_quiz(student: Student, pack_id: str) -> None:
    page = student.read(f"/packs/{pack_id}")
    for absent in ("Where does the Calvin cycle take place?", "in the nucleus", "answer_index", "ATP does."):
        assert absent not in page
    assert "Take the quiz" in page


@pytest.mark.parametrize("right", [True, False])
def test_an_answer_is_judged_with_why_and_its_source(student: Student, pack_id: str, right: bool) -> None:
    item = student.item(student.start(pack_id), "Calvin")
    assert student.answer(item, right=right).headers["Location"] == student.path(item)
    page = student.read(student.path(item))
    assert ("Right." if right else "Not quite.") in page
    assert "The page says that it takes place in the stroma." in page
    assert "The Calvin cyc1e takes place in the stroma." in page
    assert f'href="/packs/{pack_id}/page?line=4#line-4"' in page
    words = student.words(student.path(item))
    assert words.count("in the stroma your answer" if right else "in the stroma right") == 1
    assert ("in the nucleus" in words) is not right


def test_a_right_answer_is_said_once(student: Student, pack_id: str) -> None:
    item = student.item(student.start(pack_id), "____ carries")
    student.client.post(student.path(item), data={"answer": " atp. "})
    words = student.words(student.path(item))
    assert "on the card" not in words
    assert words.count("Right.") == 2, "in the title, and in the verdict"


def test_an_answer_in_other_words_stands_beside_that_of_the_card(student: Student, pack_id: str) -> None:
    item = student.item(student.start(pack_id), "Who first")
    student.answer(item, right=False)
    student.client.post(f"{student.path(item)}/overrule")
    words = student.words(student.path(item))
    assert f"{WRONG} your answer" in words
    assert "Jan Ingenhousz, in 1779 on the card" in words


def test_an_explanation_that_the_line_says_is_not_repeated(student: Student, guest_id: int) -> None:
    [line] = [line.text for line in analysis().transcript if line.n == 4]
    asked = result.Question("Where?", ("in the stroma", "in the sun"), 0, line + ".", 4, "student")
    item = student.items(student.start(add_pack(student.wiring, guest_id, material(asked))))[0]
    student.answer(item, right=True)
    assert student.words(student.path(item)).count(line) == 1


@pytest.mark.own_sql
def test_a_result_asks_the_database_no_more_for_more_wrong_answers(student: Student, pack_id: str) -> None:
    sent: list[str] = []
    event.listen(student.wiring.database.engine, "before_cursor_execute", lambda *told: sent.append(told[2]))
    counts = []
    for wrong in (1, 4):
        attempt_id = student.start(pack_id)
        for place, item in enumerate(student.items(attempt_id)):
            student.answer(item, right=place >= wrong)
        sent.clear()
        assert f"You missed {wrong}" in student.words(f"/quizzes/{attempt_id}")
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_what_comes_back_is_said_only_of_a_card_that_does(student: Student, pack_id: str) -> None:
    item = student.item(student.start(pack_id), "Who first")
    student.answer(item, right=False)
    assert "This card comes back in your reviews today." in student.words(student.path(item))
    student.client.post(f"/review/cards/{item.card_id}/suspend")
    assert "This card comes back" not in student.words(student.path(item))


def test_a_question_speaks_the_language_of_its_page(student: Student, guest_id: int) -> None:
    german = tuple(result.Line(n, "Die Zelle hat einen Kern.", 0.9, None) for n in (1, 2, 3))
    asked = material(question(("Kern", "Rad", "Ei"), asks="Was hat die Zelle?")).material
    pack_id = add_pack(student.wiring, guest_id, analysis(material=asked, transcript=german))
    [item] = student.items(student.start(pack_id))
    assert re.search(r'<h1 [^>]*lang="de"', student.read(student.path(item)))
    student.answer(item, right=False)
    assert len(re.findall(r'<span dir="auto" lang="de">', student.read(student.path(item)))) == 3


def test_a_typed_answer_is_judged_by_exact_match(student: Student, pack_id: str) -> None:
    item = student.item(student.start(pack_id), "____ carries")
    student.client.post(student.path(item), data={"answer": " atp. "})
    assert student.item(item.attempt_id, "____ carries").correct
    item = student.item(student.start(pack_id), "Who first")
    student.client.post(student.path(item), data={"answer": "Jan Ingenhous, in 1779"})
    assert student.item(item.attempt_id, "Who first").correct is False


def test_of_two_answers_the_first_counts(student: Student, pack_id: str) -> None:
    item = student.item(student.start(pack_id), "Calvin")
    student.answer(item, right=False)
    assert student.answer(item, right=True).status_code == 303
    assert student.item(item.attempt_id, "Calvin").correct is False


def test_the_time_taken_is_kept_within_bounds(student: Student, pack_id: str) -> None:
    ago = {"Calvin": timedelta(seconds=5), "What carries": timedelta(days=3), "____": timedelta(hours=-1)}
    attempt_id = student.start(pack_id)
    for prompt, passed in ago.items():
        shown = str(round((now() - passed).timestamp() * 1000))
        student.answer(student.item(attempt_id, prompt), right=True, shown=shown)
    student.answer(student.item(attempt_id, "Who"), right=True, shown="9" * 30)
    taken = {prompt: student.item(attempt_id, prompt).duration_ms for prompt in [*ago, "Who"]}
    assert 5_000 <= taken["Calvin"] < 60_000
    assert (taken["What carries"], taken["____"], taken["Who"]) == (600_000, 0, 0)


@pytest.mark.parametrize("choice", ["", "4", "-1", "zero", "0\x00", "٠", "0" * 5000])
def test_a_made_up_choice_is_refused_and_asked_again(student: Student, pack_id: str, choice: str) -> None:
    item = student.item(student.start(pack_id), "Calvin")
    answer = student.client.post(student.path(item), data={"choice": choice}, headers=PAGE)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert student.item(item.attempt_id, "Calvin").given is None


@pytest.mark.parametrize("typed", ["", "  ", "...", "x\x00y", "long " * 200])
def test_a_bad_typed_answer_comes_back_to_be_mended(student: Student, pack_id: str, typed: str) -> None:
    item = student.item(student.start(pack_id), "Who first")
    answer = student.client.post(student.path(item), data={"answer": typed}, headers=PAGE)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f'value="{typed.strip()[:3].replace(chr(0), "")}' in answer.text
    assert student.item(item.attempt_id, "Who first").given is None


def test_a_quiz_goes_on_where_it_was_left_and_its_result_survives_a_reload(
    student: Student, pack_id: str
) -> None:
    attempt_id = student.start(pack_id)
    first, *others = student.items(attempt_id)
    student.answer(first, right=True)
    assert "Question 2 of 4" in student.read(f"/quizzes/{attempt_id}")
    assert "You are at question 2 of 4" in student.read(f"/packs/{pack_id}")
    for item in others:
        student.answer(item, right=False)
    assert student.attempt(attempt_id).finished_at is not None
    assert student.read(f"/quizzes/{attempt_id}") == student.read(f"/quizzes/{attempt_id}")
    assert "<h1>1 of 4 right</h1>" in student.read(f"/quizzes/{attempt_id}")
    assert "1 of 4 right" in student.read(f"/packs/{pack_id}")


def test_results_survive_an_edit_and_the_end_of_the_pack(student: Student, pack_id: str) -> None:
    attempt_id = student.start(pack_id)
    student.answer_all(attempt_id)
    with student.wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        session.delete(pack)
    page = student.read(f"/quizzes/{attempt_id}")
    assert "<h1>4 of 4 right</h1>" in page
    assert "Its pack is not there any more." in page
    assert "in the stroma" in page


def test_stopping_early_counts_only_what_was_answered(student: Student, pack_id: str) -> None:
    attempt_id = student.start(pack_id)
    first, second, *_ = student.items(attempt_id)
    student.answer(first, right=True)
    student.client.post(f"/quizzes/{attempt_id}/finish")
    assert "<h1>1 of 1 right</h1>" in student.read(f"/quizzes/{attempt_id}")
    student.answer(second, right=True)
    assert student.items(attempt_id)[1].given is None


def test_a_quiz_that_was_ended_early_can_be_gone_on_with(student: Student, pack_id: str) -> None:
    attempt_id = student.start(pack_id)
    first, second, *_ = student.items(attempt_id)
    student.answer(first, right=True)
    student.client.post(f"/quizzes/{attempt_id}/finish")
    assert "Go on with the last 3" in student.words(f"/quizzes/{attempt_id}")
    student.client.post(f"/quizzes/{attempt_id}/resume")
    assert student.answer(second, right=True).status_code == 303
    student.answer_all(attempt_id)
    ended = student.attempt(attempt_id).finished_at
    student.client.post(f"/quizzes/{attempt_id}/resume")
    assert student.attempt(attempt_id).finished_at == ended, "it is answered to its end"


def test_the_student_is_believed_on_the_result_and_stays_there(student: Student, pack_id: str) -> None:
    attempt_id = student.start(pack_id)
    student.answer_all(attempt_id, right=False)
    item = student.item(attempt_id, "Who first")
    answer = student.client.post(f"{student.path(item)}/overrule", data={"to": "result"})
    assert answer.location == f"/quizzes/{attempt_id}"
    assert "1 of 4 right" in student.words(answer.location)
    assert "1 marked right by you" in student.words(answer.location)


def test_retry_asks_only_what_was_wrong_and_still_there(student: Student, pack_id: str) -> None:
    attempt_id = student.start(pack_id)
    for item in student.items(attempt_id):
        student.answer(item, right="Calvin" not in item.prompt and "Who" not in item.prompt)
    again = student.attempt_id(student.client.post(f"/quizzes/{attempt_id}/retry"))
    assert {item.prompt[:3] for item in student.items(again)} == {"Whe", "Who"}
    student.answer_all(again)
    assert student.client.post(f"/quizzes/{again}/retry").status_code == 400


@pytest.mark.own_sql
def test_a_quiz_that_was_never_begun_leaves_nothing(student: Student, pack_id: str) -> None:
    begun = student.start(pack_id)
    student.answer(student.items(begun)[0], right=True)
    for _ in range(3):
        student.start(pack_id)
    with student.wiring.database.reading() as session:
        assert session.scalar(select(func.count(QuizAttempt.id))) == 2
        assert session.scalar(select(func.count(QuizItem.id))) == 8


@pytest.mark.parametrize("path", ["/quizzes/none", "/quizzes/" + "0" * 32, "/quizzes/x/items/1"])
def test_a_quiz_that_is_none_is_not_found(student: Student, path: str) -> None:
    assert student.client.get(path, headers=PAGE).status_code == 404


@pytest.mark.parametrize("position", ["0", "5", "2147483648", "9" * 60])
def test_a_question_that_is_none_is_not_found(student: Student, pack_id: str, position: str) -> None:
    attempt_id = student.start(pack_id)
    assert student.client.get(f"/quizzes/{attempt_id}/items/{position}").status_code == 404


def test_a_newcomer_is_shown_the_way(client: FlaskClient) -> None:
    assert "A quiz needs a pack" in client.get("/quizzes", headers=PAGE).text
    assert client.post("/quizzes", headers=PAGE).status_code == 400


@pytest.mark.own_sql
def test_markup_in_questions_and_answers_is_text(student: Student, guest_id: int) -> None:
    evil = "<script>alert(1)</script>"
    asked = result.Question(evil, (evil, "b"), 0, evil, 1, "gemini:x")
    card = result.Card(evil + "?", "right", "short_answer", 1, "gemini:x")
    pack_id = add_pack(student.wiring, guest_id, material(asked, cards=(card,)))
    attempt_id = student.start(pack_id)
    shown = ""
    for item in student.items(attempt_id):
        shown += student.read(student.path(item))
        sent = {"answer": evil} if item.options is None else {"choice": "0"}
        student.client.post(student.path(item), data=sent)
        shown += student.read(student.path(item))
    shown += student.read(f"/quizzes/{attempt_id}") + student.read("/quizzes")
    assert "<script>alert" not in shown


def test_a_corrected_line_is_the_source_that_is_shown(student: Student, pack_id: str) -> None:
    with student.wiring.database.writing() as session:
        line = select(TranscriptLine).where(TranscriptLine.pack_id == pack_id, TranscriptLine.n == 4)
        session.scalars(line).one().text = "The Calvin cycle takes place in the stroma."
    item = student.item(student.start(pack_id), "Calvin")
    assert item.source_text == "The Calvin cycle takes place in the stroma."
    assert item.language == "en"
    assert WRONG not in item.source_text
