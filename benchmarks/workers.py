"""Two workers beside one, on the same photos; what a service without a runner of its own holds."""

import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from app import create_app
from benchmarks.inputs import Inputs
from benchmarks.report import Cell, Figure, Section, Table
from benchmarks.watch import pss_mb
from studylens.jobs import queue
from studylens.jobs.distributed import tables
from studylens.machine.memory import process_tree
from studylens.models import DONE, LIVE_STATES, Guest, Job, new_id
from studylens.uploads.upload import Upload
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.jobs.distributed.workers import WorkerProcess
from tests.postgres import Postgres
from tests.service import Service

PHOTOS, QUICK_PHOTOS = 16, 6
LEAST_TIMES, MOST_MB = 1.7, 10.0
SETTLE_SECONDS = 8.0
"""Until the first sweep is over."""
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 900.0


def workers(inputs: Inputs, *, quick: bool) -> Section:
    """Read the same photos with one worker, with two, and again; and weigh both forms of the service."""
    count, runs = (QUICK_PHOTOS, 1) if quick else (PHOTOS, 3)
    seconds: dict[int, list[float]] = {1: [], 2: []}
    with Postgres() as postgres:
        for _ in range(runs):
            for crew, found in seconds.items():
                found.append(_read(postgres, crew, inputs.pages[:count]))
        held = {form: [_held(postgres, form) for _ in range(runs)] for form in ("embedded", "postgresql")}
    one, two = (statistics.median(found) for found in seconds.values())
    weights = {form: statistics.median(found) for form, found in held.items()}
    figures = (
        Figure("photos a minute of two workers, times those of one", one / two, "", runs, least=LEAST_TIMES),
        Figure(
            "PSS of a service at rest, QUEUE=postgresql more than embedded",
            weights["postgresql"] - weights["embedded"], "MB", runs, MOST_MB,
        ),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (crew, count, statistics.median(found), 60 * count / statistics.median(found))
        for crew, found in seconds.items()
    )
    table = Table(("workers", "photos", "seconds", "photos a minute"), rows, f"Medians of {runs}; OCR")
    return Section("Workers on PostgreSQL", "python -m benchmarks --only workers", figures, (table,))


@contextmanager
def _service(postgres: Postgres) -> Iterator[tuple[Wiring, Path]]:
    """The parts of a service whose jobs are carried by workers, and the folder that they share."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="studylens-workers-")))
        url = stack.enter_context(postgres.fresh(tables=True))
        app = create_app({
            "database_url": url,
            "queue": "postgresql",
            "instance_dir": str(folder / "instance"),
        })
        wiring: Wiring = app.extensions[EXTENSION]
        tables.bring(wiring.database)
        yield wiring, folder
        wiring.database.engine.dispose()


def _read(postgres: Postgres, crew: int, photos: tuple[Path, ...]) -> float:
    """Return the seconds from the last photo's arrival to the last one's pack."""
    with _service(postgres) as (wiring, folder), ExitStack() as stack:
        url = wiring.config.database_url
        for number in range(crew):
            worker = WorkerProcess(folder, str(number), app="app", DATABASE_URL=url, ENGINES="ocr")
            stack.enter_context(worker)
            _until(lambda worker=worker: "waits for jobs" in worker.log)
        _send(wiring, photos)
        began = time.monotonic()
        _until(lambda: not _count(wiring, *LIVE_STATES))
        seconds = time.monotonic() - began
        if _count(wiring, DONE) != len(photos):
            raise RuntimeError(f"only {_count(wiring, DONE)} of {len(photos)} photos were read")
        return seconds


def _send(wiring: Wiring, photos: tuple[Path, ...]) -> None:
    """Queue each photo for a student of its own."""
    for path in photos:
        data = path.read_bytes()
        with wiring.database.writing() as session:
            guest = Guest(token_hash=new_id())
            session.add(guest)
        upload = Upload(
            data=data, name=path.name, kind="png", width=1080, height=1920, progressive=False,
            sha256=hashlib.sha256(data).hexdigest(),
        )  # fmt: skip
        queue.submit(
            wiring.database, wiring.folder, queue.Submission(guest.id, "", (upload,)), quota=queue.NO_BOUND
        )


def _held(postgres: Postgres, form: str) -> float:
    """Return the MB (PSS) of a service that waits."""
    with _service(postgres) as (wiring, folder):
        variables = {"DATABASE_URL": wiring.config.database_url, "QUEUE": form}
        with Service(folder, **variables) as service:
            time.sleep(SETTLE_SECONDS)
            if service.process is None:
                raise RuntimeError("it did not start")
            return pss_mb(process_tree(service.process.pid))


def _count(wiring: Wiring, *states: str) -> int:
    with wiring.database.reading() as session:
        return session.scalar(select(func.count()).where(Job.state.in_(states))) or 0


def _until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(LOOK_SECONDS)
