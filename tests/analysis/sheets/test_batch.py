"""Ten templates one after another: log lines word for word, flat memory, notes on what is missing."""

import base64
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PIL import Image

from studylens.analysis import pipeline
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.sheets import Card, Content, SheetMade, SheetsMade, SheetWish
from studylens.config import Config
from studylens.study.sheets.templates import shipped
from tests.analysis.sheets.test_faces import CROWD

PACK = Content(
    "Photosynthesis", "Light becomes sugar.", cards=CROWD, due=CROWD[:2], due_title="Due by tomorrow"
)
A4 = shipped()["a4_revision"]


def made(wish: SheetWish) -> tuple[list[wire.Event], wire.Outcome]:
    events: list[wire.Event] = []
    request = wire.decode_request(wire.encode(wire.Request("0" * 32, sheets=wish)))
    outcome = pipeline.run(request, Config.from_environment({}), lambda event: events.append(_sent(event)))
    return events, outcome


def _sent(event: wire.Event) -> wire.Event:
    """Return the event as it arrives at the other end."""
    return wire.decode_event(wire.encode(event))


def lines(events: Sequence[wire.Event]) -> list[str]:
    return [event.line for event in events if isinstance(event, wire.LogLine)]


def sheets(events: Sequence[wire.Event]) -> list[SheetMade]:
    return [event for event in events if isinstance(event, SheetMade)]


def test_log_lines_are_word_for_word() -> None:
    events, outcome = made(SheetWish([A4, shipped()["phone_due"]], PACK))
    assert outcome == SheetsMade()
    told = lines(events)
    assert told[0] == "Processing mockup 1/2: a4_revision"
    assert told[1].startswith("Memory usage after mockup 1: ")
    assert told[2] == "Processing mockup 2/2: phone_due"
    assert told[4].startswith("Peak memory during batch of 2: ")
    figures = [line.rpartition(" ")[2] for line in (told[1], told[3], told[4])]
    assert all(figure.endswith("MB") and float(figure[:-2]) > 20 for figure in figures)
    assert max(float(figure[:-2]) for figure in figures) == float(figures[2][:-2])
    assert [event.stage for event in events if isinstance(event, wire.Stage)] == ["after_mockup"] * 2
    page = sheets(events)[0].pages[0]
    assert page.name == "page-01.png"
    with Image.open(io.BytesIO(base64.b64decode(page.picture_base64))) as picture:
        assert picture.size == (page.width, page.height) == (1654, 2339)


def test_what_was_made_before_is_not_made_again() -> None:
    events, _ = made(SheetWish([A4] * 3, PACK, done=2))
    assert [sheet.n for sheet in sheets(events)] == [3]
    assert lines(events)[0] == "Processing mockup 3/3: a4_revision"


def test_what_cannot_stand_on_a_sheet_is_said() -> None:
    cards = [Card("光合作用", "photosynthesis"), Card("Plant", "with 🧬 in it"), CROWD[0]]
    events, _ = made(SheetWish([shipped()["duplex_cut"]], Content("T", cards=cards)))
    [sheet] = sheets(events)
    [note] = sheet.notes
    assert "2 cards are not on Cards to cut, both sides, A4: Chinese or Japanese, the sign 🧬" in note
    assert len(sheet.pages) == 2


def test_an_empty_pack_gives_no_page_and_says_so() -> None:
    events, outcome = made(SheetWish([shipped()["duplex_cut"], shipped()["phone_due"]], Content("Empty")))
    assert isinstance(outcome, SheetsMade)
    assert [sheet.pages for sheet in sheets(events)] == [[], []]
    assert all("nothing for it" in sheet.notes[0] for sheet in sheets(events))


def test_a_picture_that_is_broken_costs_its_own_sheet_only(tmp_path: Path) -> None:
    (tmp_path / "art").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    broken = replace(PACK, art=str(tmp_path / "art"))
    events, outcome = made(SheetWish([shipped()["poster"], A4], broken))
    assert isinstance(outcome, SheetsMade)
    assert [len(sheet.pages) for sheet in sheets(events)] == [0, 1]
    assert sheets(events)[0].notes[0].startswith("Poster on a wall: This picture is damaged")


def test_a_poster_without_a_picture_shows_the_revision_sheet(photo: bytes, tmp_path: Path) -> None:
    events, _ = made(SheetWish([shipped()["poster"]], PACK))
    assert "no picture of this pack is kept here" in sheets(events)[0].notes[0]
    (tmp_path / "art").write_bytes(photo)
    events, _ = made(SheetWish([shipped()["poster"]], replace(PACK, art=str(tmp_path / "art"))))
    assert sheets(events)[0].notes == []


def test_without_room_no_sheet_is_begun() -> None:
    events: list[wire.Event] = []
    request = wire.Request("0" * 32, sheets=SheetWish([A4], PACK))
    config = Config.from_environment({"MEMORY_LIMIT_MB": "1"})
    outcome = pipeline.run(request, config, events.append)
    assert isinstance(outcome, wire.Failed)
    assert (outcome.code, outcome.last, sheets(events)) == ("out_of_memory", True, [])
