"""The progress page of a student with a long log: its time must not grow with the number of reviews."""

import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from flask.testing import FlaskClient

from benchmarks.inputs import Inputs
from benchmarks.progress_world import World, worlds
from benchmarks.report import Figure, Section, Table

PATHS = {"page": "/progress", "JSON": "/get_progress_stats"}
FEW, MANY = 1_000, 100_000
"""Reviews of the two students that are compared; both have the same cards and the same study days."""
CARDS, DAYS = 500, 365
ROWS = 1_000_000
"""Rows of the log in all; other students wrote the rest."""
OTHERS = 9
MOST_TIMES = 1.5
GROWTH = ((100, 365), (500, 365), (2_000, 365), (5_000, 365), (500, 30), (500, 3_650))
"""Cards and study days by which the page may grow."""
NOTES = (
    f"Both students of a ratio have {CARDS} cards in packs of 25 and {DAYS} study days; they take turns.",
    "Time is that of a whole request by the test client: cookie, check of the tables, numbers, page or JSON.",
    "What does grow: cards, of which each one counts for memory and mastery; and days, because of streaks.",
)
_HTML = {"Accept": "text/html"}
Key = TypeVar("Key")


def progress(_: Inputs, /, *, quick: bool) -> Section:
    """Compare students with 1,000 and with 100,000 reviews, on both databases."""
    rest = (ROWS - MANY - FEW) // OTHERS + 1
    shrink, times = (20, 10) if quick else (1, 60)
    figures: list[Figure] = []
    tables: list[Table] = []
    with tempfile.TemporaryDirectory() as folder, worlds(Path(folder)) as made:
        for name, world in made.items():
            few = world.student(cards=CARDS, reviews=FEW, days=DAYS)
            many = world.student(cards=CARDS, reviews=MANY // shrink, days=DAYS)
            for _ in range(OTHERS):
                world.student(cards=25, reviews=rest // shrink, days=DAYS, counted=False)
            sizes = {
                size: world.student(cards=size[0], reviews=size[1] * 10, days=size[1]) for size in GROWTH
            }
            world.settle()
            figures += _ratios(name, world, few, many, times=times)
            tables.append(_growth(name, sizes, times=max(5, times // 4)))
    return Section("Progress", "python -m benchmarks --only progress", tuple(figures), tuple(tables), NOTES)


def _ratios(name: str, world: World, few: FlaskClient, many: FlaskClient, *, times: int) -> list[Figure]:
    found, rows = [], world.log_rows()
    for what, path in PATHS.items():
        least, most = _medians({"few": few, "many": many}, path, times).values()
        how = f"median {most.ms:.1f} ms against {least.ms:.1f} ms, {rows:,} rows in the log"
        title = f"{name}: {what} at {MANY:,} reviews against {FEW:,}"
        found.append(Figure(title, most.ms / least.ms, "times", times, target=MOST_TIMES, how=how))
    return found


def _growth(name: str, sizes: Mapping[tuple[int, int], FlaskClient], *, times: int) -> Table:
    found = _medians(sizes, PATHS["page"], times)
    rows = tuple((cards, days, taken.ms, taken.processor_ms) for (cards, days), taken in found.items())
    headers = ("cards", "study days", "page, ms (median)", "of these processor time of the service, ms")
    return Table(headers, rows, f"{name}: how the page grows")


@dataclass(frozen=True)
class Taken:
    """What a request took: on the clock, and of the service's processor time without the database's own."""

    ms: float
    processor_ms: float


def _medians(clients: Mapping[Key, FlaskClient], path: str, times: int) -> dict[Key, Taken]:
    """Return what each client's requests took; they take turns, so that all share the machine's moods."""
    taken: dict[Key, list[Taken]] = {key: [] for key in clients}
    for _ in range(times + 1):
        for key, client in clients.items():
            taken[key].append(_taken(client, path))
    return {key: _median(found[1:]) for key, found in taken.items()}


def _median(found: Sequence[Taken]) -> Taken:
    return Taken(
        statistics.median(item.ms for item in found), statistics.median(item.processor_ms for item in found)
    )


def _taken(client: FlaskClient, path: str) -> Taken:
    began, processor = time.perf_counter(), time.process_time()
    answer = client.get(path, headers=_HTML)
    taken = Taken(1000 * (time.perf_counter() - began), 1000 * (time.process_time() - processor))
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return taken
