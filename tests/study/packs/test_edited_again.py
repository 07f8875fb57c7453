"""A card in the student's own words is not offered again in the words that they replaced."""

import dataclasses

import pytest

from studylens.analysis.protocol.result import Card, Question
from studylens.models import Flashcard, Pack, PackProposal, QuizQuestion, now
from studylens.study.packs.proposals import change

MADE = Card("What does chlorophyll absorb?", "red and blue light", "short_answer", 3, "server")
ASKED = Question("What absorbs red light?", ("chlorophyll", "stroma"), 0, "", 4, "server")


def proposed(*cards: Card, quiz: tuple[Question, ...] = ()) -> PackProposal:
    material = {
        "cards": [dataclasses.asdict(card) for card in cards],
        "quiz": [dataclasses.asdict(q) for q in quiz],
    }
    return PackProposal(line_numbers=[1, 2, 3, 4], material=material)


def card(front: str, back: str, line: int | None = 3) -> Flashcard:
    return Flashcard(
        front=front, back=back, kind="short_answer", source_line=line, origin="server", edited_at=now()
    )


@pytest.mark.parametrize(
    ("front", "back"),
    [
        ("Which light does chlorophyll absorb?", "red and blue light"),
        (MADE.front, "red light, and blue light"),
        ("What does chlorophyll absorb most?", "red and blue"),
    ],
)
def test_an_edited_card_is_not_offered_again(front: str, back: str) -> None:
    pack = Pack(cards=[card(front, back)], quiz=[], transcript=[])
    assert change(pack, proposed(MADE)).new_cards == ()


@pytest.mark.parametrize(
    "mine",
    [
        card("What does chlorophyll absorb?", "red light", line=8),
        card("Where is the stroma?", "in chloroplasts"),
    ],
    ids=["of another line", "of another fact"],
)
def test_what_the_edited_card_does_not_ask_is_offered(mine: Flashcard) -> None:
    pack = Pack(cards=[mine], quiz=[], transcript=[])
    assert [row["front"] for row in change(pack, proposed(MADE)).new_cards] == [MADE.front]


def test_an_edited_question_is_not_offered_again() -> None:
    mine = QuizQuestion(
        question="What absorbs red and blue light?", source_line=4, origin="server", edited_at=now()
    )
    pack = Pack(cards=[], quiz=[mine], transcript=[])
    found = change(pack, proposed(quiz=(ASKED,)))
    assert found.new_questions == ()
    assert found.leaving_questions == ()
