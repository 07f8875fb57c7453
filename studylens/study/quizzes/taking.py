"""Taking a quiz: one answer for each question, the first one counts, and a wrong one makes a card due."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText, NotFound
from studylens.judging.grading import is_right, normalise
from studylens.language import _
from studylens.models import TYPED_RIGHT, Flashcard, Pack, QuizAttempt, QuizItem, QuizQuestion, now
from studylens.study.achievements.award import award
from studylens.study.quizzes import log as quiz_log
from studylens.study.quizzes.cards import card_of, find_schedule, take_back
from studylens.study.quizzes.making import CHOICE
from studylens.study.record import evidence
from studylens.study.reviews import log
from studylens.study.reviews.cards import make_due
from studylens.study.reviews.typed import let_count
from studylens.study.schedule.memory import MemoryState

MOST_MS = 600_000
"""A question that stood open for ten minutes or more: the student was away."""


@dataclass(frozen=True)
class Given:
    """What was answered: an option's text, or what was typed; when, and after how many ms."""

    text: str
    at: datetime
    ms: int = 0


def find_attempt(
    session: Session, guest_id: int | None, attempt_id: str, *, to_change: bool = False
) -> QuizAttempt:
    """Return the guest's attempt, locked `to_change`. Raises NotFound, also when it is somebody else's."""
    attempt = session.get(QuizAttempt, attempt_id, with_for_update=to_change)
    if attempt is None or guest_id is None or attempt.guest_id != guest_id:
        raise NotFound
    return attempt


def find_item(attempt: QuizAttempt, position: int) -> QuizItem:
    """Return the attempt's question number `position`, from 1. Raises NotFound."""
    found = next((item for item in attempt.items if item.position == position), None)
    if found is None:
        raise NotFound
    return found


def next_open(attempt: QuizAttempt) -> QuizItem | None:
    """Return the first question that is not answered yet; None when the quiz is over."""
    if attempt.finished_at is not None:
        return None
    return next((item for item in attempt.items if item.given is None), None)


def answer(session: Session, attempt: QuizAttempt, item: QuizItem, given: Given) -> bool:
    """Keep and grade an answer to a locked attempt; False when an earlier one stays. Raises BadText."""
    if item.given is not None or attempt.finished_at is not None:
        return False
    item.correct = is_correct(item, given.text)
    item.given, item.answered_at = given.text, given.at
    item.duration_ms = max(0, min(given.ms, MOST_MS))
    if all(other.given is not None for other in attempt.items):
        attempt.finished_at = given.at
    session.flush()
    _remember(session, attempt, item)
    if attempt.finished_at is not None:
        award(session, attempt.guest_id, given.at)
    return True


def is_correct(item: QuizItem, given: str) -> bool:
    """Grade an answer. Raises BadText for an empty one, or one that is not among the options."""
    if item.kind != CHOICE:
        if not normalise(given):
            raise BadText(_("Write an answer first; a guess is fine."))
        return is_right(given, [item.answer, *item.accepted], item.language)
    if given not in (item.options or []):
        raise BadText(_("This is not one of the answers."))
    return given == item.answer or given in item.accepted


def finish(attempt: QuizAttempt, at: datetime) -> None:
    """End a quiz early; what was not answered does not count."""
    attempt.finished_at = attempt.finished_at or at


def resume(attempt: QuizAttempt) -> None:
    """Go on with a quiz that was ended early; one that is answered to its end stays as it is."""
    if any(item.given is None for item in attempt.items):
        attempt.finished_at = None


def overrule(session: Session, attempt: QuizAttempt, item: QuizItem, at: datetime) -> None:
    """Take the student's word that the answer was right: now, in the log, and in later attempts."""
    if item.given is None or item.correct:
        return
    item.correct, item.overruled = True, True
    card = session.get(Flashcard, item.card_id) if item.card_id is not None else None
    verdict = quiz_log.Verdict(attempt, item, card, at)
    wrong = quiz_log.find(session, verdict)
    _accept(session, item)
    if wrong is not None:
        take_back(session, item, wrong, at)
        quiz_log.correct(session, verdict, wrong)
        if card is not None:
            evidence.recount(session, [card.id])


def _remember(session: Session, attempt: QuizAttempt, item: QuizItem) -> None:
    """Log the answer; a wrong one lets its card come up now."""
    at = item.answered_at or now()
    card = card_of(session, attempt.guest_id, item, make=not item.correct)
    row = quiz_log.entry(session, quiz_log.Verdict(attempt, item, card, at))
    schedule = find_schedule(session, card)
    row.before = MemoryState.of(schedule).to_json() if schedule else None
    row.state_before = schedule.state if schedule else None
    if card is not None and not item.correct:
        schedule = make_due(session, card, at)
    row.after = MemoryState.of(schedule).to_json() if schedule else None
    log.write(session, row)
    if schedule is not None and row.verdict == TYPED_RIGHT:
        schedule.typed_on = row.local_date


def _accept(session: Session, item: QuizItem) -> None:
    """Let the given answer count from now on, if its question or card is still there."""
    source = _source(session, item)
    if source is not None and item.given is not None:
        let_count(source, item.given)


def _source(session: Session, item: QuizItem) -> QuizQuestion | Flashcard | None:
    if item.question_id is not None:
        return session.get(QuizQuestion, item.question_id)
    return session.get(Flashcard, item.card_id) if item.card_id is not None else None


def packs_of(session: Session, attempt: QuizAttempt) -> dict[str, Pack]:
    """Return the packs that the attempt asks about and that are still there, by id."""
    ids = {item.pack_id for item in attempt.items}
    kept = select(Pack).where(Pack.id.in_(ids), Pack.guest_id == attempt.guest_id, Pack.deleted_at.is_(None))
    return {pack.id: pack for pack in session.scalars(kept)}
