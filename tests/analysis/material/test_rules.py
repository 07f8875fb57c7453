"""Which sentences and lists give a card, and how lines are put together before they are read."""

import pytest

from studylens.analysis.material.make import make_material
from studylens.analysis.protocol.result import Line
from tests.analysis.material.making import boxed, made_from, pairs


@pytest.mark.parametrize(
    ("text", "front", "back"),
    [
        (
            "Erosion means the wearing away of rock by water or wind.",
            "What is meant by “Erosion”?",
            "the wearing away of rock by water or wind",
        ),
        (
            "A lens is a piece of glass that bends light.",
            "What is meant by “lens”?",
            "a piece of glass that bends light",
        ),
        (
            "Mitochondria are organelles that release energy.",
            "What is meant by “Mitochondria”?",
            "organelles that release energy",
        ),
        (
            "The study of the living things of a lake is called limnology.",
            "The study of the living things of a lake is called _____.",
            "limnology",
        ),
        (
            "The gross domestic product (GDP) measures what a country makes in a year.",
            "What does “GDP” stand for?",
            "gross domestic product",
        ),
        (
            "A plant cell consists of a wall, a membrane and a nucleus.",
            "A plant cell consists of _____ (3).",
            "a wall, a membrane and a nucleus",
        ),
        (
            "There are three kinds of rock: igneous, sedimentary and metamorphic.",
            "Kinds of rock: name the 3.",
            "igneous; sedimentary; metamorphic",
        ),
        (
            "The light reactions take place in the thylakoid membranes.",
            "The light reactions take place in _____.",
            "the thylakoid membranes",
        ),
        (
            "The mouse was invented by Douglas Engelbart at a lab in California.",
            "The mouse was invented by _____ at a lab in California.",
            "Douglas Engelbart",
        ),
        (
            "Unter Erosion versteht man die Abtragung von Gestein durch Wasser.",
            "Was versteht man unter „Erosion“?",
            "die Abtragung von Gestein durch Wasser",
        ),
        (
            "On appelle fleuve un cours d'eau qui se jette dans la mer.",
            "Qu’entend-on par « fleuve » ?",
            "un cours d'eau qui se jette dans la mer",
        ),
        (
            "El pulmón es un órgano que toma el oxígeno del aire.",
            "¿Qué se entiende por «pulmón»?",
            "un órgano que toma el oxígeno del aire",
        ),
    ],
)
def test_a_fact_becomes_a_card(text, front, back) -> None:
    assert (front, back) in pairs(text)


@pytest.mark.parametrize(
    "text",
    [
        "This is a good example of what we said before.",
        "It is the largest of all the planets.",
        "Overfishing is an unsustainable problem that the whole world shares.",
        "Ethics in research is an important field that many people study.",
        "As shown in figure 3, the curve rises until 1950 and falls.",
        "Homework: read the next three pages at home until Monday",
        "Document 2: a letter from a soldier to his mother at home",
        "The service was started in 1993 by a company from London.",
        "Müller (2004) and Smith (2011) describe how the towns of the north grew.",
        "Most of us know that a balanced meal is good for the body.",
        "In 1066 he crossed the sea with an army of seven thousand men.",
    ],
)
def test_what_is_no_fact_that_stands_alone_gives_no_card(text) -> None:
    assert pairs(text) == []


def test_a_heading_is_carried_to_the_labels_below_it() -> None:
    text = (
        "Crystal defects\n"
        "• Frenkel effect: an ion moves to a place between\n"
        "• Schottky effect: a pair of ions is missing"
    )
    assert pairs(text)[0][0] == "Crystal defects – Frenkel effect?"


def test_praise_and_examples_below_a_heading_stay_out_of_it() -> None:
    text = (
        "Advantages\n• Low price: the parts are cheap to make\n• Low weight: the frame is made of light metal"
    )
    assert all("Advantages" not in front for front, _ in pairs(text))


def test_a_list_is_asked_when_its_stated_number_fits() -> None:
    text = (
        "The state has three branches:\n• legislature\n• executive\n• judiciary\n"
        "Each of them checks the others."
    )
    assert ("The state has three branches: name the 3.", "legislature; executive; judiciary") in pairs(text)
    assert all("name the" not in front for front, _ in pairs(text.replace("three", "four")))


def test_a_list_that_may_go_on_over_the_leaf_is_not_asked() -> None:
    assert pairs("Types of rock:\n• igneous\n• sedimentary\n• metamorphic") == []


def test_a_paragraph_goes_on_while_the_next_word_would_not_have_fitted() -> None:
    text = (
        "Photosynthesis is the process by which green plants turn\n"
        "the energy of light into sugar, and release oxygen as a\n"
        "gas. It happens in the leaves."
    )
    assert [card.back for card in made_from(text).cards] == [
        "the process by which green plants turn the energy of light into sugar, and release oxygen as a gas"
    ]


def test_words_broken_at_the_end_of_a_line_are_joined() -> None:
    text = (
        "Photosynthesis is the process by which plants turn light en-\n"
        "ergy into sugar and oxygen in their leaves."
    )
    assert "light energy into" in made_from(text).cards[0].back


def test_boxes_tell_a_short_line_from_a_full_one() -> None:
    lines = boxed(
        ("Osmosis is the movement of water through a", 0.8),
        ("membrane that lets only water pass.", 0.6),
        ("Diffusion is the movement of particles from", 0.8),
        ("crowded to empty places.", 0.4),
        ("A note in the margin", 0.3),
    )
    assert [card.back for card in make_material(lines).cards] == [
        "the movement of water through a membrane that lets only water pass",
        "the movement of particles from crowded to empty places",
    ]


def test_a_line_in_larger_letters_is_the_title() -> None:
    lines = [
        Line(1, "Chapter 4 Energy in cells 61", 0.9, (0.1, 0.02, 0.5, 0.04)),
        Line(2, "Osmosis", 0.9, (0.1, 0.08, 0.4, 0.13)),
    ]
    below = boxed(
        ("Osmosis is the movement of water through a", 0.8), ("membrane that lets only water pass.", 0.6)
    )
    moved = [
        Line(line.n + 2, line.text, line.score, (0.1, line.box[1] + 0.1, line.box[2], line.box[3] + 0.1))
        for line in below
        if line.box
    ]
    assert make_material([*lines, *moved]).title == "Osmosis"


@pytest.mark.parametrize(
    "text", ["AUTHENTICATED", "https://example.org/notes", "61", "Name: ____ Date: ____", "CS 229"]
)
def test_what_stands_on_every_page_is_no_title(text) -> None:
    assert made_from(f"{text}\nErosion means the wearing away of rock by water.").title == "Erosion"


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Tips", "Erosion"),
        ("Properties:", "Erosion"),
        ("Tips for reading a map", "Tips for reading a map"),
        ("Eigenschaften des Wassers", "Eigenschaften des Wassers"),
    ],
)
def test_a_heading_that_names_its_matter_is_a_title(head: str, title: str) -> None:
    assert made_from(f"{head}\nErosion means the wearing away of rock by water.").title == title


def test_without_a_heading_the_first_defined_term_is_the_title() -> None:
    assert made_from("Erosion means the wearing away of rock by water or wind.").title == "Erosion"
