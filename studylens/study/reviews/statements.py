"""The statements of an answer and of the card after it, built once: building took longer than running."""

from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Float,
    Integer,
    Select,
    Table,
    bindparam,
    cast,
    exists,
    extract,
    func,
    literal_column,
    select,
    union_all,
    update,
)

from studylens.models import LOG_CRAM, LOG_QUIZ, LOG_REVIEW, LOG_UNDO, NEW, REVIEW, CardPicture, ReviewLog
from studylens.study.achievements.award import UNTOLD
from studylens.study.schedule.live import (
    AT,
    CARDS,
    IN_STEPS,
    KNOWN,
    PACKS,
    SCHEDULES,
    UNSEEN,
    due,
    live,
    schedules,
)

LOG: Table = ReviewLog.__table__  # type: ignore[assignment]
_PICTURES: Table = CardPicture.__table__  # type: ignore[assignment]
_SECONDS_A_DAY = 86_400
SUMMARY_CHARS = 600
"""Of a pack's summary: enough to tell its language."""
_GUEST: BindParameter[int] = bindparam("guest")
_CARD: BindParameter[int] = bindparam("card")
_RESTING = SCHEDULES.c.state.in_((literal_column(str(NEW)), literal_column(str(REVIEW))))
"""Cards that are not in their steps."""


@lru_cache
def queue_statement(*, is_sqlite: bool, scoped: bool) -> CompoundSelect[*tuple[Any, ...]]:
    """Return rows (heap, card id, due at, cards): 0 steps, 1 due, most at risk first, 2 new ones in order.

    Recall falls with the time since the last review in units of stability, so that ratio is the risk.
    """
    alive = live(scoped=scoped)
    columns = (SCHEDULES.c.card_id, SCHEDULES.c.due_at)
    counted = (*columns, func.count().over().label("cards"))
    steps = schedules(*counted).where(alive, due(IN_STEPS))
    steps = steps.order_by(*reversed(columns)).limit(1)
    first = schedules(*columns).where(alive, due(UNSEEN)).order_by(*reversed(columns)).limit(bindparam("new"))
    held = first.subquery()
    unseen = select(held.c.card_id, held.c.due_at, func.count().over().label("cards"))
    unseen = unseen.order_by(held.c.due_at, held.c.card_id).limit(1)
    known = _most_at_risk(schedules(*columns).where(alive, due(KNOWN)), is_sqlite=is_sqlite)
    return union_all(*(_numbered(heap, place) for place, heap in enumerate((steps, known, unseen))))


def _most_at_risk(cards: Select[*tuple[Any, ...]], *, is_sqlite: bool) -> Select[*tuple[Any, ...]]:
    risk = _days_since(SCHEDULES.c.last_review_at, is_sqlite=is_sqlite) / func.nullif(
        SCHEDULES.c.stability, 0.0
    )
    if is_sqlite:
        # SQLite gives the other columns of the row that has the maximum: one pass, half the time of a sort.
        return cards.add_columns(func.count().label("cards"), func.max(risk).label("risk"))
    ranked = cards.add_columns(func.count().over().label("cards"), risk.label("risk"))
    return ranked.order_by(risk.desc(), SCHEDULES.c.card_id).limit(1)


def _numbered(heap: Select[*tuple[Any, ...]], place: int) -> Select[*tuple[Any, ...]]:
    found = heap.subquery()
    columns = (found.c.card_id, found.c.due_at, found.c.cards)
    return select(literal_column(str(place), Integer).label("heap"), *columns)


def _days_since(column: Any, *, is_sqlite: bool) -> ColumnElement[float]:
    """Return the days between a column and `at`; each database counts in its own words."""
    if is_sqlite:
        return func.julianday(AT, type_=Float) - func.julianday(column, type_=Float)
    return cast(extract("epoch", AT - column) / _SECONDS_A_DAY, Float)


OF_PACK = (
    PACKS.c.title,
    PACKS.c.exam_date,
    PACKS.c.typed.label("pack_typed"),
    exists(
        select(_PICTURES.c.id).where(
            _PICTURES.c.pack_id == CARDS.c.pack_id, _PICTURES.c.card_uid == CARDS.c.uid
        )
    ).label("has_picture"),
    func.substr(PACKS.c.summary, 1, SUMMARY_CHARS).label("summary"),
)
"""What is shown of a card's pack, or decides how the card is asked."""
CARD = (
    schedules(
        CARDS.c.id, CARDS.c.front, CARDS.c.back, CARDS.c.origin, CARDS.c.source_line, CARDS.c.version,
        CARDS.c.answer_box, CARDS.c.typed, CARDS.c.also_right, CARDS.c.kind, CARDS.c.uid, SCHEDULES, *OF_PACK,
    )
    .join(PACKS, PACKS.c.id == SCHEDULES.c.pack_id)
    .where(live(), SCHEDULES.c.card_id == _CARD)
)  # fmt: skip
"""All that is shown of a card; nothing when it may not come up."""

_sibling = CARDS.alias()
_same_line = (_sibling.c.pack_id == CARDS.c.pack_id, _sibling.c.source_line == CARDS.c.source_line)
_KINDS: tuple[ColumnElement[str], ...] = tuple(literal_column(f"'{kind}'") for kind in (LOG_QUIZ, LOG_CRAM))
"""As words of the statement: a list of values would be written into it anew each time."""
_asked_otherwise = (LOG.c.card_id == _CARD, LOG.c.kind.in_(_KINDS))
FOR_ANSWER = (
    schedules(
        SCHEDULES, CARDS.c.uid, CARDS.c.source_line, CARDS.c.deleted_at, PACKS.c.exam_date,
        PACKS.c.deleted_at.label("trashed_at"),
        exists(select(_sibling.c.id).where(*_same_line, _sibling.c.id != CARDS.c.id)).label("has_siblings"),
        exists(
            select(LOG.c.id).where(LOG.c.guest_id == _GUEST, LOG.c.request_key == bindparam("key"))
        ).label("is_known"),
        exists(UNTOLD).label("has_news"),
        select(func.max(LOG.c.local_date)).where(*_asked_otherwise).scalar_subquery().label("seen_on"),
    )
    .join(PACKS, PACKS.c.id == SCHEDULES.c.pack_id)
    .where(SCHEDULES.c.card_id == _CARD, PACKS.c.guest_id == _GUEST)
    .with_for_update(of=SCHEDULES)
)  # fmt: skip
"""A card's schedule, locked where rows can be, and what an answer needs beside it."""

MOVED = (
    update(SCHEDULES)
    .where(SCHEDULES.c.card_id == _CARD)
    .values({
        column.name: bindparam(column.name, type_=column.type)
        for column in SCHEDULES.c
        if column.name not in {"card_id", "guest_id", "pack_id"}
    })
)
"""Every column of a schedule that answers move, by its name."""

_siblings = select(CARDS.c.id).where(CARDS.c.pack_id == bindparam("pack"), CARDS.c.id != _CARD)
_siblings = _siblings.where(CARDS.c.source_line == bindparam("line"))
BURIED = (
    update(SCHEDULES).where(SCHEDULES.c.card_id.in_(_siblings), _RESTING).values(buried_on=bindparam("today"))
)
"""Cards of the same line stay away today: the one would answer the other."""
UNBURIED = (
    update(SCHEDULES)
    .where(SCHEDULES.c.card_id.in_(_siblings), SCHEDULES.c.buried_on == bindparam("today"))
    .values(buried_on=None)
)

_SINCE: BindParameter[str] = bindparam("since")
_undone = select(LOG.c.undoes_id).where(
    LOG.c.guest_id == _GUEST, LOG.c.local_date >= _SINCE, LOG.c.kind == LOG_UNDO, LOG.c.undoes_id.is_not(None)
)


def _latest(which: ColumnElement[bool], order: ColumnElement[Any]) -> Any:
    answers = select(LOG.c.id).where(LOG.c.guest_id == _GUEST, which, LOG.c.kind == LOG_REVIEW)
    return answers.where(LOG.c.id.not_in(_undone)).order_by(order.desc()).limit(1).subquery()


_today = _latest(LOG.c.local_date == _SINCE, LOG.c.id)
_later = _latest(LOG.c.local_date > _SINCE, LOG.c.id + 0)
_both = union_all(select(_today.c.id), select(_later.c.id))
LAST_ANSWER = _both.order_by(literal_column("1").desc()).limit(1)
"""The latest answer since a study day that no `undo` row names.

Of the day itself an index has it first; later days there are only for who travels. `+ 0`: in the order of
the log's own numbers one would pass the answers of everybody else.
"""
