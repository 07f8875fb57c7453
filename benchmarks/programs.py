"""The API beside the pages that it mirrors: processor time of whole requests, in turn, in one process."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import TestResponse

from app import create_app
from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table
from benchmarks.watch import percentile
from studylens.web.api import pace
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.study.reviews.world import add_deck
from tests.web.api.test_api import Program
from tests.web.world import PAGE, add_pack, become_guest

PACKS, CARDS = 60, 20
ASKED, QUICK_ASKED, WARM = 400, 200, 20
MOST = 2.0
"""The API's 95th percentile, in those of the page."""


@dataclass(frozen=True)
class _Pair:
    page: str
    api: str


def programs(_inputs: Inputs | None, *, quick: bool) -> Section:
    """Ask for the packs, one pack's cards, what is due and progress, each both ways."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(_settings(folder))
        wiring: Wiring = app.extensions[EXTENSION]
        wiring.database.ensure_compatible()
        rows = _rows(app, wiring, QUICK_ASKED if quick else ASKED)
        wiring.database.engine.dispose()
    figures = tuple(Figure(f"{row[1]} beside {row[0]}", row[-1], "times", row[2], MOST) for row in rows)
    heads = ("page", "API", "n", "page, p95 ms", "API, p95 ms", "ratio")
    title = f"one student with {PACKS} packs of {CARDS} cards, SQLite; processor time"
    return Section("The API", "python -m benchmarks --only programs", figures, (Table(heads, rows, title),))


def _settings(folder: str) -> dict[str, str]:
    return {
        "instance_dir": folder, "secret_key": "for a benchmark", "analysis_lock": f"{folder}/lock",
        "database_url": f"sqlite:///{folder}/studylens.sqlite3",
    }  # fmt: skip


def _rows(app: Flask, wiring: Wiring, asked: int) -> tuple[tuple[str, str, int, float, float, float], ...]:
    browser = app.test_client()
    guest = become_guest(wiring, browser)
    with wiring.database.writing() as session:
        for _ in range(PACKS):
            add_deck(session, guest, CARDS)
    pack_id = add_pack(wiring, guest)
    program = Program(app, wiring, guest)
    pairs = (
        _Pair("/packs", "/packs?limit=24"), _Pair(f"/packs/{pack_id}", f"/packs/{pack_id}/cards?limit=50"),
        _Pair("/review", "/due?limit=20"), _Pair("/progress", "/progress"),
    )  # fmt: skip
    found = []
    for pair in pairs:
        pages, answers = _times(
            asked,
            lambda pair=pair: browser.get(pair.page, headers=PAGE),
            lambda pair=pair: program.get(pair.api),
        )
        names = (one.replace(pack_id, "ID") for one in (pair.page, f"/api/v1{pair.api}"))
        slow = percentile(pages, 0.95), percentile(answers, 0.95)
        found.append((*names, asked, round(slow[0], 1), round(slow[1], 1), round(slow[1] / slow[0], 2)))
    return tuple(found)


def _times(asked: int, *ways: Callable[[], TestResponse]) -> tuple[list[float], ...]:
    """Return the milliseconds of each way, asked in turn."""
    took: tuple[list[float], ...] = tuple([] for _ in ways)
    for number in range(WARM + asked):
        pace.begin_anew()  # As one who asks seldom: what is measured is no wait.
        for way, kept in zip(ways, took, strict=True):
            began = time.process_time()
            answer = way()
            if answer.status_code != 200:
                raise RuntimeError(f"{answer.request.path} answered {answer.status_code}")
            if number >= WARM:
                kept.append(1_000 * (time.process_time() - began))
    return took
