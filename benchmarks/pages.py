"""What the pages of a student cost beside a view with one SELECT: requests a second, processor, statements.

    .venv/bin/python -m benchmarks --only pages

All are asked for in turn, in small blocks, of the same gunicorn: other work on the machine meets all.
"""

import os
import re
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app import create_app
from benchmarks import pages_world
from benchmarks.inputs import Inputs
from benchmarks.pages_client import CONNECTIONS, Readers, processor_ms
from benchmarks.report import Figure, Section, Table
from benchmarks.reviews import TOKEN, Student
from database_config import Database
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.wiring import EXTENSION
from tests.postgres import Postgres
from tests.service import Service

ROUNDS, QUICK_ROUNDS, A_ROUND = 12, 4, 20
WARM_UP = 8
"""Requests of a page before those that count: statements are compiled, templates loaded."""
SELECT, ANSWER, EMPTY = "a view with one SELECT", "an answer to a card, and the next one", "an empty view"
PEERS = frozenset({EMPTY, SELECT})
LEAST = {"pack: Study": 0.15, "/packs": 0.3, "/review": 0.3}
"""Share of the SELECT view's requests a second that a page shall reach."""
ANSWER_MS = 4.0


@dataclass
class Spent:
    """What a page took in all its blocks."""

    requests: int = 0
    seconds: float = 0.0
    processor_ms: float = 0.0
    size: int = 0
    statements: int = 0

    @property
    def a_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def each_ms(self) -> float:
        """Processor time of the service for one, in milliseconds."""
        return self.processor_ms / self.requests


@dataclass
class Run:
    """One database: its pages by name, and the load of the machine at the end."""

    database: str
    pages: dict[str, Spent] = field(default_factory=lambda: defaultdict(Spent))

    def share(self, name: str) -> float:
        """Return which share of the SELECT view's requests a second a page reaches."""
        return self.pages[name].a_second / self.pages[SELECT].a_second

    def share_of_processor(self, name: str) -> float:
        """Return the same by the processor time of one: what other work on the machine does not stretch."""
        return self.pages[SELECT].each_ms / self.pages[name].each_ms


def pages(_inputs: Inputs, *, quick: bool) -> Section:
    """Read each page in turn with the SELECT view, on both databases."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    runs = [_measure(name, rounds, fresh=fresh) for name, fresh in (("SQLite", False), ("PostgreSQL", True))]
    figures = [figure for run in runs for figure in _figures(run)]
    headers = (
        "page",
        "requests",
        "a second",
        "share of the SELECT view",
        "the same by processor",
        "processor ms",
        "statements",
        "bytes",
    )
    tables = tuple(Table(headers, tuple(_rows(run)), run.database) for run in runs)
    notes = (
        pages_world.TOLD,
        f"{CONNECTIONS} connections, blocks of {A_ROUND} in turn, one worker; answers over one connection.",
        "Processor ms: of the web process, all its threads; PostgreSQL's own are not in it.",
        "Statements: those that SQLAlchemy sends, without BEGIN; the check of the tables is one more.",
        f"Load average of the machine at the end of the run: {os.getloadavg()[0]:.1f}.",
    )
    return Section("Pages", "python -m benchmarks --only pages", tuple(figures), tables, notes)


def _figures(run: Run) -> Iterator[Figure]:
    for name, least in LEAST.items():
        spent = run.pages[name]
        yield Figure(
            f"{name}: share of the SELECT view's requests a second, {run.database}",
            run.share(name), "", spent.requests, least=least,
            how=f"{spent.a_second:.0f} a second against {run.pages[SELECT].a_second:.0f}; "
            f"by processor time {run.share_of_processor(name):.2f}",
        )  # fmt: skip
    spent = run.pages[ANSWER]
    yield Figure(f"{ANSWER}: processor time, {run.database}", spent.each_ms, "ms", spent.requests, ANSWER_MS)


def _rows(run: Run) -> Iterator[tuple[str | float | int, ...]]:
    for name, spent in run.pages.items():
        yield (
            name,
            spent.requests,
            spent.a_second,
            run.share(name),
            run.share_of_processor(name),
            spent.each_ms,
            spent.statements,
            spent.size,
        )


def _measure(name: str, rounds: int, *, fresh: bool) -> Run:
    run = Run(name)
    with tempfile.TemporaryDirectory(prefix="studylens-bench-") as made, _url(Path(made), fresh=fresh) as url:
        folder = Path(made)
        paths = _paths(pages_world.fill(Database(url)))
        _count_statements(run, url, folder, paths)
        with Service(folder, app="benchmarks.empty_view:app", DATABASE_URL=url) as service:
            _read(run, service, paths, rounds)
    return run


def _paths(pack_id: str) -> dict[str, str]:
    return {
        EMPTY: "/empty",
        SELECT: "/select",
        "pack: Study": f"/packs/{pack_id}",
        "pack: Cards": f"/packs/{pack_id}/cards",
        "pack: Page": f"/packs/{pack_id}/page",
        "pack: More": f"/packs/{pack_id}/more",
        "/packs": "/packs",
        "/review": "/review",
    }


def _read(run: Run, service: Service, paths: dict[str, str], rounds: int) -> None:
    with Readers(service.url, f"{GUEST_COOKIE}={TOKEN}") as readers:
        _take_turns(run, service, readers, _Plan(paths, rounds))


@dataclass(frozen=True)
class _Plan:
    """Which pages are read, and in how many rounds."""

    paths: dict[str, str]
    rounds: int


def _take_turns(run: Run, service: Service, readers: Readers, plan: _Plan) -> None:
    pids, paths = [service.pids()["web"]], plan.paths
    student = Student(service.url)
    for name, path in paths.items():
        readers.connect()
        readers.read(path, WARM_UP, is_page=name not in PEERS)
    for _ in range(2 * WARM_UP):
        student.answer()
    for _ in range(plan.rounds):
        for name, path in paths.items():
            readers.connect()
            with _counted(run.pages[name], pids, A_ROUND):
                run.pages[name].size = readers.read(path, A_ROUND, is_page=name not in PEERS)
        student.connect()
        with _counted(run.pages[ANSWER], pids, A_ROUND):
            for _ in range(A_ROUND):
                student.answer()


@contextmanager
def _counted(spent: Spent, pids: list[int], requests: int) -> Iterator[None]:
    began, before = time.perf_counter(), processor_ms(pids)
    yield
    spent.seconds += time.perf_counter() - began
    spent.processor_ms += processor_ms(pids) - before
    spent.requests += requests


@contextmanager
def _url(folder: Path, *, fresh: bool) -> Iterator[str]:
    if not fresh:
        yield f"sqlite:///{folder / 'pages.sqlite3'}"
        return
    with Postgres() as server, server.fresh() as url:
        yield url


def _count_statements(run: Run, url: str, folder: Path, paths: dict[str, str]) -> None:
    """Count what each page sends when it is asked for a second time, in an app of this process."""
    app = create_app({
        "instance_dir": str(folder / "instance"),
        "database_url": url,
        "secret_key": "for benchmarks",
    })
    engine = app.extensions[EXTENSION].database.engine
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *told: sent.append(told[2]))
    client = app.test_client()
    client.set_cookie(GUEST_COOKIE, TOKEN)

    def counted(name: str, **request: Any) -> str:
        sent.clear()
        answer = client.open(headers={"Accept": "text/html", **request.pop("headers", {})}, **request)
        run.pages[name].statements = sum(not text.startswith(("BEGIN", "PRAGMA")) for text in sent)
        return answer.get_data(as_text=True)

    for name, path in paths.items():
        if name not in PEERS:  # They are views of the service alone.
            counted(name, path=path)
            counted(name, path=path)
    run.pages[SELECT].statements = 1
    page = client.get("/review", headers={"HX-Request": "true"}).text
    for _ in range(2):
        card, key = (
            re.search(r"/review/cards/\d+/answer[^\"]*", page),
            re.search(r'name="key" value="([^"]+)"', page),
        )
        if card is None or key is None:
            raise RuntimeError("no card is shown")
        form = {"rating": "3", "key": key[1], "ms": "3000"}
        page = counted(ANSWER, path=card[0], method="POST", data=form, headers={"HX-Request": "true"})
    engine.dispose()
