"""Pages that would make a slow order hang: every piece is read once, and the work is counted."""

import random
from collections.abc import Sequence

import pytest

from studylens.analysis.ocr.order import gutters, reading_order
from studylens.analysis.ocr.order.placing import Corners, Piece

ORDER = random.Random(1)


def box(x: float, y: float, width: float, height: float = 20) -> Corners:
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)


def scattered(count: int) -> list[Piece]:
    at = [(ORDER.random() * 1500, ORDER.random() * 1500, 20 + 280 * ORDER.random()) for _ in range(count)]
    return [Piece("a few words here", 0.9, box(*corner)) for corner in at]


PAGES = {
    "1,500 scattered": scattered(1500),
    "1,500 cells": [Piece("7", 0.9, box(30 + 60 * (n % 20), 20 + 22 * (n // 20), 40)) for n in range(1500)],
    "all equal": [Piece("the same", 0.9, box(100, 100, 200)) for _ in range(1500)],
    "one over all": [Piece("x", 0.9, box(0, 0, 1600, 1600)), *scattered(300)],
}


@pytest.mark.parametrize("name", PAGES)
def test_every_piece_is_read_once_within_the_effort(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spent: list[int] = []

    class Counted(gutters.Effort):
        def spend(self, visits: int) -> bool:
            spent.append(visits)
            return super().spend(visits)

    monkeypatch.setattr(reading_order, "Effort", Counted)
    rows = reading_order.in_reading_order(PAGES[name]).rows
    assert ids(piece for row in rows for cell in row for piece in cell) == ids(PAGES[name])
    assert sum(spent) < reading_order.VISITS + 200 * len(PAGES[name])


def ids(pieces: Sequence[Piece] | object) -> list[int]:
    return sorted(id(piece) for piece in pieces)  # type: ignore[attr-defined]
