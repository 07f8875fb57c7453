"""What a student pays for others: the same pages beside some others, and beside ten times as many.

    .venv/bin/python -m benchmarks --only rows

Both worlds stand at once and are asked in turn, so that other work on the machine meets both.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table

FEW, TIMES = 1_000, 10
QUICK_FEW = 200
ROUNDS, QUICK_ROUNDS = 40, 25
DAYS = 35
"""Study days of each student, with three answers each: a million for 10,000."""
TARGET = 1.3
ASKED = (
    "GET /", "GET /packs", "GET /packs/<pack_id>", "GET /review", "GET /progress", "GET /achievements",
    "GET /quizzes", "GET /devices", "GET /my-data", "GET /memory", "GET /jobs/<job_id>",
    "GET /batches/<batch_id>", "GET /sync/due", "GET /packs/by-photo/<sha256>", "whether work waits",
    "a whole job", "reminders", "sweep",
)  # fmt: skip
"""Pages that are opened most, the polls of who waits, and what runs without being asked."""
COUNTED = ("guests", "packs", "review_log", "jobs", "cards", "transcript_lines")
Visits = dict[str, Callable[[], object]]


def rows(_inputs: Inputs, *, quick: bool) -> Section:
    """Compare each page, poll, claim and sweep between the two worlds, on both databases."""
    few, rounds = (QUICK_FEW, QUICK_ROUNDS) if quick else (FEW, ROUNDS)
    figures: list[Figure] = []
    tables: list[Table] = []
    for name, fresh in _databases():
        with fresh() as one, fresh() as other, _world(one, few) as small, _world(other, few * TIMES) as large:
            times = {what: _in_turn(small[what], large[what], rounds) for what in ASKED}
            worst = max(times, key=lambda what: times[what][1] / times[what][0])
            both = [sum(column) for column in zip(*times.values(), strict=True)]
            sizes = ", ".join(f"{table} {large['rows of ' + table]():,}" for table in COUNTED)
            figures.append(Figure(f"{name}: all together, {TIMES} times the others", both[1] / both[0], "x",
                                  rounds, TARGET, f"rows: {sizes}"))  # fmt: skip
            least, most = times[worst]
            figures.append(Figure(f"{name}: the one that grows most ({worst})", most / least, "x", rounds,
                                  TARGET, f"median {most:.2f} ms against {least:.2f} ms"))  # fmt: skip
            found = tuple((what, least, most, most / least) for what, (least, most) in times.items())
            headers = ("what", f"ms beside {few:,}", f"ms beside {few * TIMES:,}", "ratio")
            tables.append(Table(headers, found, f"{name}, medians"))
    note = "Each of the others has a thing of every kind, as the student who asks (tests/plans)."
    return Section(
        "Rows of others", "python -m benchmarks --only rows", tuple(figures), tuple(tables), (note,)
    )


def _in_turn(one: Callable[[], object], other: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the median milliseconds of both, asked in turn; the first round does not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for visit, into in zip((one, other), taken, strict=True):
            began = time.perf_counter()
            visit()
            into.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def _databases() -> Iterator[tuple[str, Callable[[], Any]]]:
    from tests.postgres import Postgres

    yield "SQLite", _sqlite
    with Postgres() as server:
        yield "PostgreSQL", server.fresh


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'rows.sqlite3'}"


@contextmanager
def _world(url: str, others: int) -> Iterator[Visits]:
    """Yield what can be asked beside so many others, by name."""
    from app import create_app
    from studylens.models import Base
    from studylens.web.door.wiring import EXTENSION
    from tests.plans import visits
    from tests.plans.student import beside

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        settings = {"instance_dir": folder, "analysis_lock": f"{folder}/lock", "gemini_api_key": "none"}
        app = create_app({**settings, "database_url": url, "secret_key": "for benchmarks"})
        wiring = app.extensions[EXTENSION]
        database = wiring.database
        stack.callback(database.engine.dispose)
        database.ensure_compatible()
        world = beside(app, wiring, others, days=DAYS)

        def count(table: str) -> int:
            with database.reading() as session:
                return session.scalar(select(func.count()).select_from(Base.metadata.tables[table])) or 0

        asked = chain(visits.pages(app, world, ("GET",)), visits.unasked(wiring))
        counts = {f"rows of {table}": lambda table=table: count(table) for table in COUNTED}
        yield {**{name: visit for name, visit in asked if name in ASKED}, **counts}
