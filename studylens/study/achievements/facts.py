"""The numbers that achievements ask for, each with what proves it.

Sums of answers come from one row (study/record/tallies.py); the others are counted from days, packs, quizzes
and edits, which is why they are asked for only when something of theirs has changed.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from studylens.models import (
    LOG_REVIEW,
    CardSchedule,
    Flashcard,
    Pack,
    QuizAttempt,
    QuizItem,
    ReviewLog,
    ReviewTotal,
    TranscriptLine,
)
from studylens.study.record.known import known_packs
from studylens.study.record.streaks import streak_of
from studylens.study.record.study_days import StudyDay, days_of
from studylens.study.schedule.leech import MATURE_DAYS
from studylens.study.schedule.moment import StudyMoment, moment_of

WINDOW = timedelta(days=30)
"""`steady` looks at any 30 days in a row."""
PAUSE = timedelta(days=15)
"""Between two study days: two whole weeks without any."""
RECALLS_TO_BE_BACK = 10
"""Recalls on the day of a comeback: one look at the page is none."""
SHARP_REVIEWS, SHARP_SHARE = 20, 0.9
"""A sharp day: so many reviews of cards from earlier days, and this share recalled."""
PERFECT_QUESTIONS = 5
"""A quiz of fewer questions can be guessed."""
MOST_EVIDENCE = 50
"""Ids kept as evidence; the number itself is always whole."""

TOTALS = (
    "mature_passed", "after_30", "after_90", "after_180", "after_365", "hard_won", "matured", "mended",
    "leeches_repaired", "quiz_right", "days",
)  # fmt: skip
"""Facts that are columns of ReviewTotal; `recalls` is the sum of two."""
_SUMMED = (*TOTALS, "young_passed")


@dataclass(frozen=True)
class Fact:
    """A number, and what proves it: plain JSON."""

    value: int
    evidence: dict[str, Any] = field(default_factory=dict)


Facts = dict[str, Fact]


def all_facts(session: Session, guest_id: int, at: datetime) -> Facts:
    """Return every fact about the guest, as of `at`."""
    totals = session.get(ReviewTotal, guest_id, populate_existing=True)
    counted = total_facts({name: getattr(totals, name) for name in _SUMMED} if totals else {})
    own = {"own_words": _own_words(session, guest_id), "lines_corrected": _lines(session, guest_id)}
    quizzes = {"perfect_quizzes": _perfect_quizzes(session, guest_id)}
    return counted | day_facts(session, guest_id, at) | pack_facts(session, guest_id) | quizzes | own


def total_facts(totals: Mapping[str, int]) -> Facts:
    """Return the facts that are sums of answers, from columns of ReviewTotal or one answer's gains."""
    found = {name: Fact(totals.get(name, 0)) for name in TOTALS}
    return found | {"recalls": Fact(totals.get("young_passed", 0) + totals.get("mature_passed", 0))}


def day_facts(session: Session, guest_id: int, at: datetime) -> Facts:
    """Return the facts about study days; no streak for a student who switched streaks off."""
    days, moment = days_of(session, guest_id), moment_of(session, guest_id, at)
    sharp = [day.date.isoformat() for day in days if day.date < moment.today and _is_sharp(day)]
    return {
        "steady": _steady(days),
        "streak": _streak(days, moment),
        "comebacks": _comebacks(days),
        "sharp_days": Fact(len(sharp), {"days": sharp[-MOST_EVIDENCE:]}),
    }


def pack_facts(session: Session, guest_id: int) -> Facts:
    """Return how many packs are known whole now, of those studied here: a schedule can come along."""
    packs = known_packs(session, guest_id)
    here = select(ReviewLog.pack_id).where(ReviewLog.pack_id.in_(packs), ReviewLog.kind == LOG_REVIEW)
    studied = set(session.scalars(here.distinct())) if packs else set()
    packs = [pack_id for pack_id in packs if pack_id in studied]
    return {"packs_mastered": Fact(len(packs), {"pack_ids": packs[:MOST_EVIDENCE]})}


def _streak(days: Sequence[StudyDay], moment: StudyMoment) -> Fact:
    if not moment.settings.streak_on:
        return Fact(0)
    longest = streak_of(days, moment.today, moment.zone).longest
    return Fact(longest, {"last_day": days[-1].date.isoformat()} if days else {})


def _steady(days: Sequence[StudyDay]) -> Fact:
    most, until, first = 0, None, 0
    for place, day in enumerate(days):
        while days[first].date <= day.date - WINDOW:
            first += 1
        if place - first + 1 > most:
            most, until = place - first + 1, day.date
    return Fact(most, {"until": until.isoformat()} if until else {})


def _comebacks(days: Sequence[StudyDay]) -> Fact:
    back = [
        day.date.isoformat()
        for last, day in itertools.pairwise(days)
        if day.date - last.date >= PAUSE and day.recalls >= RECALLS_TO_BE_BACK
    ]
    return Fact(len(back), {"days": back[-MOST_EVIDENCE:]})


def _is_sharp(day: StudyDay) -> bool:
    asked = day.young_reviews + day.mature_reviews
    return asked >= SHARP_REVIEWS and day.recalls >= SHARP_SHARE * asked


def _perfect_quizzes(session: Session, guest_id: int) -> Fact:
    """Count packs whose first finished quiz was all right, without a verdict of the student's own."""
    mine = (QuizAttempt.guest_id == guest_id, QuizAttempt.finished_at.is_not(None))
    first: dict[str, str] = {}
    attempts = select(QuizAttempt.pack_id, QuizAttempt.id).where(*mine, QuizAttempt.pack_id.is_not(None))
    for pack_id, attempt_id in session.execute(attempts.order_by(QuizAttempt.created_at, QuizAttempt.id)):
        first.setdefault(pack_id or "", attempt_id)
    right = func.sum(case((QuizItem.correct.is_(True) & QuizItem.overruled.is_(False), 1), else_=0))
    perfect = select(QuizItem.attempt_id).join(QuizAttempt).where(*mine).group_by(QuizItem.attempt_id)
    perfect = perfect.having(func.count() >= PERFECT_QUESTIONS, func.count() == right)
    found = sorted(set(session.scalars(perfect)) & set(first.values()))
    return Fact(len(found), {"attempt_ids": found[:MOST_EVIDENCE]})


def _lines(session: Session, guest_id: int) -> Fact:
    lines = select(TranscriptLine.id).join(Pack, Pack.id == TranscriptLine.pack_id)
    lines = lines.where(Pack.guest_id == guest_id, TranscriptLine.edited_at.is_not(None))
    found = list(session.scalars(lines.order_by(TranscriptLine.id)))
    return Fact(len(found), {"line_ids": found[:MOST_EVIDENCE]})


def _own_words(session: Session, guest_id: int) -> Fact:
    cards = select(Flashcard.id).join(CardSchedule, CardSchedule.card_id == Flashcard.id)
    cards = cards.where(CardSchedule.guest_id == guest_id, CardSchedule.stability >= MATURE_DAYS)
    cards = cards.where(Flashcard.edited_at.is_not(None), Flashcard.deleted_at.is_(None))
    found = list(session.scalars(cards.order_by(Flashcard.id)))
    return Fact(len(found), {"card_ids": found[:MOST_EVIDENCE]})
