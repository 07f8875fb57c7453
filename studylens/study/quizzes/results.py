"""What became of quizzes: scores with their n, the guest's attempts, and what to ask again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, case, func, select
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.language import _
from studylens.models import Flashcard, Pack, QuizAttempt, QuizItem, QuizQuestion
from studylens.study.quizzes.making import Source, can_be_asked, is_askable
from studylens.study.quizzes.options import Options
from studylens.study.quizzes.taking import packs_of

_ATTEMPTS: Table = QuizAttempt.__table__  # type: ignore[assignment]
LISTED = 20
"""Attempts listed at once."""
LISTED_OF_A_PACK = 3
"""Attempts on the pack's own page, newest first."""


@dataclass(frozen=True)
class Score:
    """So many right of so many answered, and how many were asked in all."""

    right: int
    answered: int
    asked: int
    overruled: int = 0


@dataclass(frozen=True)
class Taken:
    """One attempt as lists show it; `finished_at` None: it can be gone on with."""

    id: str
    title: str
    created_at: datetime
    finished_at: datetime | None
    score: Score


def score_of(attempt: QuizAttempt) -> Score:
    """Return the attempt's score so far."""
    answered = [item for item in attempt.items if item.given is not None]
    right = [item for item in answered if item.correct]
    return Score(len(right), len(answered), len(attempt.items), sum(item.overruled for item in right))


def list_taken(session: Session, guest_id: int | None, pack_id: str | None = None) -> Sequence[Taken]:
    """Return the guest's last attempts, newest first; of one pack or all."""
    most = LISTED if pack_id is None else LISTED_OF_A_PACK
    statement = _newest(of_a_pack=pack_id is not None)
    found = (
        session.connection().execute(statement, {"guest": guest_id or 0, "pack": pack_id, "most": most}).all()
    )
    ids = [row.id for row in found]
    scores = _scores(session, ids) if ids else {}
    return [
        Taken(row.id, row.title, row.created_at, row.finished_at, scores.get(row.id, Score(0, 0, 0)))
        for row in found
    ]


@lru_cache
def _newest(*, of_a_pack: bool) -> Select[*tuple[Any, ...]]:
    columns = (_ATTEMPTS.c.id, _ATTEMPTS.c.title, _ATTEMPTS.c.created_at, _ATTEMPTS.c.finished_at)
    found = select(*columns).where(_ATTEMPTS.c.guest_id == bindparam("guest"))
    found = found.where(_ATTEMPTS.c.pack_id == bindparam("pack")) if of_a_pack else found
    return found.order_by(_ATTEMPTS.c.created_at.desc(), _ATTEMPTS.c.id).limit(bindparam("most"))


def _scores(session: Session, ids: Sequence[str]) -> dict[str, Score]:
    right = func.sum(case((QuizItem.correct.is_(True), 1), else_=0))
    overruled = func.sum(case((QuizItem.overruled.is_(True), 1), else_=0))
    counts = (right, func.count(QuizItem.given), func.count(QuizItem.id), overruled)
    counted = select(QuizItem.attempt_id, *counts).where(QuizItem.attempt_id.in_(ids))
    rows = session.execute(counted.group_by(QuizItem.attempt_id))
    return {row[0]: Score(*map(int, row[1:])) for row in rows}


def wrong_sources(session: Session, attempt: QuizAttempt) -> list[Source]:
    """Return what was answered wrong and can still be asked. Raises BadText when there is nothing."""
    kept = packs_of(session, attempt)
    wrong = [item for item in attempt.items if item.given is not None and not item.correct]
    found = [source for item in wrong if (source := _source(session, item)) and source.pack_id in kept]
    options = Options(session)
    again = [source for source in found if _can_be_asked(source, options)]
    if not again:
        raise BadText(_("What you answered wrong here is not in your packs any more."))
    return again


def _can_be_asked(source: Source, options: Options) -> bool:
    return can_be_asked(source, options) if isinstance(source, Flashcard) else is_askable(source, options)


def _source(session: Session, item: QuizItem) -> Source | None:
    if item.question_id is not None:
        return session.get(QuizQuestion, item.question_id)
    return session.get(Flashcard, item.card_id) if item.card_id is not None else None


def quiz_packs(session: Session, guest_id: int | None) -> Sequence[Pack]:
    """Return the guest's packs that hold a card or question, newest first."""
    asked = select(QuizQuestion.id).where(QuizQuestion.pack_id == Pack.id, QuizQuestion.deleted_at.is_(None))
    cards = select(Flashcard.id).where(Flashcard.pack_id == Pack.id, Flashcard.deleted_at.is_(None))
    mine = select(Pack).where(Pack.guest_id == (guest_id or 0), Pack.deleted_at.is_(None))
    full = mine.where(asked.exists() | cards.exists())
    return session.scalars(full.order_by(Pack.created_at.desc(), Pack.id)).all()
