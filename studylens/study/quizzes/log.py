"""What a quiz writes into the review log: a row for each answer, and its correction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.judging.item import CHOICE
from studylens.judging.typed.verdicts import TypedVerdict
from studylens.models import (
    AGAIN,
    GOOD,
    LOG_QUIZ,
    LOG_UNDO,
    TYPED_RIGHT,
    CardSchedule,
    Flashcard,
    QuizAttempt,
    QuizItem,
    ReviewLog,
)
from studylens.study.reviews import log
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import moment_of


@dataclass(frozen=True)
class Verdict:
    """One graded answer, the card behind it if there is one, and when the verdict fell."""

    attempt: QuizAttempt
    item: QuizItem
    card: Flashcard | None
    at: datetime

    @property
    def key(self) -> str:
        """The only one of its question in the log."""
        return f"quiz:{self.attempt.id}:{self.item.position}"


def entry(session: Session, verdict: Verdict, kind: str = LOG_QUIZ) -> ReviewLog:
    """Return a row for this answer, not yet written."""
    guest_id, card = verdict.attempt.guest_id, verdict.card
    row = log.entry(guest_id, kind, moment_of(session, guest_id, verdict.at))
    row.request_key, row.pack_id = verdict.key, verdict.item.pack_id
    row.card_id, row.card_uid = (card.id, card.uid) if card else (None, None)
    row.rating = GOOD if verdict.item.correct else AGAIN
    if verdict.item.kind != CHOICE and kind == LOG_QUIZ:
        row.verdict = TYPED_RIGHT if verdict.item.correct else TypedVerdict.WRONG.value
    row.duration_ms = verdict.item.duration_ms
    return row


def find(session: Session, verdict: Verdict) -> ReviewLog | None:
    """Return the row that the answer wrote."""
    mine = ReviewLog.guest_id == verdict.attempt.guest_id
    return session.scalar(select(ReviewLog).where(mine, ReviewLog.request_key == verdict.key))


def correct(session: Session, verdict: Verdict, wrong: ReviewLog) -> None:
    """Take the wrong answer's row back and write the right one: nothing in the log is ever changed."""
    undo = entry(session, verdict, LOG_UNDO)
    undo.undoes_id, undo.request_key, undo.rating = wrong.id, f"{verdict.key}:undo", None
    log.write(session, undo)
    right = entry(session, verdict)
    right.request_key = f"{verdict.key}:right"
    # It counts where the answer was given, not where the verdict was.
    right.local_date, right.local_hour, right.zone = wrong.local_date, wrong.local_hour, wrong.zone
    right.state_before, right.before = wrong.state_before, wrong.before
    schedule = session.get(CardSchedule, verdict.card.id) if verdict.card else None
    right.after = MemoryState.of(schedule).to_json() if schedule else None
    log.write(session, right)
