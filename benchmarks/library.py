"""The library with 10,000 packs: what a search and a list cost beside a page found by its primary key."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table

PACKS, LINES, ROUNDS = 10_000, 20, 60
QUICK_PACKS, QUICK_ROUNDS = 500, 10
TARGET = 3.0
WORDS = tuple(
    f"{first}{second}{third}"
    for first in "bcdfgl"
    for second in "aeiou"
    for third in ("ra", "mi", "so", "tun")
)
SEARCHES = {
    "search, a rare word": "/packs?q=heirloom",
    "search, a word of every pack": "/packs?q=page",
    "search, two words, sorted by title": "/packs?q=bara+cemi&sort=title",
    "list, first page": "/packs",
    "list, last page": "/packs?page=500",
    "list, one subject": "/packs?subject=Subject+7",
}


def library(_inputs: Inputs, *, quick: bool) -> Section:
    """Time pages of a guest with 10,000 packs, on both databases, each against the pack's own page."""
    packs, rounds = (QUICK_PACKS, QUICK_ROUNDS) if quick else (PACKS, ROUNDS)
    figures: list[Figure] = []
    rows: list[tuple[str | float, ...]] = []
    for name, url in _databases():
        with url as address, _guest(address, packs) as (get, pack_id):
            base = _median_ms(get, f"/packs/{pack_id}", rounds)
            rows.append((name, "a pack's page, by primary key", base, 1.0))
            light = _median_ms(get, f"/packs/{pack_id}/delete", rounds)
            rows.append((name, "the smallest page of a pack, by primary key", light, light / base))
            for what, path in SEARCHES.items():
                spent = _median_ms(get, path, rounds)
                rows.append((name, what, spent, spent / base))
                figures.append(
                    Figure(f"{what}, {name}", spent / base, "x", rounds, TARGET, "against a pack's page")
                )
    headers = ("database", "page", "median ms", "ratio")
    notes = (f"{packs} packs of one guest, {LINES} lines each; whole requests through the Flask app, warm.",)
    return Section(
        "Library",
        "python -m benchmarks --only library",
        tuple(figures),
        (Table(headers, tuple(rows)),),
        notes,
    )


def _databases() -> Iterator[tuple[str, AbstractContextManager[str]]]:
    yield "SQLite", _sqlite()
    yield "PostgreSQL", _postgresql()


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'library.sqlite3'}"


@contextmanager
def _postgresql() -> Iterator[str]:
    from tests.postgres import Postgres

    with Postgres() as server, server.fresh() as url:
        yield url


@contextmanager
def _guest(url: str, packs: int) -> Iterator[tuple[Callable[[str], None], str]]:
    """Yield a function that opens pages as a guest with so many packs, and one pack's id."""
    from app import create_app
    from studylens.models import Pack
    from studylens.web.door.wiring import EXTENSION
    from tests.web.world import PAGE, become_guest

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        app = create_app({"instance_dir": folder, "database_url": url, "secret_key": "for benchmarks"})
        wiring = app.extensions[EXTENSION]
        stack.callback(wiring.database.engine.dispose)
        wiring.database.ensure_compatible()
        client = app.test_client()
        guest_id = become_guest(wiring, client)
        ids = _fill(wiring.database, Pack, guest_id, packs)

        def get(path: str) -> None:
            answer = client.get(path, headers=PAGE)
            if answer.status_code != HTTPStatus.OK:
                raise RuntimeError(f"{path}: {answer.status}")

        yield get, ids[len(ids) // 2]


def _fill(database: Any, pack_model: type, guest_id: int, packs: int) -> list[str]:
    from datetime import timedelta

    from studylens.models import Flashcard, PackTerm, TranscriptLine, new_id, now
    from studylens.study.packs.search import index_pack

    chance, ids = random.Random(7), []  # noqa: S311 - made-up words.
    for start in range(0, packs, 500):
        with database.writing() as session:
            for number in range(start, min(start + 500, packs)):
                rare = ["heirloom"] if number % 997 == 0 else []
                texts = [" ".join([*chance.choices(WORDS, k=9), *rare]) for _ in range(LINES)]
                pack = pack_model(
                    id=new_id(), guest_id=guest_id, title=f"Page {number} {chance.choice(WORDS)}"
                )
                pack.subject, pack.created_at = f"Subject {number % 40}", now() - timedelta(minutes=number)
                pack.transcript = [TranscriptLine(n=n, text=text) for n, text in enumerate(texts, start=1)]
                pack.key_terms = [PackTerm(term=chance.choice(WORDS), origin="server")]
                pack.cards = [Flashcard(front="f", back="b", kind="cloze", origin="server") for _ in range(5)]
                session.add(pack)
                index_pack(session, pack)
                ids.append(pack.id)
            session.expunge_all()
    return ids


def _median_ms(get: Callable[[str], None], path: str, rounds: int) -> float:
    get(path)
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        get(path)
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)
