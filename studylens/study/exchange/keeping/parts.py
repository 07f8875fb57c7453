"""One part of a kept account: entries of an account file, squeezed, so that parts behind each other are one.

A reader of gzip takes several files in a row for one; a browser puts its parts in the order of their names
between the first and the last, and has an account file without having looked into any.
"""

import gzip
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import Pack, QuizAttempt, now
from studylens.study.exchange.account import writing
from studylens.study.exchange.account.writing import Entry
from studylens.study.keeping.marks import LOG, MEDALS, PACK, PICTURES, QUIZ, SETTINGS

HEAD, TAIL = "0", "9"
"""Names of what stands before the first entry, and behind the last."""
ANSWERS_A_PART = 250
"""Of the log: the newest part is sent again after each answer until it is full; full ones have 20 kB."""
_ID_CHARS = 32
_LEVEL = 5
"""As pages are squeezed: 50,000 answers are 3 % larger than at 9, in a third of the time."""


def part_of(session: Session, guest_id: int, name: str) -> bytes:
    """Return a part; empty when there is no such thing (any more)."""
    if name == HEAD:
        return _squeezed(writing.head(now()))
    if name == TAIL:
        return _squeezed(writing.TAIL)
    return squeezed_entries(_entries(session, guest_id, name))


def squeezed_entries(entries: Iterable[Entry]) -> bytes:
    """Return entries as they stand in an account file, squeezed; nothing for none."""
    lines = b"".join(writing.line(entry) + b",\n" for entry in entries)
    return _squeezed(lines) if lines else b""


def log_name(start: int) -> str:
    """Return the name of the answers behind this row of the log."""
    return f"{LOG}{start:019d}"


def _squeezed(data: bytes) -> bytes:
    return gzip.compress(data, _LEVEL, mtime=0)


def _entries(session: Session, guest_id: int, name: str) -> Iterator[Entry]:
    kind, rest = name[:1], name[1:]
    if kind == SETTINGS:
        return writing.settings_entries(session, guest_id)
    if kind == MEDALS:
        return writing.achievement_entries(session, guest_id)
    if kind == PACK:
        return _of_pack(session, guest_id, rest)
    return _of_quiz(session, guest_id, rest) if kind == QUIZ else iter(())


def _of_pack(session: Session, guest_id: int, name: str) -> Iterator[Entry]:
    pack_id = name[:_ID_CHARS]
    row = _row(session, Pack, guest_id, pack_id)
    if row is None or row["erasing_at"] is not None:
        return
    if name.endswith(PICTURES):
        yield from writing.picture_entries(session, pack_id)
    else:
        yield writing.pack_entry(session, row)


def _of_quiz(session: Session, guest_id: int, quiz_id: str) -> Iterator[Entry]:
    row = _row(session, QuizAttempt, guest_id, quiz_id)
    if row is not None:
        yield writing.quiz_entry(session, row)


def _row(session: Session, model: type[Pack | QuizAttempt], guest_id: int, wanted: str) -> Any:
    table = writing.table_of(model)
    mine = select(table).where(table.c.id == wanted, table.c.guest_id == guest_id)
    return session.execute(mine).mappings().first()
