"""The check of the tables per request, repairs by many starters at once, and the faults of a database."""

import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app import create_app
from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section
from database_config import Database
from studylens.web.door.wiring import EXTENSION
from tests.database.legacy_world import LAYOUTS, load, rows_of
from tests.database.starters import Starters, starters
from tests.postgres import Postgres

STARTERS, ROUNDS, CHECKS = 8, 40, 10_000
READERS, RESTARTS = 8, 5
CHECK_MS = {"SQLite": 0.1, "PostgreSQL": 0.5}
OTHERS_WAIT_S = 0.6
LOCK_S = 4.0
EXPECTED = ("fits", "missing: ux_achievements_name, ux_user_achievements_tier")
"""What a starter may say: layout `strict` holds rows twice, which all stay, so two indexes cannot be."""

Fresh = Callable[[ExitStack], str]
"""Makes an empty database and returns its URL; the stack drops it."""


@dataclass(frozen=True)
class Kind:
    """SQLite or PostgreSQL, and how to get an empty database of it."""

    name: str
    fresh: Fresh

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """Yield an empty database until the end of the block."""
        with ExitStack() as stack:
            database = Database(self.fresh(stack))
            stack.callback(database.engine.dispose)
            yield database


def database(_inputs: Inputs | None, *, quick: bool) -> Section:
    """Everything about the tables, on SQLite and on a PostgreSQL of its own over a socket."""
    with Postgres() as server:
        kinds = (
            Kind("SQLite", lambda stack: f"sqlite:///{stack.enter_context(_folder())}/x.sqlite3"),
            Kind("PostgreSQL", lambda stack: stack.enter_context(server.fresh())),
        )
        figures = [figure for kind in kinds for figure in _checks(kind, 1_000 if quick else CHECKS)]
        with starters(STARTERS) as processes:
            for kind in kinds:
                for layout in LAYOUTS:
                    figures += _repairs(kind, layout, processes, 3 if quick else ROUNDS)
        figures += [_lock(kinds[1]), _restarts(kinds[1], server, 2 if quick else RESTARTS)]
    return Section("Database", "python -m benchmarks --only database", tuple(figures))


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="studylens-bench-") as name:
        yield Path(name)


def _checks(kind: Kind, number: int) -> list[Figure]:
    """Time the check on healthy tables; then look whether any DDL was said."""
    with kind.opened() as database:
        database.ensure_compatible()
        before, seconds = _tables(database), []
        for _ in range(number):
            began = time.perf_counter()
            database.ensure_compatible()
            seconds.append(time.perf_counter() - began)
        changed = _tables(database) != before
    p50, p95 = (
        1000 * value for value in (statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1])
    )
    return [
        Figure(
            f"{kind.name}: check per request, p50",
            p50,
            "ms",
            number,
            CHECK_MS[kind.name],
            f"p95 {p95:.3f} ms",
        ),
        Figure(
            f"{kind.name}: DDL over these checks",
            int(changed),
            "",
            number,
            0,
            "schema_version, or newest xmin",
        ),
    ]


def _tables(database: Database) -> Any:
    """Return what any DDL changes: SQLite counts it, PostgreSQL writes rows of its catalogue."""
    newest = (
        "SELECT max(xmin::text::bigint), count(*) FROM (SELECT xmin FROM pg_class WHERE oid >= 16384 "
        "UNION ALL SELECT xmin FROM pg_attribute WHERE attrelid >= 16384) rows"
    )
    with database.engine.connect() as connection:
        return tuple(
            connection.exec_driver_sql("PRAGMA schema_version" if database.is_sqlite else newest).one()
        )


def _repairs(kind: Kind, layout: str, processes: Starters, rounds: int) -> list[Figure]:
    """Let all starters meet an earlier layout, again and again."""
    said: Counter[str] = Counter()
    repaired = lost = 0
    for _ in range(rounds):
        with kind.opened() as database:
            load(database, layout)
            before = rows_of(database)
            answers = processes.start(database.url.render_as_string(hide_password=False))
            said.update(answer for answer in answers if answer not in EXPECTED)
            repaired += all(answer in EXPECTED for answer in answers)
            after = rows_of(database, like=before)
            lost += sum(row not in after[table] for table, rows in before.items() for row in rows)
    what, how = f"{kind.name}, layout {layout}, {STARTERS} starters", "; ".join(said)[:200]
    return [
        Figure(f"{what}: not repaired", rounds - repaired, "", rounds, 0, f"{repaired}/{rounds} repaired"),
        Figure(f"{what}: errors", said.total(), "", rounds * STARTERS, 0, how),
        Figure(f"{what}: rows lost or changed", lost, "", rounds, 0),
    ]


def _lock(kind: Kind) -> Figure:
    """Hold a table for some seconds while it lacks a column; others ask for what is elsewhere."""
    waits: list[float] = []
    with kind.opened() as database, database.engine.connect() as other:
        app = _app(database)
        other.exec_driver_sql("ALTER TABLE packs DROP COLUMN question")
        other.commit()
        other.exec_driver_sql("LOCK TABLE packs IN ACCESS EXCLUSIVE MODE")
        until = time.monotonic() + LOCK_S
        statuses = _ask(app, f"/jobs/{'0' * 32}", lambda: time.monotonic() < until, waits)
        other.rollback()
        app.extensions[EXTENSION].database.engine.dispose()
    how = f"p50 {1000 * statistics.median(waits):.1f} ms; answers {dict(statuses)}"
    return Figure(
        f"{kind.name}: lock of {LOCK_S:g} s: longest wait", max(waits), "s", len(waits), OTHERS_WAIT_S, how
    )


def _restarts(kind: Kind, server: Postgres, number: int) -> Figure:
    """Restart the server while readers read."""
    waits: list[float] = []
    done = threading.Event()

    def restart() -> None:
        for _ in range(number):
            time.sleep(1)
            server.restart()
        time.sleep(1)
        done.set()

    with kind.opened() as database:
        app = _app(database)
        restarting = threading.Thread(target=restart)
        restarting.start()
        statuses = _ask(app, "/packs", lambda: not done.is_set(), waits)
        restarting.join()
        app.extensions[EXTENSION].database.engine.dispose()
    failed = statuses.total() - statuses[200]
    how = f"answers {dict(statuses)}, longest {max(waits):.2f} s"
    return Figure(f"{kind.name}: {number} restarts, reads that failed", failed, "", statuses.total(), 0, how)


def _app(database: Database) -> Any:
    app = create_app({"database_url": database.url.render_as_string(hide_password=False), "secret_key": "x"})
    app.extensions[EXTENSION].database.ensure_compatible()
    return app


def _ask(app: Any, path: str, goes_on: Callable[[], bool], waits: list[float]) -> Counter[int]:
    """Let READERS ask for a page as long as it goes on; return how often which status came."""
    statuses: Counter[int] = Counter()

    def read() -> None:
        client = app.test_client()
        while goes_on():
            began = time.monotonic()
            status = client.get(path).status_code
            waits.append(time.monotonic() - began)
            statuses[status] += 1

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def main() -> None:
    """Print the section; needs neither root nor a model."""
    from benchmarks import report

    print(report.section(database(None, quick=False)))


if __name__ == "__main__":
    main()
