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
    "made_here",
)
"""Numbers of this database: in the file stand ids that mean the same everywhere."""
SECRETS = ("calendar_token_hash",)
Entry = tuple[str, dict[str, Any]]
"""Its kind, and what stands in it."""


def write_account(session: Session, guest_id: int | None, file: IO[bytes], *, at: datetime) -> int:
    """Write the guest's account to `file` and return the number of entries.

    Raises BeingJoined while packs are joined: what is half in one pack and half in another is in none.
    """
    halfway = select(Pack.id).where(Pack.guest_id == (guest_id or 0), Pack.joining_at.is_not(None)).limit(1)
    if session.scalar(halfway) is not None:
        raise BeingJoined
    file.write(head(at))
    entries = 0
    for entry in _entries(session, guest_id or 0):
        file.write((b",\n" if entries else b"") + line(entry))
        entries += 1
    file.write(TAIL)
    return entries


TAIL = b"\n]}\n"


def head(at: datetime) -> bytes:
    """Return what stands before the first entry."""
    plain = {"studylens_account": VERSION, "made_at": at.isoformat()}
    return json.dumps(plain)[:-1].encode() + b', "entries": [\n'


def line(entry: Entry) -> bytes:
    """Return an entry as it stands in the file, without what separates it from the next."""
    kind, plain = entry
    return json.dumps({kind: plain}, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def table_of(model: type[Any]) -> Table:
    """Return a model's table."""
    found: Table = model.__table__
    return found


def uid_of(row: Any) -> str:
    """Return the id of a card or question that means the same everywhere, also of rows from before it."""
    return row["uid"] or f"{row['pack_id'][:20]}{row['id']:012d}"


def _entries(session: Session, guest_id: int) -> Iterator[Entry]:
    yield from settings_entries(session, guest_id)
    packs = select(table_of(Pack)).where(Pack.erasing_at.is_(None)).order_by(Pack.created_at)
    for row in _rows(session, packs, Pack.guest_id == guest_id):
        yield pack_entry(session, row)
        yield from picture_entries(session, row["id"])
    yield from review_entries(session, guest_id)
    attempts = select(table_of(QuizAttempt)).order_by(QuizAttempt.created_at)
    for row in _rows(session, attempts, QuizAttempt.guest_id == guest_id):
        yield quiz_entry(session, row)
    yield from achievement_entries(session, guest_id)


def settings_entries(session: Session, guest_id: int) -> Iterator[Entry]:
    """Yield how the guest studies, unless they never said."""
    for row in _rows(session, select(table_of(StudySettings)), StudySettings.guest_id == guest_id):
        yield "settings", to_plain(row, table_of(StudySettings), leave_out=(*OUTSIDE, *SECRETS))


def review_entries(
    session: Session, guest_id: int, *, after: int = 0, most: int | None = None
) -> Iterator[Entry]:
    """Yield answers behind the row `after` of the log, oldest first; `n` is the row's number."""
    log = table_of(ReviewLog)
    reviews = select(log, Flashcard.uid.label("card")).outerjoin(Flashcard, Flashcard.id == log.c.card_id)
    behind = (log.c.guest_id == guest_id, log.c.id > after)
    for row in _rows(session, reviews.order_by(log.c.id).limit(most), *behind):
        yield "review", _review(row)


def achievement_entries(session: Session, guest_id: int) -> Iterator[Entry]:
    """Yield the tiers that the guest has earned."""
    for row in _rows(session, select(table_of(UserAchievement)), UserAchievement.guest_id == guest_id):
        yield "achievement", to_plain(row, table_of(UserAchievement), leave_out=OUTSIDE)


def _rows(session: Session, wanted: Select[Any], *which: Any) -> Iterator[Any]:
    found = session.execute(wanted.where(*which).execution_options(yield_per=ROWS_AT_ONCE))
    return iter(found.mappings())


def pack_entry(session: Session, row: Any) -> Entry:
    """Return a pack (columns of its row, by name) with all its parts; its pictures are entries apart."""
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
    return "pack", entry


def picture_entries(session: Session, pack_id: str) -> Iterator[Entry]:
    """Yield the photos that were kept with a pack, and the pictures of its cards."""
    yield from _pictures(session, pack_id, "picture", table_of(PackPicture))
    yield from _pictures(session, pack_id, "card_picture", table_of(CardPicture))


def _parts(session: Session, table: Table, pack_id: str) -> Iterator[Any]:
    return _rows(session, select(table).order_by(*table.primary_key), table.c.pack_id == pack_id)


def _pictures(session: Session, pack_id: str, kind: str, table: Table) -> Iterator[Entry]:
    for row in _parts(session, table, pack_id):
        yield kind, {"pack": pack_id, **to_plain(row, table, leave_out=OUTSIDE)}


def _review(row: Any) -> dict[str, Any]:
    ids = {"n": row["id"], "pack": row["pack_id"], "card": row["card"]}
    made = ids | to_plain(row, table_of(ReviewLog), leave_out=OUTSIDE)
    return {**made, "undoes": row["undoes_id"]} if row["undoes_id"] else made


def quiz_entry(session: Session, row: Any) -> Entry:
    """Return a quiz (columns of its row, by name) with its questions."""
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
    return "quiz", entry | to_plain(row, table_of(QuizAttempt), leave_out=OUTSIDE)
