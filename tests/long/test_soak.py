"""A whole term at once: `make soak`. SOAK=0.02 makes everything fifty times smaller, to try it out."""

import os
import signal
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from database_config import Database
from studylens.models import LOG_REVIEW, Flashcard, Job, Pack, ReviewLog
from tests.long.students import Student
from tests.service import Service, multipart
from tests.waiting import until

pytestmark = pytest.mark.timeout(4 * 3_600)
SCALE = float(os.environ.get("SOAK", "1"))
UPLOADS, KILLS, STUDENTS, GUESTS = 1_000, 20, 8, 20
IMPORTED = 20_000
"""The largest import that is taken."""
GROWTH_MB = 8.0
"""Flat: what 900 uploads may add to the web process after the first 100; allocators keep some."""
LOCKED_SECONDS = 30.0
IMAGES = Path(__file__).parents[1] / "images"


def scaled(number: int) -> int:
    return max(2, int(number * SCALE))


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    much = {"ANALYSES_PER_HOUR": "1000000", "ANALYSES_PER_HOUR_ADDRESS": "1000000"}
    with Service(tmp_path, **much, ENGINES="ocr", ANALYSIS_IDLE_SECONDS="5") as started:
        started.get_json(f"/jobs/{'0' * 32}")  # It makes the tables.
        yield started


@pytest.fixture
def database(service: Service) -> Iterator[Database]:
    made = Database(f"sqlite:///{service.folder / 'instance' / 'studylens.sqlite3'}")
    yield made
    made.engine.dispose()


def live(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Job.state.in_(("queued", "running")))) or 0


def states(database: Database) -> dict[str, int]:
    with database.reading() as session:
        counted = session.execute(select(Job.state, func.count()).group_by(Job.state))
        return dict(counted.all())


def anonymous_mb(service: Service) -> float:
    text = Path(f"/proc/{service.pids()['web']}/status").read_text()
    return int(text.partition("RssAnon:")[2].split()[0]) / 1024


def send(student: Student, number: int, photo: bytes) -> None:
    """Send a page, a damaged picture or a text: one, two and seventeen of twenty."""
    broken = sorted(path for path in IMAGES.iterdir() if path.is_file())
    if number % 20 == 0:
        body, kind = multipart([photo], {})
    elif number % 20 in {7, 13}:
        body, kind = multipart([broken[number % len(broken)].read_bytes()], {})
    else:
        body, kind = multipart([], {"text": f"Osmosis {number}: water passes a membrane towards salt."})
    student.ask("/analyze?wait=0", body, kind, "application/json")


def test_a_thousand_uploads_leave_memory_flat_and_nothing_behind(
    service: Service, database: Database, photo: bytes
) -> None:
    students = [Student(service, database) for _ in range(GUESTS)]
    warm, after_warming = scaled(UPLOADS) // 10, 0.0
    for number in range(scaled(UPLOADS)):
        send(students[number % GUESTS], number, photo)
        until(lambda: live(database) < 10, "a shorter queue")
        if number == warm:
            until(lambda: live(database) == 0, "the first jobs")
            after_warming = anonymous_mb(service)
    until(lambda: live(database) == 0, "all jobs")
    until(lambda: {path.name for path in service.uploads.iterdir()} <= {"folder_id"}, "an empty folder")
    told = sum((student.statuses for student in students), start=students[0].statuses.__class__())
    assert set(told) <= {202, 400, 415, 422}, told  # 400: a file of no bytes.
    assert set(states(database)) <= {"done", "failed"}
    assert anonymous_mb(service) <= after_warming + GROWTH_MB
    assert "Traceback" not in service.log


def test_the_largest_import_disturbs_nobody_who_reviews(service: Service, database: Database) -> None:
    students = [Student(service, database, cards=20) for _ in range(STUDENTS)]
    importer = Student(service, database)
    number = scaled(IMPORTED)
    table = "".join(f"question {n} of the deck\tanswer {n} of the deck\n" for n in range(number)).encode()
    body, kind = _file("deck.tsv", table)
    over = threading.Event()

    def study(student: Student) -> None:
        while not over.is_set():
            if not student.review():
                student.ask("/packs")

    with ThreadPoolExecutor(STUDENTS + 1) as pool:
        studying = [pool.submit(study, student) for student in students]
        importing = pool.submit(importer.ask, "/import", body, kind)
        try:
            until(lambda: _cards(database, importer) == number or _failed(importing, importer),
                  "all cards", seconds=3_600)  # fmt: skip
            until(lambda: all(student.answered for student in students), "an answer of each")
        finally:
            over.set()
        for each in studying:
            each.result()
    assert _cards(database, importer) == number, importer.statuses
    told = sum((student.statuses for student in students), start=students[0].statuses.__class__())
    assert set(told) == {200}, told
    assert _reviews(database, students) == sum(student.answered for student in students)


def test_kills_end_no_job_twice_and_lose_none(service: Service, database: Database) -> None:
    student, sent = Student(service, database), 0
    for number in range(scaled(KILLS)):
        for _ in range(5):
            send(student, 1 + sent, b"")
            sent += 1
        pids = service.pids()
        os.kill(pids["analysis" if number % 2 and "analysis" in pids else "web"], signal.SIGKILL)
        until(lambda: _answers(service), "the service again")
        until(lambda: live(database) == 0, "all jobs")
    refused = sum(count for status, count in student.statuses.items() if status != 202)
    assert sum(states(database).values()) == sent - refused
    with database.reading() as session:
        packs = session.scalar(select(func.count()).select_from(Pack))
    assert packs == states(database)["done"]


def test_a_writer_s_lock_of_half_a_minute_is_a_503_and_then_over(
    service: Service, database: Database
) -> None:
    student, over = Student(service, database, cards=20), threading.Event()
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(LOCKED_SECONDS * max(SCALE, 0.4), over.set)
        release.start()
        while not over.is_set():
            assert service.get_json("/health")[0] == 200
            student.review()
        other.execute("ROLLBACK")
    assert set(student.statuses) <= {200, 503}
    assert student.statuses[503] > 0
    student.statuses.clear()
    assert student.review()
    assert set(student.statuses) == {200}


def _file(name: str, data: bytes) -> tuple[bytes, str]:
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return head + data + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"


def _cards(database: Database, student: Student) -> int:
    own = select(func.count()).select_from(Flashcard).join(Pack).where(Pack.guest_id == student.guest_id)
    with database.reading() as session:
        return session.scalar(own) or 0


def _failed(importing: Future[str], importer: Student) -> bool:
    return importing.done() and set(importer.statuses) != {200}


def _reviews(database: Database, students: list[Student]) -> int:
    """Count the answers "Forgot": the decks' past has none."""
    guests = [student.guest_id for student in students]
    counted = select(func.count()).where(
        ReviewLog.guest_id.in_(guests), ReviewLog.kind == LOG_REVIEW, ReviewLog.rating == 1
    )
    with database.reading() as session:
        return session.scalar(counted) or 0


def _answers(service: Service) -> bool:
    try:
        return service.get_json("/health")[0] == 200
    except OSError:
        return False
