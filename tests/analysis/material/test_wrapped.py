"""Headings that took two lines are one; and adverbs that take nothing away from a definition."""

import pytest

from studylens.analysis.material.make import make_material
from studylens.analysis.material.reading.blocks import HEADING, Block
from studylens.analysis.material.reading.wrapped import heading_goes_on
from studylens.analysis.protocol.result import Line
from tests.analysis.material.making import boxed, pairs

TEXT = (
    "Water moves through the membrane until both sides hold the same share of salt, which takes",
    "some minutes in a small cell and much longer in a large one, because the way is longer there.",
)


@pytest.mark.parametrize(
    ("upper", "lower", "title"),
    [
        (
            "Short notes on the movement of",
            "Water and Salts",
            "Short notes on the movement of Water and Salts",
        ),
        ("2.1 The movement of salts in Mem-", "branes", "The movement of salts in Membranes"),
        ("Membranes of plant cells", "and their gates", "Membranes of plant cells and their gates"),
    ],
)
def test_a_heading_on_two_lines_is_one(upper: str, lower: str, title: str) -> None:
    lines = boxed((upper, 0.5), (lower, 0.2), *((text, 0.8) for text in TEXT))
    made = make_material(lines)
    assert made.title == title
    assert lower not in {term.term for term in made.key_terms}


@pytest.mark.parametrize(
    ("torn", "title"),
    [
        ("lling of a cell", "Gates of a membrane"),
        ("osmosis", "osmosis"),
        ("with gates", "Gates of a membrane"),
    ],
)
def test_words_of_a_page_that_the_photo_cuts_off_are_no_title(torn: str, title: str) -> None:
    lines = boxed((torn, 0.2), *((text, 0.8) for text in TEXT), ("Gates of a membrane", 0.3))
    assert make_material(lines).title == title


def test_small_letters_are_a_title_where_there_is_no_other() -> None:
    lines = boxed(("the gates of a cell", 0.3), *((text, 0.8) for text in TEXT))
    assert make_material(lines).title == "the gates of a cell"


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("Osmosis", "Diffusion"),
        ("Osmosis:", "its speed"),
        ("What is it for?", "and where"),
        ("Osmosis", "Water"),
    ],
)
def test_two_headings_stay_two(upper: str, lower: str) -> None:
    assert not heading_goes_on(Block(HEADING, upper, [(0, 1)]), Line(2, lower), lower, "en")


def test_lines_that_do_not_look_alike_are_no_one_heading() -> None:
    first, second = boxed(("The movement of", 0.4), ("water and salts", 0.3))
    above = Block(HEADING, first.text, [(0, 1)], boxes=[first.box] if first.box else [])
    assert heading_goes_on(above, second, second.text, "en")
    (small,) = boxed((second.text, 0.3), height=0.01)
    below = Line(2, small.text, 0.95, (0.1, 0.13, 0.4, 0.14))
    far = Line(2, small.text, 0.95, (0.1, 0.5, 0.4, 0.52))
    assert not heading_goes_on(above, below, second.text, "en")
    assert not heading_goes_on(above, far, second.text, "en")


def test_an_adverb_may_stand_before_what_a_thing_is() -> None:
    text = "A turgid cell is essentially a cell that holds as much water as its wall allows."
    assert pairs(text) == [
        ("What is meant by “turgid cell”?", "a cell that holds as much water as its wall allows")
    ]
