"""Reading order on made-up boxes: no picture and no engine is needed to pin it."""

import math
from collections.abc import Iterable

from studylens.analysis.ocr.order.placing import Piece, tilt_degrees
from studylens.analysis.ocr.order.reading_order import in_reading_order

LINE = 20.0
LETTER = 10.0


def piece(text: str, x: float, y: float, *, tilt: float = 0.0, width: float | None = None) -> Piece:
    """A piece whose upright top left is (x, y), the whole page then tilted about its origin."""
    right, bottom = x + (width or LETTER * len(text)), y + LINE
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))

    def turned(px: float, py: float) -> tuple[float, float]:
        return px * cos - py * sin, px * sin + py * cos

    return Piece(text, 0.99, (turned(x, y), turned(right, y), turned(right, bottom), turned(x, bottom)))


def read(pieces: Iterable[Piece]) -> list[str]:
    rows = in_reading_order(tuple(pieces)).rows
    return ["|".join(" ".join(part.text for part in cell) for cell in row) for row in rows]


def column(name: str, x: float, *, top: float = 100, pitch: float = 30, count: int = 5) -> list[Piece]:
    return [piece(f"{name}{n} is a line of text", x, top + pitch * n) for n in range(count)]


def names(rows: list[str]) -> str:
    return " ".join(row.split()[0] for row in rows)


def test_nothing_is_read_from_nothing() -> None:
    assert read([]) == []


def test_lines_are_read_from_top_to_bottom_whatever_order_they_were_found_in() -> None:
    lines = column("a", 50)
    assert read(reversed(lines)) == read(lines) == [line.text for line in lines]


def test_parts_of_one_line_are_joined() -> None:
    parts = [piece("and the rest", 182, 102), piece("The first part", 30, 100)]
    assert read(parts) == ["The first part and the rest"]


def test_two_columns_are_read_one_after_the_other() -> None:
    assert names(read(column("a", 50) + column("b", 400))) == "a0 a1 a2 a3 a4 b0 b1 b2 b3 b4"


def test_columns_with_different_line_heights_are_read_one_after_the_other() -> None:
    assert (
        names(read(column("a", 50, pitch=33) + column("b", 400, pitch=27))) == "a0 a1 a2 a3 a4 b0 b1 b2 b3 b4"
    )


def test_three_columns_are_read_one_after_the_other() -> None:
    pieces = column("c", 750, count=3) + column("b", 400, count=3) + column("a", 50, count=3)
    assert names(read(pieces)) == "a0 a1 a2 b0 b1 b2 c0 c1 c2"


def test_a_title_across_both_columns_comes_first() -> None:
    title = piece("Title across the page", 150, 40, width=400)
    assert names(read([*column("a", 50), *column("b", 400), title])) == "Title a0 a1 a2 a3 a4 b0 b1 b2 b3 b4"


def test_a_line_across_the_page_parts_the_columns_above_from_those_below() -> None:
    upper = column("a", 50, count=2) + column("b", 400, count=2)
    lower = column("c", 50, top=300, count=2) + column("d", 400, top=300, count=2)
    line = piece("Middle line that crosses", 50, 220, width=580)
    assert names(read([*lower, line, *upper])) == "a0 a1 b0 b1 Middle c0 c1 d0 d1"


def test_paragraphs_as_wide_as_the_page_stay_around_the_columns() -> None:
    wide = [piece(f"w{n} as wide as the page", 50, 100 + 30 * n, width=580) for n in range(8)]
    columns = column("a", 50, top=400, count=4) + column("b", 400, top=400, count=4)
    assert names(read(columns + wide)) == "w0 w1 w2 w3 w4 w5 w6 w7 a0 a1 a2 a3 b0 b1 b2 b3"


def test_a_table_is_read_row_by_row_with_its_cells_apart() -> None:
    table = [("Phase", "Event", "Count"), ("Prophase", "condensing", "46"), ("Anaphase", "parting", "92")]
    cells = [
        piece(cell, 50 + 200 * c, 100 + 40 * r) for r, row in enumerate(table) for c, cell in enumerate(row)
    ]
    assert read(cells) == ["Phase|Event|Count", "Prophase|condensing|46", "Anaphase|parting|92"]


def test_terms_beside_their_definitions_are_read_as_a_table() -> None:
    terms = [piece(term, 50, 100 + 40 * n) for n, term in enumerate(("Osmosis", "Diffusion", "Enzyme"))]
    texts = [piece("is what it is in a sentence", 300, 100 + 40 * n) for n in range(3)]
    assert [row.split("|")[0] for row in read(terms + texts)] == ["Osmosis", "Diffusion", "Enzyme"]


def test_keywords_of_a_slide_are_read_from_top_to_bottom() -> None:
    words = [piece(word, 100 + 37 * n, 80 * n) for n, word in enumerate(("Mitosis", "Prophase", "Metaphase"))]
    assert read(words) == ["Mitosis", "Prophase", "Metaphase"]


def test_tilts_up_to_three_degrees_change_nothing() -> None:
    for tilt in (-3.0, -1.5, 2.0, 3.0):
        long = [piece(f"r{n}", 40, 23 * n, tilt=tilt, width=1500) for n in range(60)]
        assert names(read(reversed(long))) == " ".join(f"r{n}" for n in range(60))
        pair = [
            piece(f"{side}{n} is a line of text", x, 30 * n, tilt=tilt)
            for side, x in (("a", 50), ("b", 400))
            for n in range(5)
        ]
        assert names(read(pair)) == "a0 a1 a2 a3 a4 b0 b1 b2 b3 b4"


def test_the_tilt_is_that_of_the_wide_lines() -> None:
    lines = [piece("a line of running text", 40, 40 * n, tilt=2.0) for n in range(5)]
    assert math.isclose(tilt_degrees([*lines, piece("x", 0, 0)]), 2.0, abs_tol=0.01)
    assert tilt_degrees([]) == 0.0
