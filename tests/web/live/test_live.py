"""A class from one QR code: each answer counts once, nobody becomes a guest, and nothing stays."""

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from studylens.errors import Busy, NotFound, NotTakingPart, TooLate
from studylens.models import (
    Guest,
    LiveAnswer,
    LivePlayer,
    LiveQuiz,
    LiveResult,
    Pack,
    QuizQuestion,
    now,
)
from studylens.sharing_limits import QUIZ_SECONDS
from studylens.study.live import answers, players, quizzes, spread
from studylens.study.packs import trash
from studylens.web.door.wiring import Wiring
from studylens.web.live import phones, state
from tests.study.exchange.world import exported, restored
from tests.web.live.world import Class
from tests.web.world import PAGE, add_pack, read_page


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody have guessed, and no worker remember another test's quiz."""
    monkeypatch.setattr(phones, "_attempts", phones.fresh_attempts())
    monkeypatch.setattr(state, "REMEMBERED_SECONDS", 0.0)


@pytest.fixture
def world(app: Flask, wiring: Wiring) -> Class:
    return Class(app, wiring)


@pytest.mark.own_sql
def test_a_class_answers_and_the_teacher_sees_the_spread_and_keeps_the_numbers_alone(world: Class) -> None:
    guests = world.count(Guest)
    world.begin()
    anna, bert = world.phone("Anna"), world.phone("Bert")
    assert "2 are here" in read_page(world.teacher.get(f"/packs/{world.pack_id}/live/board", headers=PAGE))
    assert "You are in" in read_page(anna.get(f"/live/{world.code}", headers=PAGE))
    for place in (0, 1):
        world.on()
        right = world.right(place)
        assert "0 of 2 answered" in world.part()
        assert world.give(anna, place, right).get_json() == {"place": place, "choice": right}
        assert world.give(bert, place, 1 - right if right < 2 else 0).status_code == HTTPStatus.OK
        assert "2 of 2 answered" in world.part()
        world.on()
        assert "Right" in read_page(anna.get(f"/live/{world.code}", headers=PAGE))
    world.on()
    assert "1 of 2 right" in world.part()
    assert [phone.get(f"/live/{world.code}/mine").get_json()["right"] for phone in (anna, bert)] == [2, 0]
    assert "You had 2 of 2 right" in read_page(anna.get(f"/live/{world.code}", headers=PAGE))
    assert world.post("/keep").status_code == HTTPStatus.SEE_OTHER
    assert [world.count(model) for model in (LiveQuiz, LivePlayer, LiveAnswer)] == [0, 0, 0]
    assert world.count(Guest) == guests
    page = read_page(world.teacher.get(f"/packs/{world.pack_id}/live", headers=PAGE))
    assert "2 phones" in page
    assert "Anna" not in page
    assert world.state(anna).status_code == HTTPStatus.NOT_FOUND


def test_the_first_answer_counts_however_often_and_whatever_is_sent(world: Class) -> None:
    world.begin()
    anna = world.phone("Anna")
    world.on()
    for choice in (1, 1, 0, 2):
        assert world.give(anna, 0, choice).get_json()["choice"] == 1
    assert world.count(LiveAnswer) == 1
    world.on()
    assert world.give(anna, 0, 1).get_json()["choice"] == 1  # Sent again since its answer got lost.


def test_an_answer_that_comes_late_or_to_another_question_is_not_counted(world: Class) -> None:
    world.begin()
    anna = world.phone("Anna")
    assert world.give(anna, 0, 0).status_code == HTTPStatus.BAD_REQUEST
    world.on()
    assert world.give(anna, 1, 0).status_code == HTTPStatus.BAD_REQUEST
    world.on()
    late = world.give(anna, 0, 0)
    assert (late.status_code, late.get_json()["error"]["code"]) == (HTTPStatus.CONFLICT, "too_late")
    world.on()
    assert world.give(anna, 0, 0).status_code == HTTPStatus.CONFLICT
    without_script = anna.post(f"/live/{world.code}/answers", data={"place": 0, "choice": 0}, headers=PAGE)
    assert without_script.status_code == HTTPStatus.SEE_OTHER
    strange = (-1, 9, 99, "x", "", "\x00", 2**70)
    answers = [world.give(anna, 1, choice).status_code for choice in strange]
    answers += [world.give(anna, place, 0).status_code for place in strange]
    assert set(answers) == {HTTPStatus.BAD_REQUEST}
    assert world.count(LiveAnswer) == 0


def test_who_is_not_in_cannot_answer_nor_lead(world: Class, client: FlaskClient) -> None:
    world.begin()
    world.on()
    stranger = world.give(client, 0, 0)
    assert (stranger.status_code, stranger.get_json()["error"]["code"]) == (403, "not_taking_part")
    for path in ("/on", "/finish", "/close", "/keep", "/remove"):
        assert client.post(f"/packs/{world.pack_id}/live{path}").status_code == HTTPStatus.NOT_FOUND
    assert client.get(f"/packs/{world.pack_id}/live/board").status_code == HTTPStatus.NOT_FOUND
    assert world.count(LiveQuiz) == 1


def test_a_double_click_goes_on_once(world: Class) -> None:
    world.begin()
    for _ in range(2):
        world.post("/on", step=0)
    with world.wiring.database.reading() as session:
        assert session.scalars(select(LiveQuiz.step)).one() == 1


@pytest.mark.own_sql
def test_a_nickname_is_shown_as_text_and_belongs_to_one(world: Class) -> None:
    world.begin()
    world.phone("<script>alert(1)</script>"[:24])
    page = world.board()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    world.phone("Zoë  \u202e B")
    assert "<bdi>Zoë B</bdi>" in world.board()
    unseen = ("\u200b\u202e", "\u3164", "Zoë\ufe0f B", "\x00")
    for name in ("zoë b", "ZOË B", "", "   ", "!!!", "x" * 25, *unseen):
        answer = world.join(world.app.test_client(), name)
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert 'role="alert"' in read_page(answer)
    assert world.count(LivePlayer) == 2


@pytest.mark.own_sql
def test_five_hundred_phones_find_a_full_quiz_and_nobody_loses_a_place(
    world: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(players, "MOST_PLAYERS", 3)
    world.begin()
    first = world.phone("Player 0")
    codes = [world.join(world.app.test_client(), f"Player {n}").status_code for n in range(1, 12)]
    assert codes == [HTTPStatus.SEE_OTHER] * 2 + [HTTPStatus.TOO_MANY_REQUESTS] * 9
    assert world.join(first, "Another name").status_code == HTTPStatus.SEE_OTHER  # It is in already.
    assert world.count(LivePlayer) == 3


def test_phones_are_told_what_is_new_and_nothing_while_nothing_is(world: Class) -> None:
    world.begin()
    anna = world.phone("Anna")
    lobby = world.state(anna)
    assert lobby.get_json()["phase"] == "lobby"
    assert world.state(anna, lobby.headers["ETag"]).status_code == HTTPStatus.NOT_MODIFIED
    world.on()
    asked = world.state(anna, lobby.headers["ETag"])
    assert asked.get_json()["right"] is None
    assert "pill known" not in asked.get_json()["html"]
    world.on()
    assert world.state(anna).get_json()["right"] == world.right(0)


def test_what_all_phones_are_told_belongs_to_none_of_them(world: Class) -> None:
    """A text that is made once for a class must hold no token or answer of the phone that asked first."""
    world.begin()
    world.on()
    told = world.state(world.teacher).get_data(as_text=True)
    assert "form_token" not in told
    assert told == world.state(world.app.test_client()).get_data(as_text=True)


def test_a_page_works_without_scripts(world: Class) -> None:
    world.begin()
    anna = world.phone("Anna")
    world.on()
    page = read_page(anna.get(f"/live/{world.code}", headers=PAGE))
    assert '<noscript><meta http-equiv="refresh"' in page
    data = {"place": "0", "choice": "1", "form_token": ""}
    assert anna.post(f"/live/{world.code}/answers", data=data, headers=PAGE).status_code == 303
    page = read_page(anna.get(f"/live/{world.code}", headers=PAGE))
    assert page.count("disabled") == page.count('name="choice"')
    assert page.count(" mine") == 1


def test_whoever_guesses_codes_is_stopped_and_who_takes_part_is_not(
    world: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "WRONG_CODES_OF_ONE", 3)
    monkeypatch.setattr(phones, "_attempts", phones.fresh_attempts())
    world.begin()
    anna, guesser = world.phone("Anna"), world.app.test_client()
    tries = [
        guesser.get(f"/live/00000{n}{path}").status_code for n, path in enumerate(("", "/state", "/mine"))
    ]
    assert tries == [HTTPStatus.NOT_FOUND] * 3
    for path in ("", "/state"):
        assert guesser.get(f"/live/{world.code}{path}").status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert anna.get(f"/live/{world.code}{path}").status_code == HTTPStatus.OK
    world.on()
    assert world.give(anna, 0, 0).status_code == HTTPStatus.OK


def test_a_class_whose_quiz_has_ended_keeps_no_other_class_of_its_school_out(
    world: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones, "WRONG_CODES_OF_ONE", 3)
    monkeypatch.setattr(phones, "_attempts", phones.fresh_attempts())
    ended = world.begin()
    class_ = [world.phone(f"Phone {n}") for n in range(4)]
    assert {world.state(phone).status_code for phone in class_} == {HTTPStatus.OK}
    world.post("/close")
    assert {world.state(phone).status_code for phone in class_} == {HTTPStatus.NOT_FOUND}
    assert {phone.get(f"/live/{ended}").status_code for phone in class_} == {HTTPStatus.NOT_FOUND}
    world.begin()
    world.phone("Of another class")


def test_a_code_may_be_typed_carelessly(world: Class, client: FlaskClient) -> None:
    world.begin()
    for typed in (
        world.code.lower(),
        f"{world.code[:3]} {world.code[3:]}",
        f"{world.code[:3]}-{world.code[3:]}",
    ):
        answer = client.get("/live", query_string={"code": typed}, headers=PAGE)
        assert answer.headers["Location"].endswith(f"/live/{world.code}")
    assert "Code on the board" in read_page(client.get("/live", headers=PAGE))
    for strange in ("x", "ü", "%00", "A" * 500):
        answer = client.get(f"/live/{strange}", headers=PAGE, follow_redirects=True)
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_guest_has_one_live_quiz_and_comes_back_to_it(world: Class) -> None:
    world.begin()
    again = world.post("", count=1)
    assert again.headers["Location"].endswith(f"/packs/{world.pack_id}/live/board")
    other = add_pack(world.wiring, world.guest_id)
    answer = world.teacher.post(f"/packs/{other}/live", data={"count": 1}, headers=PAGE)
    assert answer.headers["Location"].endswith(f"/packs/{world.pack_id}/live/board")
    assert world.count(LiveQuiz) == 1
    page = read_page(world.teacher.get(f"/packs/{other}/live", headers=PAGE))
    assert "of another pack is running" in page


@pytest.mark.own_sql
def test_a_teacher_who_went_away_leaves_nothing_after_two_hours(world: Class) -> None:
    world.begin()
    anna = world.phone("Anna")
    world.on()
    world.give(anna, 0, 0)
    with world.wiring.database.writing() as session:
        quizzes.forget_old(session)
    assert world.count(LiveQuiz) == 1
    with world.wiring.database.writing() as session:
        session.execute(update(LiveQuiz).values(made_at=now() - timedelta(seconds=QUIZ_SECONDS + 1)))
    assert world.state(anna).status_code == HTTPStatus.NOT_FOUND  # Before any sweep.
    with world.wiring.database.writing() as session:
        quizzes.forget_old(session)
    assert [world.count(model) for model in (LiveQuiz, LivePlayer, LiveAnswer)] == [0, 0, 0]


@pytest.mark.own_sql
def test_a_quiz_ends_with_its_pack(world: Class) -> None:
    world.begin()
    anna = world.phone("Anna")
    world.on()
    world.give(anna, 0, 0)
    world.teacher.post(f"/packs/{world.pack_id}/delete")
    assert anna.get(f"/live/{world.code}").status_code == HTTPStatus.NOT_FOUND
    with world.wiring.database.writing() as session:
        trash.delete_for_good(session, session.get_one(Pack, world.pack_id))
    assert [world.count(model) for model in (LiveQuiz, LivePlayer, LiveAnswer)] == [0, 0, 0]


@pytest.mark.own_sql
def test_a_player_is_taken_out_and_may_come_again(world: Class) -> None:
    world.begin()
    anna = world.phone("Anna")
    with world.wiring.database.reading() as session:
        number = session.scalars(select(LivePlayer.id)).one()
    world.post("/remove", player=number)
    assert "Your nickname" in read_page(anna.get(f"/live/{world.code}", headers=PAGE))
    assert world.join(anna, "Anna B").status_code == HTTPStatus.SEE_OTHER


def test_a_phone_keeps_answers_under_a_name_that_no_later_coming_in_has(world: Class) -> None:
    """SQLite gives a row's number out again: answers to one quiz would stand in the next as given."""
    anna, names = world.app.test_client(), []
    for _ in range(2):
        world.begin()
        world.join(anna, "Anna")
        names += re.findall(r'data-player="(\w+)"', anna.get(f"/live/{world.code}", headers=PAGE).text)
        world.post("/close")
    assert len(set(names)) == 2


@pytest.mark.parametrize("count", ["0", "3", "21", "x"])
def test_strange_numbers_of_questions_begin_nothing(world: Class, count: str) -> None:
    assert world.post("", count=count).status_code == HTTPStatus.BAD_REQUEST
    assert world.count(LiveQuiz) == 0


def test_a_pack_without_questions_says_so(world: Class) -> None:
    with world.wiring.database.writing() as session:
        session.execute(update(QuizQuestion).values(deleted_at=now()))
    page = read_page(world.teacher.get(f"/packs/{world.pack_id}/live", headers=PAGE))
    assert "no question that can be asked" in page
    assert world.post("", count=1).status_code == HTTPStatus.BAD_REQUEST


@pytest.mark.own_sql
def test_kept_numbers_travel_with_the_account_and_a_damaged_file_breaks_no_page(
    world: Class, app: Flask
) -> None:
    world.begin()
    anna = world.phone("Anna")
    world.on()
    world.give(anna, 0, 0)
    world.post("/finish")
    world.post("/keep")
    file = exported(world.wiring, world.guest_id)
    assert b"Anna" not in file
    other = Class(app, world.wiring)
    restored(world.wiring, other.guest_id, file)
    assert world.count(LiveResult) == 2
    with world.wiring.database.writing() as session:
        rows = session.scalars(select(LiveResult)).all()
        sound = rows[0].spread[0]
        rows[0].spread = [
            {},
            {**sound, "counts": [1]},
            {**sound, "counts": "x"},
            {**sound, "answer_index": 9},
            sound,
        ]
    with world.wiring.database.reading() as session:
        pack = session.get_one(Pack, world.pack_id)
        assert len(spread.results_of(session, pack)[0].spread) == 1
    with world.wiring.database.writing() as session:
        session.execute(update(LiveResult).values(spread=5))
    answer = world.teacher.get(f"/packs/{world.pack_id}/live", headers=PAGE)
    assert answer.status_code == HTTPStatus.OK, answer.text


@pytest.mark.postgresql("SQLite has one writer, who finds the quiz as it is")
def test_what_the_teacher_does_meanwhile_counts_for_a_phone_that_found_the_quiz_before(world: Class) -> None:
    world.begin()
    anna = world.phone("Anna")
    world.on()
    token = anna.get_cookie("studylens_live")
    assert token is not None
    given = {"token": token.value, "at": now()}
    number = world.ids(LivePlayer)[0]
    for how, error in (("/on", TooLate), ("/remove", NotTakingPart), ("/close", NotFound)):
        with world.wiring.database.sessions() as session:
            quiz = quizzes.find(session, world.code, now())
            world.post(how, step=1, player=number)
            with pytest.raises(error):
                answers.answer(session, quiz, answers.Given(0, 0), **given)
    assert world.count(LiveAnswer) == 0


@pytest.mark.postgresql("SQLite has one writer, who finds the quiz as it is")
def test_numbers_are_kept_once_and_an_ended_quiz_is_not_found(world: Class) -> None:
    world.begin()
    anna = world.phone("Anna")
    world.on()
    world.give(anna, 0, 0)
    with world.wiring.database.sessions() as session:
        quiz = quizzes.find(session, world.code, now())
        world.post("/keep")
        for late in (
            lambda: spread.keep(session, quiz, now()),
            lambda: quizzes.finish(session, quiz),
            lambda: players.join(session, quiz, "Bert", now()),
        ):
            with pytest.raises(NotFound):
                late()
    assert world.count(LiveResult) == 1


def test_while_one_thread_reads_the_others_answer_with_what_is_known() -> None:
    clock, reads = [0.0], []
    question = quizzes.Question("?", ("a", "b"), 0, "server")

    def read(code: str) -> state.Seen:
        reads.append(code)
        if len(reads) == 2:
            assert memory.look(code).scene.step == 0  # Another thread, meanwhile.
        return state.Seen(quizzes.Scene("q", "p", code, len(reads) - 1, (question,)), 2.0)

    memory = state.Memory(read, lambda: clock[0])
    assert [memory.look("A").scene.step for _ in range(3)] == [0, 1, 2]
    assert reads == ["A"] * 3


def test_a_class_goes_on_with_what_it_sees_while_the_database_is_away() -> None:
    scene = quizzes.Scene("q", "p", "A", 1, (quizzes.Question("?", ("a", "b"), 0, "server"),))
    answers = [state.Seen(scene, 2.0)]

    def read(_code: str) -> state.Seen:
        if not answers:
            raise Busy
        return answers.pop()

    memory = state.Memory(read)
    assert [memory.look("A").scene.step for _ in range(3)] == [1, 1, 1]
    with pytest.raises(Busy):
        memory.look("B")


def test_phones_ask_more_seldom_the_more_they_are() -> None:
    assert [state.pace(count) for count in (0, 10, 30, 60, 1_000)] == [2.0, 2.0, 3.0, 6.0, 12.0]
