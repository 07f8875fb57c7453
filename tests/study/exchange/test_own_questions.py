"""Quiz questions leave for Anki as notes of our own type and come home as such; decks nest both ways."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from studylens.models import Pack, QuizQuestion
from studylens.study.exchange.anki import writing
from studylens.study.exchange.anki.own_questions import FIELDS, fields_of, question_in
from studylens.study.exchange.contents import decks_of
from studylens.study.exchange.deck_names import deck_of, place_of, under_root, without_root
from studylens.study.exchange.incoming import Incoming
from studylens.web.door.wiring import Wiring
from tests.study.exchange import world
from tests.study.exchange.anki_world import Anki
from tests.web.world import add_pack

AT = 1_790_000_000.0


def _deck(wiring: Wiring, guest_id: int, folder: Path) -> Path:
    path, along = folder / "deck.apkg", writing.Along(questions=True)
    scratch = folder / "scratch.db"
    scratch.unlink(missing_ok=True)
    with wiring.database.reading() as session, path.open("wb") as file:
        writing.write_anki(session, decks_of(session, guest_id), file, scratch=scratch, at=AT, along=along)
    return path


def _questions(wiring: Wiring, guest_id: int) -> list[tuple[str, list[str], int, str]]:
    wanted = select(QuizQuestion).join(Pack, Pack.id == QuizQuestion.pack_id).where(Pack.guest_id == guest_id)
    with wiring.database.reading() as session:
        found = session.scalars(wanted.order_by(QuizQuestion.id)).all()
    return [(row.question, row.options, row.answer_index, row.explanation) for row in found]


def test_questions_come_home_as_questions_and_never_double(wiring: Wiring, tmp_path: Path) -> None:
    owner, friend = world.add_guest(wiring), world.add_guest(wiring)
    pack_id = add_pack(wiring, owner)
    with wiring.database.writing() as session:
        session.get_one(Pack, pack_id).subject = "Biology"
    mine, path = _questions(wiring, owner), _deck(wiring, owner, tmp_path)
    assert mine
    home = world.taken_in(wiring, owner, path.read_bytes(), "deck.apkg")
    assert (home["known"], home.get("cards", 0), home["questions"]) == (3 + len(mine), 0, 0)
    kept = world.taken_in(wiring, friend, path.read_bytes(), "deck.apkg")
    assert (kept["cards"], kept["questions"], kept["packs"]) == (3, len(mine), 1)
    assert _questions(wiring, friend) == mine
    with wiring.database.reading() as session:
        pack = session.get_one(Pack, kept["pack"])
        assert (pack.subject, pack.title) == ("Biology", "Photosynthesis")


@pytest.mark.process
def test_anki_asks_a_question_with_its_options(wiring: Wiring, tmp_path: Path) -> None:
    guest_id = world.add_guest(wiring)
    add_pack(wiring, guest_id)
    question, options, place, _explanation = _questions(wiring, guest_id)[0]
    with Anki(tmp_path / "anki") as program:
        program.take_in(_deck(wiring, guest_id, tmp_path))
        shown = next(note for note in program.notes() if note["type"] == "Studylens question")
        assert program.check()
    assert question in shown["question"]
    assert shown["question"].count("<li") == len(options)
    behind = shown["answer"].split("<hr id=answer>")[1]
    assert options[place] in behind
    assert not any(option in behind for option in options if option != options[place])


def _note(**changes: str) -> tuple[str, ...]:
    made = QuizQuestion(
        question="Where?",
        options=["here", "a < b"],
        answer_index=1,
        explanation="",
        origin="student",
        uid="a" * 32,
    )
    return tuple({**dict(zip(FIELDS, fields_of(made, ""), strict=True)), **changes}.values())


def test_a_question_that_was_edited_so_that_it_is_none_becomes_a_card() -> None:
    card = Incoming("Deck", "", "", "short_answer", "b" * 32)
    found = question_in(_note(), "guid", card)
    assert found
    assert found.choice
    assert (found.choice.options, found.back, found.uid) == (("here", "a < b"), "a < b", "a" * 32)
    assert question_in(_note(Answer="elsewhere"), "guid", card) is None
    assert question_in(_note(Options="<ol><li>a &lt; b</ol>"), "guid", card) is None
    assert question_in(_note(Options="<li>A<li>a<li>a &lt; b"), "guid", card) is None
    assert question_in(_note()[:3], "guid", card) is None


@given(
    st.text(max_size=30), st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=3).map(" › ".join)
)
def test_a_deck_s_place_stays_the_same_after_one_round(subject: str, title: str) -> None:
    once = place_of(without_root(under_root(deck_of(subject, title))))
    again = place_of(without_root(under_root(deck_of(*once))))
    assert again == once


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Cells", ("", "Cells")),
        ("Biology::Cells", ("Biology", "Cells")),
        ("Biology\x1fCells\x1fATP", ("Biology", "Cells › ATP")),
        ("Studylens::Cells", ("", "Cells")),
        (" A :: ::B ", ("A", "B")),
        ("", ("", "")),
        ("::::", ("", "")),
    ],
)
def test_a_nested_deck_is_a_subject_and_the_rest_the_title(name: str, place: tuple[str, str]) -> None:
    assert place_of(without_root(name)) == place
    if all(place):
        assert place_of(without_root(under_root(deck_of(*place)))) == place
