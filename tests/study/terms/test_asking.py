"""Which cards ask for a key term: those whose answer it is, or which ask what it is."""

from types import SimpleNamespace

import pytest

from studylens.study.terms.asking import asked_by

OSMOSIS = ("osmosis", "Movement of water through a semipermeable membrane")
CASES = {
    "the answer is the term": (OSMOSIS, ("How does water cross a membrane?", "Osmosis"), True),
    "with an article": (("stroma", None), ("Where is sugar made?", "the Stroma"), True),
    "it asks what the term means": (OSMOSIS, ("What is osmosis?", "Water moves through a membrane."), True),
    "it names the term and asks for something else": (
        OSMOSIS,
        ("Who named osmosis?", "Thomas Graham"),
        False,
    ),
    "one word of its meaning is not it": (OSMOSIS, ("Osmosis moves _____", "water"), False),
    "a longer word is another": (OSMOSIS, ("What is reverse-osmosis?", "Purifying by pressure"), False),
    "part of another term is another": (("cell", None), ("What is a cell wall?", "Rigid layer"), False),
    "letters in brackets name it too": (("Adenosine triphosphate (ATP)", None), ("What pays?", "ATP"), True),
    "a term of several words": (
        ("cell wall", "Rigid layer"),
        ("What is a cell wall?", "A rigid layer"),
        True,
    ),
    "a script without blanks": (
        ("光合作用", "光から糖を作る"),
        ("光合作用とは何か。", "光から糖を作ること"),
        True,
    ),
    "a gap that it fills": (OSMOSIS, ("Water moves by _____ alone.", "osmosis"), True),
    "no words at all": (("∆", None), ("", "∆"), True),
}


@pytest.mark.parametrize(("term", "card", "asks"), CASES.values(), ids=CASES)
def test_a_card_asks_for_a_term_when(term: tuple[str, str | None], card: tuple[str, str], asks: bool) -> None:
    a_term = SimpleNamespace(id=7, term=term[0], definition=term[1], source_line=1)
    a_card = SimpleNamespace(id=3, front=card[0], back=card[1], source_line=2)
    assert asked_by([a_term], [a_card]) == {7: [3] if asks else []}


def test_without_a_definition_a_card_of_the_same_line_that_names_the_term_asks_for_it() -> None:
    terms = [SimpleNamespace(id=1, term="osmosis", definition=None, source_line=4)]
    cards = [
        SimpleNamespace(id=line, front="What drives osmosis?", back="salt", source_line=line)
        for line in (4, 5)
    ]
    assert asked_by(terms, cards) == {1: [4]}


def test_each_card_is_held_against_every_term() -> None:
    terms = [
        SimpleNamespace(id=n, term=f"term {n}", definition=f"meaning number {n}", source_line=n)
        for n in range(300)
    ]
    cards = [
        SimpleNamespace(id=n, front=f"Question {n}?", back=f"Term {n}", source_line=n) for n in range(300)
    ]
    assert asked_by(terms, cards) == {n: [n] for n in range(300)}
