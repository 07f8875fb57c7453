"""Students with long logs, made inside the database: a million rows in seconds, not minutes."""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, case, func, insert, literal, select

from app import create_app
from studylens.models import (
    AGAIN,
    GOOD,
    LOG_REVIEW,
    REVIEW,
    CardSchedule,
    Flashcard,
    Guest,
    Pack,
    ReviewLog,
    UtcDateTime,
    new_id,
    now,
)
from studylens.study.achievements import award
from studylens.study.record import tallies
from studylens.web.door.cookies import GUEST_COOKIE
from studylens.web.door.wiring import EXTENSION, Wiring
from tests.postgres import Postgres

CARDS_A_PACK = 25
_META = MetaData()
_DAYS = Table("bench_days", _META, Column("local_date", String(10), primary_key=True),
              Column("reviewed_at", UtcDateTime))  # fmt: skip
_REPEATS = Table("bench_repeats", _META, Column("n", Integer, primary_key=True))
_YOUNG, _MATURE = literal({"stability": 8.0}, JSON), literal({"stability": 60.0}, JSON)


class World:
    """One database with students, and the service that shows them their progress."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        wiring: Wiring = app.extensions[EXTENSION]
        self._database = wiring.database
        self._database.ensure_compatible()
        _META.create_all(self._database.engine)
        self._students = 0

    def student(self, *, cards: int, reviews: int, days: int, counted: bool = True) -> FlaskClient:
        """Add a student and their browser: so many cards, and reviews spread evenly over so many days.

        One who is there only for the size of the log needs no sums (`counted` False).
        """
        self._students += 1
        token = f"{self._students:043}"
        with self._database.writing() as session:
            guest = Guest(token_hash=hashlib.sha256(token.encode()).hexdigest())
            session.add(guest)
            session.flush()
            guest_id = guest.id
            _add_cards(session, guest_id, cards)
            _add_log(session, guest_id, reviews, days)
            if counted:
                tallies.recount(session, guest_id)
                award.award(session, guest_id, now())
        client = self._app.test_client()
        client.set_cookie(GUEST_COOKIE, token)
        return client

    def settle(self) -> None:
        """Let the database look at what it holds, as it does by itself within minutes."""
        with self._database.engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()

    def log_rows(self) -> int:
        """Return how many rows the log has."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(ReviewLog)) or 0


@contextmanager
def worlds(folder: Path) -> Iterator[dict[str, World]]:
    """Yield an empty world on SQLite and one on a real PostgreSQL."""
    with ExitStack() as stack:
        url = stack.enter_context(stack.enter_context(Postgres()).fresh())
        yield {"SQLite": _world(folder / "sqlite", ""), "PostgreSQL": _world(folder / "postgresql", url)}


def _world(folder: Path, url: str) -> World:
    settings = {"instance_dir": str(folder), "analysis_lock": str(folder / "lock"), "database_url": url}
    return World(create_app({**settings, "blip_model_dir": str(folder / "none")}))


def _add_cards(session: Any, guest_id: int, cards: int) -> None:
    at = now()
    for first in range(0, cards, CARDS_A_PACK):
        pack = Pack(guest_id=guest_id, title=f"Pack {first // CARDS_A_PACK}")
        texts = {"front": "What is it?", "back": "It", "kind": "short_answer", "origin": "server"}
        made = range(min(CARDS_A_PACK, cards - first))
        pack.cards = [Flashcard(accepted_at=at, uid=new_id(), **texts) for _ in made]
        session.add(pack)
        session.flush()
        session.add_all(
            CardSchedule(card_id=card.id, guest_id=guest_id, pack_id=pack.id, state=REVIEW, difficulty=5.0,
                         stability=float(5 + n * 3), last_review_at=at - timedelta(days=n % 20),
                         due_at=at + timedelta(days=n - 1), lapses=n % 5)
            for n, card in enumerate(pack.cards)
        )  # fmt: skip


def _add_log(session: Any, guest_id: int, reviews: int, days: int) -> None:
    """Add `reviews` rows, the same number on each of the last `days` days, as one statement."""
    today = now().date()
    session.execute(_DAYS.delete())
    session.execute(_REPEATS.delete())
    session.execute(insert(_DAYS), [_day(today - timedelta(days=n)) for n in range(days)])
    session.execute(insert(_REPEATS), [{"n": n} for n in range(-(-reviews // days))])
    n = _REPEATS.c.n
    made = {
        "guest_id": literal(guest_id), "kind": literal(LOG_REVIEW), "local_date": _DAYS.c.local_date,
        "reviewed_at": _DAYS.c.reviewed_at, "zone": literal("UTC"), "local_hour": n % 24,
        "rating": case((n % 8 == 7, AGAIN), else_=GOOD), "state_before": literal(REVIEW),
        "before": case((n % 2 == 0, _YOUNG), else_=_MATURE), "duration_ms": literal(4_000),
        "retrievability": literal(0.9),
    }  # fmt: skip
    rows = select(*(value.label(name) for name, value in made.items()))
    rows = rows.select_from(_DAYS.join(_REPEATS, literal(True)))  # noqa: FBT003 - each with each.
    session.execute(insert(ReviewLog).from_select(list(made), rows.limit(reviews)))


def _day(day: date) -> dict[str, Any]:
    return {"local_date": day.isoformat(), "reviewed_at": datetime.combine(day, time(12), tzinfo=UTC)}
