"""The last page of a review: what came of today's answers, when cards come again, and how to go on."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.models import Flashcard, Pack
from studylens.study.quizzes.chosen import cards_to_ask
from studylens.study.record.streaks import streak_shown
from studylens.study.record.study_days import days_of
from studylens.study.reviews.due import due_by_day, minutes_for
from studylens.study.reviews.queue import Queue, Scope, next_card
from studylens.study.reviews.sitting import sitting_of
from studylens.study.reviews.today import Today

_AHEAD_DAYS = 31
"""Days among which the next one with cards is looked for."""


@dataclass(frozen=True)
class NextDay:
    """The next study day on which known cards come back, and about how many minutes they take."""

    date: date
    cards: int
    minutes: int
    is_tomorrow: bool


def ending_of(session: Session, queue: Queue, scope: Scope) -> dict[str, Any]:
    """Return what the last page says, by the names that its templates use."""
    today = queue.today
    drafts = select(func.count()).select_from(Flashcard).join(Pack).where(Pack.guest_id == today.guest_id)
    drafts = drafts.where(Pack.deleted_at.is_(None), Flashcard.deleted_at.is_(None))
    sitting = sitting_of(session, today, scope.pack_id)
    return {
        "drafts": session.scalar(drafts.where(Flashcard.accepted_at.is_(None))) or 0,
        "accepted": session.scalar(drafts.where(Flashcard.accepted_at.is_not(None))) or 0,
        "held_back": 0 if scope.more else _held_back(session, queue, scope),
        "sitting": sitting,
        "has_quiz": bool(cards_to_ask(session, today.guest_id, sitting.answered, most=1)),
        "streak": streak_shown(days_of(session, today.guest_id), today.moment),
        "next_day": _next_day(session, today),
    }


def _held_back(session: Session, queue: Queue, scope: Scope) -> int:
    """Return how many cards are there beyond today's limits, due and new."""
    today = queue.today
    beyond = next_card(session, today.guest_id, today.moment.at, Scope(scope.pack_id, more=True))
    return beyond.left


def _next_day(session: Session, today: Today) -> NextDay | None:
    guest, moment = today.guest_id, today.moment
    ahead = due_by_day(session, guest, moment.zone, _AHEAD_DAYS, at=moment.at)[1:]
    found = next(((day, cards) for day, cards in ahead if cards), None)
    if found is None:
        return None
    day, cards = found
    minutes = minutes_for(session, guest, cards, moment.today)
    return NextDay(day, cards, minutes, day == moment.today + timedelta(days=1))
