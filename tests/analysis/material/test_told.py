"""A label whose sentence names it again; rows of words, and large words, that label a drawing."""

from dataclasses import replace

import pytest

from studylens.analysis.material.make import make_material
from studylens.analysis.material.rules.told import told_of
from tests import pages
from tests.analysis.material.making import boxed, pairs

GLOSSARY = """Sets and maps
Union – The set of all members of either of two sets is known as the union of these sets and is
denoted by a cup.
Injection – An injection is a map that sends different members to different members, whatever
the sets are. The number of such maps is given by the formula below:
Order relation – An order relation, often noted R, is a relation that compares two members of one set."""


def test_a_label_is_asked_by_what_its_sentence_says_of_it() -> None:
    assert pairs(GLOSSARY) == [
        ("What is meant by “Union”?", "The set of all members of either of two sets"),
        (
            "What is meant by “Injection”?",
            "a map that sends different members to different members, whatever the sets are",
        ),
        ("What is meant by “Order relation”?", "a relation that compares two members of one set"),
    ]


@pytest.mark.parametrize(
    ("term", "sentence", "said"),
    [
        (
            "Osmose",
            "Die Osmose ist ein Strom von Wasser durch eine Haut.",
            "ein Strom von Wasser durch eine Haut",
        ),
        ("Ilot", "L'ilot est une terre entourée d'eau.", "une terre entourée d'eau"),
        ("Función", "La función f es la regla que asigna valores.", "la regla que asigna valores"),
        (
            "Variance",
            "The variance of a random variable, often noted V(X), is a measure of its spread.",
            "a measure of its spread",
        ),
        ("Durée", "La durée d'un cycle est le temps d'un tour.", "le temps d'un tour"),
        ("Variance", "The variance of the first sample is a number above nine.", ""),
        ("Enzyme", "Enzyme are important for all reactions of a cell.", ""),
        ("Iron", "Iron is the most common metal of the earth.", ""),
        ("Iron", "Steel is an alloy of iron and carbon.", ""),
        ("Rate", "Separate is a word of its own kind.", ""),
    ],
)
def test_only_a_kind_is_a_meaning(term: str, sentence: str, said: str) -> None:
    assert told_of(term, sentence) == said


ROWS = ("Drink\tDate\tCountry", "Soda\t2008\tFrance", "Juice\t2009\tSpain", "Water\t2010\tItaly")


PROSE = "The shop sells its drinks in the countries of the south and in the years that are named here."


def cells(*rows: str) -> list[str]:
    material = make_material(boxed(*((row, 0.8) for row in (PROSE, *rows))))
    return [card.front for card in material.cards if card.rule == "cell"]


def test_a_photographed_table_is_asked() -> None:
    assert "Soda – Country?" in cells(*ROWS)


@pytest.mark.parametrize(
    "more",
    [
        ("Pepsi\tCoke\tOrangina\tS1\tS2\tNorth", "January\tJune\tJuly\tParis\tBlois"),
        ("Fig. 1 – The dimensions of our toy example",),
        ("Figura 7. Las dimensiones del ejemplo",),
        ("Abbildung 3: Dimensionen",),
    ],
    ids=["ragged", "english", "spanish", "german"],
)
def test_labels_of_a_drawing_are_no_table(more: tuple[str, ...]) -> None:
    assert cells(*ROWS, *more) == []


def test_large_words_far_below_a_heading_are_no_title() -> None:
    """They label a drawing at the foot of the page."""
    text = ("Self-Locking Nuts", *pages.wrap(" ".join(pages.SENTENCES[:5]), 760, 28), "Locking shoulder")
    lines = boxed(*((line, 0.3 if len(line) < 20 else 0.8) for line in text))
    left, _, right, _ = lines[-1].box or (0.0, 0.0, 0.0, 0.0)
    lines[-1] = replace(lines[-1], box=(left, 0.8, right, 0.86))
    assert make_material(lines).title == "Self-Locking Nuts"
