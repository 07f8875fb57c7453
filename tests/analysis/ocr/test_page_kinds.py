"""Each kind of page, small, with the value that it must reach."""

from pathlib import Path

import pytest
from PIL import Image, ImageOps

from benchmarks.text_score import compare
from studylens.analysis.ocr import read
from studylens.analysis.ocr.read import Reading
from studylens.analysis.picture import quality
from tests import pages
from tests.analysis.ocr import page_kinds

PICTURES = Path(__file__).parent / "pictures"
"""Drawn once with Noto's fonts, from sentences of our own."""


def text_of(reading: Reading) -> str:
    return "\n".join(line.text for line in reading.lines)


def cer(page: pages.Page, reading: Reading) -> float:
    return compare(page.text, text_of(reading)).cer


@pytest.fixture(scope="module")
def columns() -> pages.Page:
    return page_kinds.columns()


def test_columns_with_a_narrow_gutter_are_read_one_after_the_other(columns: pages.Page) -> None:
    assert cer(columns, read.read(columns.image)) <= 0.005


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_lies_the_wrong_way_is_turned_and_read(columns: pages.Page, degrees: int) -> None:
    reading = read.read(page_kinds.turned(columns, degrees))
    assert reading.turned == 360 - degrees
    assert cer(columns, reading) <= 0.01
    top = reading.lines[0].box
    assert top
    assert top[3] < 0.3, "the title's box is at the top of the turned picture"


def test_a_bend_of_two_percent_loses_no_line() -> None:
    flat = pages.column_page(pages.wrap(pages.prose(repeats=1), 1060, 28)[:9], size=(1200, 440))
    page = page_kinds.bent(flat, 0.02)
    assert cer(page, read.read(page.image)) <= 0.01


def test_a_ruled_table_in_a_column_keeps_its_rows_and_cells() -> None:
    page = page_kinds.table_in_column()
    reading = read.read(page.image)
    assert cer(page, reading) <= 0.01
    assert [table.rows for table in reading.tables] == [page_kinds.ROWS]
    texts = {line.n: line.text for line in reading.lines}
    assert [texts[n] for n in reading.tables[0].lines] == ["\t".join(row) for row in page_kinds.ROWS]


def test_a_label_that_runs_upwards_is_read() -> None:
    page = page_kinds.with_upward_label()
    reading = read.read(page.image)
    assert reading.turned == 0
    assert {line.text for line in reading.lines} >= set(page.lines)


def test_vertical_japanese_is_read_from_right_to_left_and_not_turned() -> None:
    with Image.open(PICTURES / "vertical_japanese.png") as picture:
        reading = read.read(picture.convert("RGB"))
    assert reading.turned == 0
    wanted = "光合成は光と水と二酸化炭素から糖と酸素を作る反応であり、植物の葉緑体の中で行われている。"
    assert compare(wanted, text_of(reading).replace("\n", "")).cer <= 0.05


def test_a_script_without_letters_for_it_is_named_and_not_trusted() -> None:
    with Image.open(PICTURES / "hindi.png") as picture:
        trust = read.read(picture.convert("RGB")).trust
    assert trust
    assert (trust.trusted, trust.reasons[0]) == (False, "script")
    assert trust.scripts == ("Hindi",)
    assert trust.sentence == "We could not read this well: it is in Hindi, which we cannot read yet."


def test_a_page_partly_in_another_script_says_so() -> None:
    russian = ("Фотосинтез превращает свет в глюкозу", "Митохондрии дают энергию клетке")
    page = pages.column_page((*pages.SENTENCES[:5], *russian), size=(1200, 420))
    trust = read.read(page.image).trust
    assert trust
    assert (trust.reasons, trust.scripts) == (("script",), ("Russian",))


def test_half_a_page_in_shadow_is_read(columns: pages.Page) -> None:
    page = page_kinds.half_in_shadow(columns)
    assert cer(page, read.read(page.image)) <= 0.02


def test_a_photo_of_a_screen_is_read(columns: pages.Page) -> None:
    page = page_kinds.screen(columns)
    assert cer(page, read.read(page.image)) <= 0.02


def test_a_collage_of_four_pages_is_read_page_by_page() -> None:
    reading = read.read(page_kinds.collage())
    assert sum(line.text == "Cells" for line in reading.lines) + text_of(reading).count("Cells\tCells") >= 2


def test_mirrored_text_is_not_trusted(columns: pages.Page) -> None:
    trust = read.read(ImageOps.mirror(columns.image)).trust
    assert trust
    assert not trust.trusted


def test_text_at_45_degrees_is_left_as_it_lies(columns: pages.Page) -> None:
    slanted = columns.image.rotate(45, Image.Resampling.BICUBIC, expand=True, fillcolor=pages.PAPER)
    assert read.read(slanted).turned == 0


def test_a_page_too_blurred_to_read_says_why() -> None:
    lines = pages.wrap(" ".join(pages.SENTENCES[:4]), 760, 28)
    page = pages.blurred(pages.column_page(lines, size=(900, 420)), 3.6)
    trust = read.read(page.image, advice=quality.estimate(page.image).advice).trust
    assert trust
    assert (trust.trusted, trust.reasons[0]) == (False, "blur")
