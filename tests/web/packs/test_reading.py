"""What a page says about how it was read: tables by rows, doubts and what helps, unreadable lines."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.analysis.protocol.result import Line, Material, Receipt, Table, Trust
from studylens.models import Pack, TranscriptLine, now
from studylens.study.exchange.markdown_pack import pack_markdown
from studylens.study.packs.merging import merge
from studylens.study.packs.store import pack_json
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, analysis, become_guest, read_page

ROWS = (("Phase", "Length", ""), ("Prophase", "30 min", "condenses"), ("Anaphase", "", "parts"))
BLURRED = Trust(
    0.4, trusted=False, reasons=("blur",), sentence="We could not read this well: the picture is blurred."
)
HINDI = Trust(0.8, scripts=("Hindi",), sentence="This page is partly in Hindi, which we cannot read yet.")
ARABIC = "التمثيل الضوئي يحول الضوء إلى سكر."


def page_of(*texts: str, **changes: Any) -> Any:
    """What our own reader gives: these lines, without any card."""
    lines = tuple(Line(n, text, 0.95, (0.1, n / 20, 0.9, n / 20 + 0.04)) for n, text in enumerate(texts, 1))
    plain = {"material": Material(title="Mitosis"), "quality": None, "caption": "", "notes": ()}
    return analysis(transcript=lines, text_engine="ocr:rapidocr-3.10.0", **{**plain, **changes})


def with_table() -> Any:
    rows = ["\t".join(cell for cell in row if cell) for row in ROWS]
    return page_of("Mitosis has phases.", *rows, "The end.", tables=(Table((2, 3, 4), ROWS),))


def in_hand(number: int = 1) -> Any:
    receipt = Receipt(1000, 1600, 1200, f"{number:064x}")
    return page_of("Osmosis moves water.", receipt=receipt, turned=90)


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def show(wiring: Wiring, client: FlaskClient, guest_id: int) -> Callable[[Any], str]:
    """Return the page of a pack made of this analysis."""

    def shown(found: Any, path: str = "") -> str:
        return read_page(client.get(f"/packs/{add_pack(wiring, guest_id, found)}{path}", headers=PAGE))

    return shown


def kept(wiring: Wiring, pack_id: str) -> dict[str, Any]:
    with wiring.database.reading() as session:
        return pack_json(session.get_one(Pack, pack_id))


def test_a_table_is_a_table_with_a_head_for_each_row(show: Callable[..., str]) -> None:
    page = show(with_table(), "/page")
    assert page.count('<tr id="line-') == 3
    assert 'aria-label="Table: lines 2 to 4"' in page
    assert page.count('<th scope="row" dir="auto">') == 3
    assert page.index(">Anaphase</th>") < page.index(">parts</td>")
    assert page.count("<ol") >= 2
    assert 'id="line-3"' in page


def test_tables_are_printed_and_exported_by_rows(
    show: Callable[..., str], wiring: Wiring, guest_id: int
) -> None:
    assert show(with_table(), "/print").count("<tr") == 3
    with wiring.database.reading() as session:
        pack = session.get_one(Pack, add_pack(wiring, guest_id, with_table()))
        told = pack_markdown(pack)
    assert "| Phase | Length |  |\n| --- | --- | --- |\n| Prophase | 30 min | condenses |" in told
    assert "1. Mitosis has phases.\n\n| Phase" in told
    assert "5. The end." in told


def test_the_json_has_tables_turn_and_trust(wiring: Wiring, guest_id: int) -> None:
    found = kept(wiring, add_pack(wiring, guest_id, with_table()))
    assert found["tables"] == [{"lines": [2, 3, 4], "rows": [list(row) for row in ROWS]}]
    assert (found["turned"], found["trust"]) == (0, None)
    assert kept(wiring, add_pack(wiring, guest_id, in_hand()))["turned"] == 90
    trust = kept(wiring, add_pack(wiring, guest_id, page_of("x", trust=BLURRED)))["trust"]
    assert (trust["trusted"], trust["reasons"]) == (False, ["blur"])


def test_a_corrected_row_has_the_cells_that_were_typed(wiring: Wiring, guest_id: int) -> None:
    pack_id = add_pack(wiring, guest_id, with_table())
    with wiring.database.writing() as session:
        line = session.scalars(
            select(TranscriptLine).where(TranscriptLine.pack_id == pack_id, TranscriptLine.n == 4)
        ).one()
        line.text, line.edited_at = "Anaphase\t4 min\tparts", now()
    assert kept(wiring, pack_id)["tables"][0]["rows"][2] == ["Anaphase", "4 min", "parts"]


def test_a_table_follows_its_lines_into_another_pack(wiring: Wiring, guest_id: int) -> None:
    ids = [add_pack(wiring, guest_id, found) for found in (in_hand(), with_table())]
    with wiring.database.writing() as session:
        merge(session, [session.get_one(Pack, pack_id) for pack_id in ids])
    assert kept(wiring, ids[0])["tables"][0]["lines"] == [3, 4, 5]


def test_a_page_that_was_not_read_well_says_why_and_what_helps(show: Callable[..., str]) -> None:
    page = show(page_of("Mit0s1s", trust=BLURRED))
    assert "We could not read this well: the picture is blurred." in page
    assert "So no cards were made of it" in page
    for words in ("Correct the text", "Make cards from it", "Take it again"):
        assert f">{words}</a>" in page


def test_a_script_that_cannot_be_read_is_named_without_a_retake(show: Callable[..., str]) -> None:
    page = show(page_of("Mitosis", trust=HINDI))
    assert "This page is partly in Hindi, which we cannot read yet." in page
    assert ">Take it again</a>" not in page
    assert "So no cards were made" not in page


def test_a_page_that_was_read_well_says_nothing(show: Callable[..., str]) -> None:
    assert 'class="note warn doubt"' not in show(page_of("Mitosis", trust=Trust(0.97)))


def test_each_page_of_a_lecture_has_its_own_doubt(wiring: Wiring, client: FlaskClient, guest_id: int) -> None:
    ids = [
        add_pack(wiring, guest_id, page_of("x", trust=trust, receipt=Receipt(1, 1, 1, f"{n:064x}")))
        for n, trust in enumerate((Trust(0.97), BLURRED), 1)
    ]
    with wiring.database.writing() as session:
        merge(session, [session.get_one(Pack, pack_id) for pack_id in ids])
    page = read_page(client.get(f"/packs/{ids[0]}", headers=PAGE))
    assert "<b>Page 2:</b> We could not read this well" in page
    assert f'<a class="btn" href="/packs/{ids[0]}/page?page=2#page-2">Correct the text</a>' in page


def test_a_line_that_cannot_be_read_is_marked_until_it_is_typed(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    found = page_of("Mitosis has phases.")
    unread = Line(2, "", 0.3, (0.1, 0.2, 0.9, 0.3), unreadable=True)
    pack_id = add_pack(wiring, guest_id, analysis(transcript=(*found.transcript, unread)))
    page = read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))
    assert "I cannot read this line" in page
    assert "Type it<span" in page
    assert [line["unreadable"] for line in kept(wiring, pack_id)["transcript"]] == [False, True]
    with wiring.database.reading() as session:
        assert "2. _(not readable)_" in pack_markdown(session.get_one(Pack, pack_id))
    with wiring.database.writing() as session:
        line = session.scalars(
            select(TranscriptLine).where(TranscriptLine.pack_id == pack_id, TranscriptLine.n == 2)
        ).one()
        line.text, line.edited_at = "Anaphase is short.", now()
    assert "I cannot read this line" not in read_page(client.get(f"/packs/{pack_id}/page", headers=PAGE))


def test_the_students_own_picture_is_told_how_it_was_turned(
    wiring: Wiring, client: FlaskClient, guest_id: int
) -> None:
    ids = [
        add_pack(wiring, guest_id, found) for found in (page_of("x", receipt=in_hand(7).receipt), in_hand(8))
    ]
    page = read_page(client.get(f"/packs/{ids[1]}/page", headers=PAGE))
    assert 'data-turned="90"' in page
    with wiring.database.writing() as session:
        merge(session, [session.get_one(Pack, pack_id) for pack_id in ids])
    page = read_page(client.get(f"/packs/{ids[0]}/page", headers=PAGE))
    assert page.count('data-turned="90"') == 1
    assert page.index("data-turned") > page.index('data-page="2"')


def test_right_to_left_text_keeps_its_direction_everywhere(
    show: Callable[..., str], wiring: Wiring, guest_id: int
) -> None:
    found = page_of(ARABIC)
    for path in ("/page", "/print"):
        page = show(found, path)
        assert 'dir="auto"' in page[page.rindex("<li", 0, page.rindex(ARABIC)) : page.rindex(ARABIC)]
    with wiring.database.reading() as session:
        told = pack_markdown(session.get_one(Pack, add_pack(wiring, guest_id, found)))
    assert f"1. \u2068{ARABIC}\u2069" in told
