"""What a device takes along for a time without a network: the cards that are due within days."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_
from sqlalchemy.orm import Session

from studylens.judging.languages import spoken
from studylens.models import NEW, REVIEW, UtcDateTime
from studylens.study.reviews.queue import Face
from studylens.study.reviews.statements import OF_PACK
from studylens.study.reviews.today import Today
from studylens.study.schedule.days import day_end, day_start
from studylens.study.schedule.due_day import as_moment, due_day
from studylens.study.schedule.live import CARDS, IN_STEPS, KNOWN, PACKS, SCHEDULES, live, schedules
from studylens.study.schedule.moment import StudyMoment

DAYS_AHEAD = 14
"""Two weeks without a network: a holiday, or a school week and the one after it."""
MOST_CARDS = 2_000
"""Of each kind (known, new): 1 MB in the browser, and ten answers of a tenth of a second each."""
PART_CARDS = 200
"""Cards an answer: 100 kB before it is squeezed."""
KINDS = ("known", "new")

_FACE = (
    CARDS.c.id, CARDS.c.front, CARDS.c.back, CARDS.c.origin, CARDS.c.source_line, CARDS.c.version,
    CARDS.c.answer_box, CARDS.c.typed, CARDS.c.also_right, CARDS.c.kind, CARDS.c.uid, SCHEDULES, *OF_PACK,
)  # fmt: skip
_STAMP = (
    SCHEDULES.c.card_id, CARDS.c.version, PACKS.c.version, PACKS.c.title, SCHEDULES.c.state,
    SCHEDULES.c.due_at, SCHEDULES.c.reps, SCHEDULES.c.buried_on,
)  # fmt: skip
_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "known": or_(
        SCHEDULES.c.state.in_(IN_STEPS),
        and_(SCHEDULES.c.state.in_(KNOWN), SCHEDULES.c.due_at <= bindparam("until", type_=UtcDateTime)),
    ),
    "new": and_(SCHEDULES.c.state == NEW, SCHEDULES.c.due_at <= bindparam("at", type_=UtcDateTime)),
}


def _of_kind(kind: str, *columns: Any) -> Select[*tuple[Any, ...]]:
    found = schedules(*columns).join(PACKS, PACKS.c.id == SCHEDULES.c.pack_id)
    found = found.where(live(), CARDS.c.uid.is_not(None), _CONDITIONS[kind])
    ordered = found.order_by(SCHEDULES.c.due_at, SCHEDULES.c.card_id)
    return ordered.limit(bindparam("most")).offset(bindparam("skip"))


_PARTS = {kind: _of_kind(kind, *_FACE) for kind in KINDS}
_STAMPS = {kind: _of_kind(kind, *_STAMP) for kind in KINDS}


@dataclass(frozen=True)
class Place:
    """Where a part begins: among cards of which kind, and after how many of them."""

    kind: str = KINDS[0]
    skip: int = 0


@dataclass(frozen=True)
class CarriedCard:
    """A card as it is taken along: its face, and when it is due and how well it is known."""

    card: Face
    pack_title: str
    is_new: bool
    in_steps: bool
    due_at: datetime
    seen_at: datetime | None
    """When it was answered last; with `stability` (days) the risk that it is forgotten."""
    stability: float
    language: str
    has_picture: bool


@dataclass(frozen=True)
class Part:
    """Some cards, and where the next part begins; None: these were the last."""

    cards: tuple[CarriedCard, ...]
    following: Place | None


def carried(session: Session, today: Today, place: Place) -> Part:
    """Return a part of what is taken along; cards that move meanwhile may be missed until the next time."""
    new_cards = min(MOST_CARDS, today.moment.settings.new_per_day * DAYS_AHEAD)
    most = new_cards if place.kind == "new" else MOST_CARDS
    size = max(0, min(PART_CARDS, most - place.skip))
    rows = _rows(session, _PARTS[place.kind], today, most=size, skip=place.skip)
    cards = tuple(_card(row, today.moment) for row in rows)
    if len(cards) == PART_CARDS and place.skip + PART_CARDS < most:
        return Part(cards, Place(place.kind, place.skip + PART_CARDS))
    return Part(cards, Place("new") if place.kind == "known" and new_cards else None)


def stamp_of(session: Session, today: Today, *also: str) -> str:
    """Return a hash that changes when anything changes that is taken along, or anything of `also`."""
    told = hashlib.sha256("\0".join(also).encode())
    told.update(f"{today.moment.today} {today.reviews_left} {today.new_left(0)}".encode())
    for kind in KINDS:
        for row in _rows(session, _STAMPS[kind], today, most=MOST_CARDS, skip=0):
            told.update(repr(tuple(row)).encode())
    return told.hexdigest()[:32]


def _rows(
    session: Session, statement: Select[*tuple[Any, ...]], today: Today, *, most: int, skip: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    until = as_moment(today.moment.today + timedelta(days=DAYS_AHEAD))
    which = {"guest": today.guest_id, "until": until, "at": today.moment.at, "most": most, "skip": skip}
    return session.connection().execute(statement, which).all()


def _card(row: Any, moment: StudyMoment) -> CarriedCard:
    face = Face(**{field.name: getattr(row, field.name) for field in fields(Face)})
    return CarriedCard(
        card=face, pack_title=row.title, is_new=row.state == NEW,
        in_steps=row.state in IN_STEPS, due_at=_due(row, moment),
        seen_at=row.last_review_at.astimezone(UTC) if row.last_review_at else None,
        stability=row.stability or 0.0, language=spoken(f"{face.front} {face.back}", row.summary),
        has_picture=bool(row.has_picture),
    )  # fmt: skip


def _due(row: Any, moment: StudyMoment) -> datetime:
    """Return from when the card may come up: a day's cards from 4 o'clock, buried ones tomorrow."""
    by_day = row.state == REVIEW
    due = day_start(due_day(row.state, row.due_at, moment.zone), moment.zone) if by_day else row.due_at
    is_buried = row.buried_on == moment.today.isoformat()
    return max(due, day_end(moment.today, moment.zone)) if is_buried else due
