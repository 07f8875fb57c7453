"""The next packs, cards and jobs of a student: newest first, each part found by an index.

A cursor names the last row that was given, so that rows which come or go meanwhile shift nothing.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from studylens.errors import BadText, NotFound
from studylens.language import mark
from studylens.models import CardSchedule, Flashcard, Job, Pack
from studylens.storable import LARGEST_INTEGER, is_storable
from studylens.study.keeping.arrivals import check_all_here
from studylens.study.schedule.live import IN_STEPS, KNOWN, SCHEDULES, UNSEEN, at_moment, due, live, schedules
from studylens.study.schedule.moment import StudyMoment

MOST_AT_ONCE = 100
"""Rows of one answer: 100 cards of full length are 200 kB."""
CURSOR_CHARS = 200
NO_CURSOR = mark("This cursor is none of ours. Begin without one.")

Row = TypeVar("Row")
Scheduled = tuple[Flashcard, CardSchedule | None]
"""A card and its schedule; a draft has none."""


@dataclass(frozen=True)
class Part(Generic[Row]):
    """Some rows, and the cursor of the next part; empty: there is none."""

    rows: tuple[Row, ...]
    after: str


def packs_of(session: Session, guest_id: int, *, cursor: str, most: int) -> Part[Pack]:
    """Return the student's packs, the newest first; none of the trash. Raises BadText (a made-up cursor)."""
    mine = (Pack.guest_id == guest_id, Pack.deleted_at.is_(None), Pack.erasing_at.is_(None))
    found = select(Pack).where(*mine, Pack.joining_at.is_(None))
    key = (Pack.created_at, Pack.id)
    if cursor:
        found = found.where(_before(cursor, *key))
    rows = session.scalars(found.order_by(*(column.desc() for column in key)).limit(most + 1)).all()
    return _part(rows, most, lambda pack: f"{pack.created_at.isoformat()}|{pack.id}")


def cards_of(session: Session, pack: Pack, *, cursor: str, most: int) -> Part[Scheduled]:
    """Return the pack's cards in their order, each with its schedule. Raises BadText for a made-up cursor."""
    found = scheduled().where(Flashcard.pack_id == pack.id, Flashcard.deleted_at.is_(None))
    if cursor:
        found = found.where(Flashcard.id > after_number(cursor))
    return numbered(session, found, most)


def numbered(session: Session, found: Select[Flashcard, CardSchedule], most: int) -> Part[Scheduled]:
    """Return the first cards of these by their numbers, which the cursor counts by."""
    rows = session.execute(found.order_by(Flashcard.id).limit(most + 1)).all()
    return _part([(row[0], row[1]) for row in rows], most, lambda row: str(row[0].id))


def due_of(session: Session, guest_id: int, moment: StudyMoment, *, most: int) -> list[Scheduled]:
    """Return what may come up now, whatever the day's limits say: the longest due first."""
    ids = schedules(SCHEDULES.c.card_id).where(live(), due(KNOWN + IN_STEPS + UNSEEN))
    ids = ids.order_by(SCHEDULES.c.due_at, SCHEDULES.c.card_id).limit(most)
    chosen = [row[0] for row in session.execute(ids, {"guest": guest_id, **at_moment(moment)})]
    rows = session.execute(scheduled().where(Flashcard.id.in_(chosen))).all()
    return sorted(((row[0], row[1]) for row in rows), key=lambda row: chosen.index(row[0].id))


def card_of(session: Session, guest_id: int, uid: str) -> Scheduled:
    """Return the student's card of this uid with its schedule.

    Raises NotFound; StillMoving while it may come from another device.
    """
    mine = (Flashcard.uid == uid, Flashcard.deleted_at.is_(None), Pack.guest_id == guest_id)
    found = scheduled().join(Pack, Pack.id == Flashcard.pack_id)
    found = found.where(*mine, Pack.deleted_at.is_(None), Pack.erasing_at.is_(None))
    row = session.execute(found.order_by(Flashcard.id).limit(1)).one_or_none()
    if row is None:
        check_all_here(session, guest_id)
        raise NotFound
    return row[0], row[1]


def jobs_of(session: Session, guest_id: int, *, cursor: str, most: int) -> Part[Job]:
    """Return the student's jobs, the newest first. Raises BadText for a made-up cursor."""
    found = select(Job).where(Job.guest_id == guest_id)
    key = (Job.created_at, Job.id)
    if cursor:
        found = found.where(_before(cursor, *key))
    rows = session.scalars(found.order_by(*(column.desc() for column in key)).limit(most + 1)).all()
    return _part(rows, most, lambda job: f"{job.created_at.isoformat()}|{job.id}")


def scheduled() -> Select[Flashcard, CardSchedule]:
    """Return the SELECT of cards with their schedules."""
    return select(Flashcard, CardSchedule).outerjoin(CardSchedule, CardSchedule.card_id == Flashcard.id)


def _before(
    cursor: str, at: InstrumentedAttribute[datetime], row_id: InstrumentedAttribute[str]
) -> ColumnElement[bool]:
    """Return the condition for rows behind the one that the cursor names."""
    moment, _bar, last = _opened(cursor).partition("|")
    try:
        told = datetime.fromisoformat(moment)
        when = told.astimezone(UTC)  # Of the first and the last day that there are, none may be left.
    except (ValueError, OverflowError) as error:
        raise BadText(NO_CURSOR) from error
    if told.tzinfo is None or not is_storable(last):
        raise BadText(NO_CURSOR)
    return or_(at < when, and_(at == when, row_id < last))


def after_number(cursor: str) -> int:
    """Return the number of the last card that was given. Raises BadText for a made-up cursor."""
    text = _opened(cursor)
    if not (text.isascii() and text.isdigit()) or int(text) > LARGEST_INTEGER:
        raise BadText(NO_CURSOR)
    return int(text)


def _part(rows: Sequence[Row], most: int, key: Callable[[Row], str]) -> Part[Row]:
    shown = tuple(rows[:most])
    return Part(shown, _closed(key(shown[-1])) if len(rows) > most else "")


def _closed(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def _opened(cursor: str) -> str:
    try:
        return base64.b64decode(cursor[:CURSOR_CHARS], altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise BadText(NO_CURSOR) from error
