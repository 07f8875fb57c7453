"""The card behind a quiz question: the one it was made from, or one that a wrong answer makes, once."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.models import CardSchedule, Flashcard, Pack, QuizItem, QuizQuestion, ReviewLog
from studylens.study.budgets import sums
from studylens.study.packs.editing import delete_part
from studylens.study.packs.parts import PACK_ITEMS
from studylens.study.quizzes.making import SHORT_ANSWER
from studylens.study.reviews import log
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import moment_of


def card_of(session: Session, guest_id: int, item: QuizItem, *, make: bool) -> Flashcard | None:
    """Return the item's card, None when there is none or the student deleted it, or its pack.

    `make`: a question that never had a card gets one from its question, linked with the item.
    """
    pack = session.get(Pack, item.pack_id) if item.pack_id else None
    if pack is None or pack.guest_id != guest_id or pack.deleted_at is not None:
        return None
    if item.card_id is None and _is_of_question(item):
        item.card_id = _earlier(session, item) or (_made(session, pack, item) if make else None)
    card = session.get(Flashcard, item.card_id) if item.card_id is not None else None
    return card if card is not None and card.deleted_at is None else None


def find_schedule(session: Session, card: Flashcard | None) -> CardSchedule | None:
    """Return the card's schedule; a draft has none."""
    return session.get(CardSchedule, card.id) if card is not None else None


def coming_back(session: Session, items: Iterable[QuizItem]) -> set[int | None]:
    """Return the ids of the items' cards that come up in reviews: not deleted, paused or in the trash."""
    ids = {item.card_id for item in items if item.card_id is not None}
    rows = select(Flashcard.id).join(CardSchedule, CardSchedule.card_id == Flashcard.id).join(Pack)
    rows = rows.where(Flashcard.id.in_(ids), Flashcard.deleted_at.is_(None), Pack.deleted_at.is_(None))
    return set(session.scalars(rows.where(CardSchedule.suspended.is_(False)))) if ids else set()


def take_back(session: Session, item: QuizItem, wrong: ReviewLog, at: datetime) -> None:
    """Undo what a wrong answer did to its card, unless the card was moved by something else since."""
    card = session.get(Flashcard, item.card_id) if item.card_id is not None else None
    schedule = find_schedule(session, card)
    if card is None or schedule is None or wrong.after is None:
        return
    if MemoryState.of(schedule) != MemoryState.from_json(wrong.after):
        return
    if wrong.before is not None:
        moment = moment_of(session, wrong.guest_id, at)
        log.move(session, schedule, MemoryState.from_json(wrong.before), moment)
    elif card.accepted_at == wrong.reviewed_at:
        _unaccept(session, item, card, schedule)


def _unaccept(session: Session, item: QuizItem, card: Flashcard, schedule: CardSchedule) -> None:
    """The wrong answer had accepted a draft, or made the card: it is a draft again, or away."""
    session.delete(schedule)
    card.accepted_at = None
    if _is_of_question(item):
        delete_part(card)
        item.card_id = None
    session.flush()


def _is_of_question(item: QuizItem) -> bool:
    """Say whether it was a question of the quiz, not a card; either may be typed or a choice."""
    return item.question_id is not None


def _earlier(session: Session, item: QuizItem) -> int | None:
    """Return the card that an earlier attempt made from the same question."""
    if item.question_id is None:
        return None
    same = QuizItem.question_id == item.question_id
    return session.scalar(select(QuizItem.card_id).where(same, QuizItem.card_id.is_not(None)).limit(1))


def _made(session: Session, pack: Pack, item: QuizItem) -> int | None:
    question = session.get(QuizQuestion, item.question_id) if item.question_id is not None else None
    total = session.scalar(select(func.count()).where(Flashcard.pack_id == pack.id)) or 0
    if question is None or question.deleted_at is not None or total >= PACK_ITEMS:
        return None
    card = Flashcard(pack_id=pack.id, front=item.prompt, back=item.answer, kind=SHORT_ANSWER)
    card.origin, card.source_line = item.origin, item.source_line
    session.add(card)
    session.flush()
    sums.touch(session, pack.id)
    return card.id
