"""A box is checked once: what makes no sense is refused in words, what a file has is put in order."""

import pytest

from studylens.errors import BadText
from studylens.study.labels.boxes import Box, kept, of_line, parse_box


@pytest.mark.parametrize(
    "text",
    ["", "nan 0 1 1", "0 0 inf 1", "-0.1 0 1 1", "0 0 1 1.1", "0.5 0.5 0.5 0.9", "0.9 0 0.1 1", "0 0 1",
     "a b c d", "0 0 1 1 1", "1e999 0 1 1", "0.1 " * 9_999],
)  # fmt: skip
def test_a_box_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(BadText, match="Draw it again"):
        parse_box(text)


def test_a_box_is_kept_to_four_decimals() -> None:
    assert parse_box("0.123456 0 1 0.5") == Box(0.1235, 0, 1, 0.5)
    assert str(parse_box(" 0.25  0 1 .5 ")) == "0.25 0 1 0.5"


def test_a_box_of_a_damaged_file_is_put_in_order() -> None:
    assert kept(0.9, 0.8, 0.1, 0.2) == Box(0.1, 0.2, 0.9, 0.8)


@pytest.mark.parametrize("box", [None, [], [0, 0, 1, 1], [0.5, 0.5, 0.5, 0.9], [0.1, 0.2, 0.3]])
def test_a_line_without_a_place_of_its_own_is_no_label(box: list[float] | None) -> None:
    assert of_line(box) is None


def test_where_a_box_stands_is_said() -> None:
    assert [Box(*sides).where for sides in ((0, 0, 0.1, 0.1), (0.4, 0.4, 0.6, 0.6), (0.8, 0.9, 1, 1))] == [
        "at the top left",
        "in the middle",
        "at the bottom right",
    ]
