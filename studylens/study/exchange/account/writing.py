"""Everything that a guest has, as one JSON file: docs/exchange.md says what is in it.

Each entry stands on a line of its own, so that a file of a hundred megabytes is written and read with a few
in memory.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from sqlalchemy import Select, Table, select
from sqlalchemy.orm import Session

from studylens.errors import BeingJoined
from studylens.models import (
    CardPicture,
    CardSchedule,
    Flashcard,
    Pack,
    PackPicture,
    QuizAttempt,
    QuizItem,
    QuizQuestion,
    ReviewLog,
    StudySettings,
    UserAchievement,
)
from studylens.study.exchange.portable import to_plain
from studylens.study.packs.belongings import listed

VERSION = 1
"""Counted up when an older Studylens could no longer read the file."""
ROWS_AT_ONCE = 500
"""Rows in memory: about 1 MB of log."""
CARDS, QUESTIONS, PROPOSALS = "cards", "questions", "proposals"
"""Lists inside a pack that are more than rows: with schedules, with answers, of jobs that ran elsewhere."""
OUTSIDE = (
    "guest_id",
    "pack_id",
    "job_id",
    "card_id",
    "question_id",
    "attempt_id",
    "id",
    "undoes_id",
    "joining_at",
    "erasing_at",
)
"""Numbers of this database: in the file stand ids that mean the same everywhere."""
SECRETS = ("calendar_token_hash",)


def write_account(session: Session, guest_id: int | None, file: IO[bytes], *, at: datetime) -> int:
    """Write the guest's account to `file` and return the number of entries.

    Raises BeingJoined while packs are joined: what is half in one pack and half in another is in none.
    """
    halfway = select(Pack.id).where(Pack.guest_id == (guest_id or 0), Pack.joining_at.is_not(None)).limit(1)
    if session.scalar(halfway) is not None:
        raise BeingJoined
    head = {"studylens_account": VERSION, "made_at": at.isoformat()}
    file.write(json.dumps(head)[:-1].encode() + b', "entries": [\n')
    entries = 0
    for kind, entry in _entries(session, guest_id or 0):
        line = json.dumps({kind: entry}, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        file.write((b",\n" if entries else b"") + line.encode())
        entries += 1
    file.write(b"\n]}\n")
    return entries


def table_of(model: type[Any]) -> Table:
    """Return a model's table."""
    found: Table = model.__table__
    return found


def uid_of(row: Any) -> str:
    """Return the id of a card or question that means the same everywhere, also of rows from before it."""
    return row["uid"] or f"{row['pack_id'][:20]}{row['id']:012d}"


def _entries(session: Session, guest_id: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in _rows(session, select(table_of(StudySettings)), StudySettings.guest_id == guest_id):
        yield "settings", to_plain(row, table_of(StudySettings), leave_out=(*OUTSIDE, *SECRETS))
    packs = select(table_of(Pack)).where(Pack.erasing_at.is_(None)).order_by(Pack.created_at)
    for row in _rows(session, packs, Pack.guest_id == guest_id):
        yield "pack", plain_pack(session, row)
        yield from _pictures(session, row["id"], "picture", table_of(PackPicture))
        yield from _pictures(session, row["id"], "card_picture", table_of(CardPicture))
    log = table_of(ReviewLog)
    reviews = select(log, Flashcard.uid.label("card")).outerjoin(Flashcard, Flashcard.id == log.c.card_id)
    for row in _rows(session, reviews.order_by(log.c.id), log.c.guest_id == guest_id):
        yield "review", _review(row)
    attempts = select(table_of(QuizAttempt)).order_by(QuizAttempt.created_at)
    for row in _rows(session, attempts, QuizAttempt.guest_id == guest_id):
        yield "quiz", _quiz(session, row)
    for row in _rows(session, select(table_of(UserAchievement)), UserAchievement.guest_id == guest_id):
        yield "achievement", to_plain(row, table_of(UserAchievement), leave_out=OUTSIDE)


def _rows(session: Session, wanted: Select[Any], *which: Any) -> Iterator[Any]:
    found = session.execute(wanted.where(*which).execution_options(yield_per=ROWS_AT_ONCE))
    return iter(found.mappings())


def plain_pack(session: Session, row: Any) -> dict[str, Any]:
    """Return a pack with all its parts and schedules, as it stands in a file."""
    entry: dict[str, Any] = {"id": row["id"], **to_plain(row, table_of(Pack), leave_out=OUTSIDE)}
    schedules = {found["card_id"]: found for found in _parts(session, table_of(CardSchedule), row["id"])}
    for name, (table, _) in listed().items():
        entry[name] = []
        for part in _parts(session, table, row["id"]):
            made = to_plain(part, table, leave_out=OUTSIDE)
            if "uid" in part:
                made["uid"] = uid_of(part)
            if name == CARDS and part["id"] in schedules:
                made["schedule"] = to_plain(schedules[part["id"]], table_of(CardSchedule), leave_out=OUTSIDE)
            entry[name].append(made)
    return entry


def _parts(session: Session, table: Table, pack_id: str) -> Iterator[Any]:
    return _rows(session, select(table).order_by(*table.primary_key), table.c.pack_id == pack_id)


def _pictures(
    session: Session, pack_id: str, kind: str, table: Table
) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in _parts(session, table, pack_id):
        yield kind, {"pack": pack_id, **to_plain(row, table, leave_out=OUTSIDE)}


def _review(row: Any) -> dict[str, Any]:
    ids = {"n": row["id"], "pack": row["pack_id"], "card": row["card"]}
    made = ids | to_plain(row, table_of(ReviewLog), leave_out=OUTSIDE)
    return {**made, "undoes": row["undoes_id"]} if row["undoes_id"] else made


def _quiz(session: Session, row: Any) -> dict[str, Any]:
    table = table_of(QuizItem)
    wanted = (
        select(table, Flashcard.uid.label("card"), QuizQuestion.uid.label("asked"))
        .outerjoin(Flashcard, Flashcard.id == table.c.card_id)
        .outerjoin(QuizQuestion, QuizQuestion.id == table.c.question_id)
        .order_by(table.c.position)
    )
    items = [
        {"pack": item["pack_id"], "card": item["card"], "asked": item["asked"]}
        | to_plain(item, table, leave_out=OUTSIDE)
        for item in _rows(session, wanted, table.c.attempt_id == row["id"])
    ]
    entry = {"id": row["id"], "pack": row["pack_id"], "items": items}
    return entry | to_plain(row, table_of(QuizAttempt), leave_out=OUTSIDE)
