"""What a card stands below: headings with a number, bullets above, and headings that say what they mean."""

import pytest

from studylens.analysis.material.make import make_material
from studylens.analysis.material.reading.blocks import BULLET
from studylens.analysis.material.reading.rows import read_blocks
from studylens.analysis.protocol.result import Line
from tests.analysis.material.making import pairs

HARBOUR = """The harbour of the town
1. Ways of a ship
1. A pilot comes aboard in front of the harbour
2. The ship is tied to the quay
3. The goods are weighed
2. Parts of a crane (all kinds)
• Jib: arm that carries the load over the ship
• Trolley: small wagon that runs along the arm
• Hoist: drum that winds the rope up and down.
In a harbour of our days the crane stands on rails, and one man moves it."""


def parents(*lines: tuple[str, float | None]) -> list[str | None]:
    """Return the text of what each bullet stands below; a line's number is its left edge, or None."""
    read = [
        Line(n, text, 0.95, (left, 0.1 + 0.03 * n, left + 0.3, 0.12 + 0.03 * n) if left else None)
        for n, (text, left) in enumerate(lines, 1)
    ]
    blocks = [block for block in read_blocks(read, "en") if block.kind == BULLET]
    return [block.parent.text if block.parent else None for block in blocks]


def test_the_number_of_a_heading_is_no_number_of_a_step() -> None:
    assert [front for front, _ in pairs(HARBOUR) if front.endswith("?")] == [
        "Parts of a crane – Jib?",
        "Parts of a crane – Trolley?",
        "Parts of a crane – Hoist?",
    ]


def test_a_number_that_counts_on_does_not_stand_below_the_one_before() -> None:
    text = (
        "Steering gear\n1. By hand\n- Tiller: lever on top of the rudder\n"
        "2. Wheel: round frame with handles that turns the rudder by ropes\nBoth need a helmsman."
    )
    assert pairs(text)[-1][0] == "Steering gear – Wheel?"


def test_a_bullet_stands_below_the_one_whose_sign_is_higher() -> None:
    lines = ("• Masts", None), ("- fore mast", None), ("- main mast", None), ("• Sails", None)
    assert parents(*lines) == [None, "Masts", "Masts", None]


def test_on_a_photo_the_left_edge_says_what_a_bullet_stands_below() -> None:
    lines = ("• Masts", 0.1), ("• fore mast", 0.15), ("• Sails", 0.101), ("• in the other column", 0.6)
    assert parents(*lines) == [None, "Masts", None, None]


def test_a_dot_never_stands_below_a_dash() -> None:
    assert parents(("- from the page before", None), ("• Sails", None)) == [None, None]


def test_the_bullet_above_is_put_in_front_of_a_label() -> None:
    text = (
        "Old ships\n• Kinds of sails\n- Jib: three-cornered sail in front of the mast\n"
        "- Spanker: sail behind the last mast of the ship\nThe wind fills them."
    )
    assert [front for front, _ in pairs(text)] == ["Kinds of sails – Jib?", "Kinds of sails – Spanker?"]


def test_a_heading_with_a_colon_stands_below_the_one_without() -> None:
    text = (
        "Storm of the north (1703)\nCauses:\n• Warm water of the sea\n• Low pressure over the land\n"
        "• Strong winds of the autumn\nEffects:\n• 1704: Lighthouse of the rock is built anew\n"
        "• The fleet was lost in the harbours\nThe towns were built anew."
    )
    fronts = [front for front, _ in pairs(text)]
    assert "Storm of the north – Causes: name the 3." in fronts
    assert "Storm of the north – Effects – _____: Lighthouse of the rock is built anew" in fronts


@pytest.mark.parametrize(
    ("text", "front", "back"),
    [
        (
            "Capstan\nA drum with bars that sailors turn to lift the anchor.",
            "What is meant by “Capstan”?",
            "A drum with bars that sailors turn to lift the anchor",
        ),
        (
            "Kinds of water\n• Brine\n- Mixture of water with much salt from the sea\nIt is used for food.",
            "What is meant by “Brine”?",
            "Mixture of water with much salt from the sea",
        ),
        (
            "Definition 2.1 (Rhumb). A rhumb is a line that crosses all meridians at the same angle.",
            "What is meant by “Rhumb”?",
            "a line that crosses all meridians at the same angle",
        ),
        (
            "Ships on the air\nThe net of the ships\n• AIS: Automatic Identification System\nIt is on board.",
            "What does “AIS” stand for?",
            "Automatic Identification System",
        ),
        (
            "The harbours of the sea\nIn 332 B.C. the harbour of Alexandria was founded by the sea.",
            "In _____ B.C. the harbour of Alexandria was founded by the sea.",
            "332",
        ),
    ],
)
def test_what_stands_below_its_name_is_its_meaning(text, front, back) -> None:
    assert (front, back) in pairs(text)


def test_questions_that_are_answered_on_their_line_are_asked_when_a_page_has_two() -> None:
    one = "1. What is the keel of a ship? The long beam at the bottom of it."
    two = "2. What is the bow of a ship? The front end that parts the water."
    assert pairs(one) == []
    assert pairs(f"{one}\n{two}") == [
        ("What is the keel of a ship?", "The long beam at the bottom of it"),
        ("What is the bow of a ship?", "The front end that parts the water"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Boats of the lake\nA boat must have a light at night.",
        "Boats\n• Rowing boat\n- Sailors think that it is slow on the water",
        "Fleet of the lake\nSpeed | 1 | 2 | 3\nBoat | 4 | 8 | 12\nShip | 6 | 12 | 18\nFerry | 7 | 14 | 21",
        "Games\nFirst and second | Stone | Paper\nStone | none | second\nPaper | first | none\nKnife | b | c",
        "Weather of the lake\n• calm: a mirror\n• gale: no boat",
    ],
)
def test_a_sentence_a_measure_by_number_and_a_cryptic_note_give_no_card(text) -> None:
    assert pairs(text) == []


def test_a_table_whose_first_corner_is_empty_is_asked_by_its_heading_row() -> None:
    rows = ("| | Crew | Cargo", "Ferry | twelve people | cars", "Tanker | thirty people | oil of the south")
    text = "\n".join(("The ships of the sea and what they carry", *rows, "Barge | two people | sand"))
    assert ("Ferry – Cargo?", "cars") in pairs(text)


def test_a_glossary_goes_on_over_terms_without_a_meaning() -> None:
    text = (
        "Term | Definition\nkeel | the long beam at the bottom of a ship\nbow\n"
        "mast | the tall pole that carries the sails\nrudder | the blade that turns the ship"
    )
    made = make_material([Line(n, line) for n, line in enumerate(text.splitlines(), 1)])
    assert [card.front.split(" – ")[0] for card in made.cards] == ["keel", "mast", "rudder"]
