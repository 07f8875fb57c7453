"""Where a model's lines stand: rows of our own detector, given only where order and length leave no doubt."""

import random
from collections.abc import Sequence

import pytest

from studylens.analysis.ocr import read
from studylens.analysis.ocr.places import placed
from studylens.analysis.protocol.result import Box, Line
from tests import pages
from tests.analysis.ocr import page_kinds

TEXTS = (
    "Title",
    "A long line of text that fills the page from left to right",
    "half of such a line, no more",
    "end",
)
ROWS: tuple[Box, ...] = (
    (0.1, 0.1, 0.2, 0.14),
    (0.1, 0.2, 0.9, 0.24),
    (0.1, 0.3, 0.5, 0.34),
    (0.1, 0.4, 0.15, 0.44),
)
ASPECT = 1.35


def lines(texts: Sequence[str]) -> tuple[Line, ...]:
    return tuple(Line(n, text) for n, text in enumerate(texts, start=1))


def boxes(texts: Sequence[str], rows: Sequence[Box] = ROWS) -> list[Box | None]:
    return [line.box for line in placed(lines(texts), rows, ASPECT)]


def test_lines_take_the_rows_in_their_order() -> None:
    assert boxes(TEXTS) == list(ROWS)


def test_row_of_a_figure_and_a_line_that_is_not_there_stay_alone() -> None:
    label: Box = (0.02, 0.5, 0.98, 0.515)
    assert boxes(TEXTS, (*ROWS, label)) == list(ROWS)
    there = boxes((*TEXTS[:2], "x" * 150, *TEXTS[2:]))
    assert there[2] is None
    assert there[1] == ROWS[1]


def test_doubt_leaves_a_line_without_a_box() -> None:
    alike = [(0.1, 0.1 * n, 0.9, 0.1 * n + 0.04) for n in range(1, 9)]
    told = boxes(["A long line of text that fills the page from left to right"] * 6, alike)
    assert set(told) == {None}


def test_box_that_the_model_gave_stays_and_leads_the_others() -> None:
    alike: list[Box] = [(0.1, 0.1 * n, 0.9, 0.1 * n + 0.04) for n in range(1, 6)]
    given = [Line(n, "A line of text that is as long as the others") for n in range(1, 5)]
    known = [Line(line.n, line.text, box=alike[line.n]) for line in given[:2]]
    told = placed([*known, *given[2:]], alike, ASPECT)
    assert [line.box for line in told] == alike[1:]


@pytest.mark.parametrize("texts", [(), ("", " "), ("$$",)])
def test_pages_without_words_or_rows_are_no_fault(texts: tuple[str, ...]) -> None:
    assert boxes(texts, ()) == [None] * len(texts)
    assert len(boxes(texts)) == len(texts)


def test_many_lines_and_rows_end() -> None:
    rows = [(0.1, n / 600, 0.9, n / 600 + 0.001) for n in range(600)]
    assert len(boxes(["a line of words"] * 300, rows)) == 300


@pytest.mark.parametrize(
    "page",
    [page_kinds.columns(), pages.column_page(pages.wrap(pages.prose(1, 1), 760, 28), size=(900, 1600))],
    ids=["columns", "prose"],
)
def test_lines_of_a_page_are_found_by_the_detector_alone(page: pages.Page) -> None:
    rows = read.find_rows(page.image, detection_px=800)
    told = placed(lines(page.lines), rows, page.image.width / page.image.height)
    assert [line.box for line in told] == list(rows)
    left_out = random.Random(2).sample(page.lines, 1)[0]
    fewer = [text for text in page.lines if text != left_out]
    where = dict(zip(page.lines, rows, strict=True))
    told = placed(lines(fewer), rows, page.image.width / page.image.height)
    assert all(line.box in {None, where[line.text]} for line in told)


def test_page_on_its_side_has_no_rows() -> None:
    assert read.find_rows(page_kinds.turned(page_kinds.columns(), 90), detection_px=800) == ()
