"""What a device has read goes through the server's own order and judgement, and through no model."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from studylens.analysis import pipeline
from studylens.analysis.ocr import device, read, rules, transcript, turn
from studylens.analysis.ocr.order.placing import Piece
from studylens.analysis.ocr.trust import judge
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.device import DeviceBox, DeviceGrid, DevicePage
from studylens.config import Config
from studylens.reader_limits import MIDDLE_POINTS
from tests import pages
from tests.analysis.ocr import page_kinds

DETECTION_PX = 640
"""Enough for these pages."""


@pytest.mark.parametrize("kind", ["table", "bent"])
def test_a_page_is_ordered_and_judged_as_if_this_server_had_read_it(kind: str) -> None:
    flat = pages.column_page(pages.wrap(" ".join(pages.SENTENCES[:6]), 800, 28), size=(900, 440))
    page = page_kinds.table_in_column() if kind == "table" else page_kinds.bent(flat, 0.04)
    found = read._find(page.image, DETECTION_PX)
    pieces = [Piece(f"words of box {n}", 0.97, one.outline) for n, one in enumerate(found)]
    order = read._ordered(page.image, found, pieces, turn.Way())
    told = device.reading_of(_as_a_device_tells(page.image, found, pieces))
    assert [line.text for line in told.lines] == [
        line.text for line in transcript.lines_of(order, page.image.size)
    ]
    assert told.tables == transcript.tables_of(order)
    assert told.trust == judge(pieces, ())
    assert (bool(told.tables), any(one.bend for one in found)) == (kind == "table", kind == "bent")


def _as_a_device_tells(image: Any, found: Sequence[Any], pieces: Sequence[Piece]) -> DevicePage:
    wide, high = image.size
    boxes = tuple(
        DeviceBox(
            piece.text, piece.score, tuple((x / wide, y / high) for x, y in one.corners), _middle(one, high)
        )
        for one, piece in zip(found, pieces, strict=True)
    )
    grids = [
        DeviceGrid(tuple(x / wide for x in grid.xs), tuple(y / high for y in grid.ys))
        for grid in rules.find_grids(image)
    ]
    return DevicePage(wide, high, "test", boxes, tuple(grids))


def _shares(corners: Any, wide: int, high: int) -> Any:
    return tuple((x / wide, y / high) for x, y in corners)


def _middle(one: Any, high: int) -> tuple[float, ...]:
    if one.bend is None:
        return ()
    at = np.linspace(0, len(one.bend.ys) - 1, MIDDLE_POINTS).astype(int)
    return tuple(float(y) / high for y in one.bend.ys[at])


def box(text: str, row: int, score: float = 0.98) -> DeviceBox:
    """Return a line over the page's width, `row` lines down."""
    top = 0.05 + 0.05 * row
    return DeviceBox(text, score, ((0.1, top), (0.9, top), (0.9, top + 0.03), (0.1, top + 0.03)))


NOBODY = "0" * 32
LINES = ("Osmosis: the passing of water through a membrane.", "Chlorophyll: the green pigment of leaves.")
PAGE = DevicePage(
    1200, 1600, "studylens-1", tuple(box(text, row) for row, text in enumerate(LINES)), turned=90
)


def test_a_devices_page_gives_cards_and_asks_no_model() -> None:
    asked = wire.decode_request(wire.encode(wire.Request(NOBODY, device=PAGE, uploaded_bytes=400)))
    assert asked.device == PAGE
    done = pipeline.run(asked, Config(engines=("gemini", "ocr", "blip")), lambda event: None)
    assert isinstance(done, wire.Done)
    found = done.analysis
    assert [line.text for line in found.transcript] == list(LINES)
    assert {term.term for term in found.material.key_terms} >= {"Osmosis", "Chlorophyll"}
    assert found.text_engine == "device:studylens-1"
    assert (found.turned, found.receipt.uploaded_bytes, found.receipt.sent_to) == (90, 400, ())
    assert [report.outcome for report in found.engines if report.engine != "material"] == [
        "used",
        "skipped",
        "skipped",
    ]
    assert any("your photo stayed on your device" in note for note in found.notes)


def test_a_devices_page_that_was_read_badly_gives_no_cards() -> None:
    poor = replace(PAGE, boxes=tuple(box(text, row, 0.75) for row, text in enumerate(LINES)))
    done = pipeline.run(wire.Request(NOBODY, device=poor), Config(), lambda event: None)
    assert isinstance(done, wire.Done)
    assert done.analysis.trust
    assert not done.analysis.trust.trusted
    assert done.analysis.material.cards == ()


def test_a_devices_page_without_lines_says_so() -> None:
    failed = pipeline.run(wire.Request(NOBODY, device=replace(PAGE, boxes=())), Config(), lambda event: None)
    assert isinstance(failed, wire.Failed)
    assert failed.code == "nothing_found"
