"""Which facts nobody asks, and cards from what a student marks."""

import pytest

from studylens.judging.coverage import FactSpan, unasked
from studylens.judging.marking import gap_card, label_card

FACTS = (
    FactSpan(1, 2, "Osmosis is the movement of water through a membrane."),
    FactSpan(2, 3, "Mitochondria release energy in respiration."),
    FactSpan(5, 5, "Insulin lowers the sugar in the blood."),
)


def test_a_fact_is_asked_by_an_item_on_its_lines_about_it() -> None:
    asked = [(1, "What is osmosis? the movement of water through a membrane")]
    assert unasked(FACTS, asked) == FACTS[1:]


def test_two_facts_on_one_line_are_told_apart() -> None:
    asked = [(2, "What do mitochondria release in respiration? energy")]
    assert unasked(FACTS, asked) == (FACTS[0], FACTS[2])


def test_an_item_without_a_line_asks_what_it_is_about() -> None:
    assert unasked(FACTS, [(None, "What does insulin do? lowers the sugar in the blood")]) == FACTS[:2]


def test_without_items_all_facts_are_open() -> None:
    assert unasked(FACTS, []) == FACTS


@pytest.mark.parametrize(
    ("line", "front", "back"),
    [
        ("Stroma: the fluid around the thylakoids", "Stroma", "the fluid around the thylakoids"),
        ("• Stoma – a pore in the leaf;", "Stoma", "a pore in the leaf"),
        ("胸腺：T细胞成熟的场所", "胸腺", "T细胞成熟的场所"),
    ],
)
def test_a_line_with_a_colon_becomes_a_label_card(line, front, back) -> None:
    assert label_card(line) == (front, back)


def test_a_line_without_one_becomes_none() -> None:
    assert label_card("The stroma surrounds the thylakoids") is None


def test_marked_words_become_a_gap_of_whole_words() -> None:
    line = "The stroma surrounds the thylakoids."
    assert gap_card(line, 26, 30) == ("The stroma surrounds the _____.", "thylakoids")


def test_marked_words_of_a_script_without_spaces_are_taken_as_marked() -> None:
    assert gap_card("细胞膜控制物质进出细胞", 0, 3) == ("_____控制物质进出细胞", "细胞膜")


@pytest.mark.parametrize(("start", "end"), [(3, 3), (0, 11), (-5, 99)])
def test_nothing_and_everything_make_no_gap(start, end) -> None:
    assert gap_card("Stroma here", start, end) is None
