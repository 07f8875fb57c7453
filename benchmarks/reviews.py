"""What an answer costs: from the POST of a rating to the next card, beside a view that does nothing.

    .venv/bin/python -m benchmarks --only reviews

Both go over one kept connection to the same gunicorn, in turn, so that other work on the machine meets both.
"""

import hashlib
import http.client
import os
import random
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks.inputs import Inputs
from benchmarks.report import Figure, Section, Table
from benchmarks.watch import percentile
from database_config import Database
from studylens.models import (
    LOG_REVIEW,
    REVIEW,
    CardSchedule,
    Flashcard,
    Guest,
    Pack,
    ReviewLog,
    StudySettings,
    new_id,
    now,
)
from studylens.study.record.tallies import recount
from studylens.study.reviews import log
from studylens.study.schedule.moment import StudyMoment
from studylens.web.door.cookies import GUEST_COOKIE
from tests.postgres import Postgres
from tests.service import Service

TOKEN = "t" * 43
"""The cookie of the student who reviews."""
CARDS, A_PACK = 5_000, 100
LOG_ROWS = 20_000
ANSWERS, QUICK_ANSWERS = 400, 100
WARM_UP = 50
"""Answers before the first that counts: statements are compiled, templates loaded."""
TIMES_EMPTY = 3.0
"""What the p95 of an answer may be, in times the p95 of an empty view."""


@dataclass(frozen=True)
class Times:
    """Milliseconds of each answer, and of each empty view between two of them."""

    database: str
    due: int
    answers: list[float]
    empty: list[float]

    @property
    def ratio(self) -> float:
        """How many times the p95 of the empty view an answer takes at its own p95."""
        return percentile(self.answers, 0.95) / percentile(self.empty, 0.95)


def reviews(_inputs: Inputs, *, quick: bool) -> Section:
    """Answer cards on both databases, with a day's reviews and with a large backlog."""
    count = QUICK_ANSWERS if quick else ANSWERS
    found = [
        _measure(name, url, due=due, count=count)
        for due in (500, 4_000)
        for name, url in (("SQLite", ""), ("PostgreSQL", "fresh"))
    ]
    figures = tuple(
        Figure(
            f"POST of an answer to next card, p95, {item.due} of {CARDS} cards due, {item.database}",
            percentile(item.answers, 0.95),
            "ms",
            len(item.answers),
            TIMES_EMPTY * percentile(item.empty, 0.95),
            f"{item.ratio:.1f} x the empty view",
        )
        for item in found
    )
    headers = (
        "database",
        "due",
        "answer p50",
        "answer p95",
        "empty p50",
        "empty p95",
        "p50 in times",
        "p95 in times",
    )
    rows = tuple(_row(item) for item in found)
    notes = (
        f"One student with {CARDS:,} cards in {CARDS // A_PACK} packs and {LOG_ROWS:,} answers in the log.",
        "The empty view is one of the same app, after its checks of origin and tables, same connection.",
        "PostgreSQL runs with fsync off, as in the tests.",
        f"Load average of the machine at the end of the run: {os.getloadavg()[0]:.1f}.",
    )
    return Section(
        "Reviews", "python -m benchmarks --only reviews", figures, (Table(headers, rows, "ms"),), notes
    )


def _row(item: Times) -> tuple[str | float | int, ...]:
    both = [percentile(times, share) for times in (item.answers, item.empty) for share in (0.5, 0.95)]
    return (item.database, item.due, *both, both[0] / both[2], item.ratio)


def _measure(name: str, url: str, *, due: int, count: int) -> Times:
    with tempfile.TemporaryDirectory(prefix="studylens-bench-") as folder, _url(url, Path(folder)) as found:
        fill(Database(found), due)
        with Service(Path(folder), app="benchmarks.empty_view:app", DATABASE_URL=found) as service:
            student = Student(service.url)
            for _ in range(WARM_UP):
                student.answer()
                student.look_at_nothing()
            pairs = [(student.answer(), student.look_at_nothing()) for _ in range(count)]
    return Times(name, due, [answer for answer, _ in pairs], [empty for _, empty in pairs])


@contextmanager
def _url(url: str, folder: Path) -> Iterator[str]:
    if not url:
        yield f"sqlite:///{folder / 'reviews.sqlite3'}"
        return
    with Postgres() as server, server.fresh() as fresh:
        yield fresh


class Student:
    """Answers cards over one connection, as the page's script does."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._rng = random.Random(1)  # noqa: S311 - the same run each time.
        self._page = self._read("GET", "/review")[0]

    def connect(self) -> None:
        """Connect anew: the service closes what was silent for long."""
        self._connection.close()
        self._connection.connect()

    def answer(self) -> float:
        """Answer the card that is shown; return the milliseconds until the next one was there."""
        card = re.search(r"/review/cards/(\d+)/answer[^\"]*", self._page)
        key = re.search(r'name="key" value="([^"]+)"', self._page)
        if card is None or key is None:
            raise RuntimeError("no card is shown")
        sent = urlencode({"rating": self._rng.choice("1333"), "key": key[1], "ms": "3000"})
        self._page, took = self._read("POST", card[0], sent)
        return took

    def look_at_nothing(self) -> float:
        """Ask for the empty view; return its milliseconds."""
        return self._read("GET", "/empty")[1]

    def _read(self, method: str, path: str, body: str | None = None) -> tuple[str, float]:
        headers = {"Cookie": f"{GUEST_COOKIE}={TOKEN}", "HX-Request": "true"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return text, 1000 * (time.perf_counter() - began)


def fill(database: Database, due: int) -> None:
    """Add the student, with `due` cards that wait and the others spread over the coming month."""
    database.ensure_compatible()
    with database.writing() as session:
        guest = Guest(token_hash=hashlib.sha256(TOKEN.encode()).hexdigest())
        session.add(guest)
        session.flush()
        session.add(StudySettings(guest_id=guest.id, daily_cap=1_000))
        packs = [Pack(guest_id=guest.id, title=f"Pack {n}") for n in range(CARDS // A_PACK)]
        session.add_all(packs)
        session.flush()
        session.add_all(
            Flashcard(
                pack_id=packs[n // A_PACK].id, front=f"front {n}", back=f"back {n}", kind="short_answer",
                source_line=n % A_PACK, origin="student", accepted_at=now(),
            )
            for n in range(CARDS)
        )  # fmt: skip
        session.flush()
        _schedule(session, packs, due)
        recount(session, guest.id)
    database.engine.dispose()


def _schedule(session: Session, packs: list[Pack], due: int) -> None:
    rng, guest_id = random.Random(2), packs[0].guest_id  # noqa: S311 - the same cards each time.
    cards = [card for pack in packs for card in pack.cards]
    rng.shuffle(cards)
    schedules, answers = [], []
    for place, card in enumerate(cards):
        at = now() + timedelta(days=rng.uniform(-30, -1) if place < due else rng.uniform(1, 30))
        schedules.append({
            "card_id": card.id, "guest_id": guest_id, "pack_id": card.pack_id, "state": REVIEW, "reps": 5,
            "stability": rng.uniform(1, 60), "difficulty": 5.0, "due_at": at, "lapses": 0,
            "last_review_at": at - timedelta(days=20),
        })  # fmt: skip
    for _ in range(LOG_ROWS):
        card = rng.choice(cards)
        made = log.entry(
            guest_id,
            LOG_REVIEW,
            StudyMoment(now() - timedelta(days=rng.uniform(2, 300)), StudySettings(time_zone="UTC")),
        )
        answers.append({
            "guest_id": guest_id, "card_id": card.id, "pack_id": card.pack_id, "kind": LOG_REVIEW,
            "rating": 3, "reviewed_at": made.reviewed_at, "local_date": made.local_date,
            "local_hour": made.local_hour,
            "zone": "UTC", "duration_ms": 4_000, "state_before": REVIEW, "request_key": new_id(),
        })  # fmt: skip
    session.execute(insert(CardSchedule), schedules)
    session.execute(insert(ReviewLog), answers)
