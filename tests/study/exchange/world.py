"""A guest with a history: packs, reviews, an undone answer, a quiz, a follow-up question, settings."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.errors import error_for_code
from studylens.models import (
    AGAIN,
    BROUGHT_IN,
    GOOD,
    LOG_QUIZ,
    LOG_REVIEW,
    LOG_UNDO,
    NEW,
    REVIEW,
    CardSchedule,
    Flashcard,
    FollowUp,
    Guest,
    Import,
    Pack,
    PackPicture,
    PackTag,
    QuizAttempt,
    QuizItem,
    QuizQuestion,
    ReviewDay,
    ReviewHour,
    ReviewLog,
    ReviewTotal,
    StudySettings,
    UserAchievement,
    new_id,
)
from studylens.study.exchange.account import writing
from studylens.study.labels import sets
from studylens.study.labels.boxes import Box
from studylens.study.packs.editing import delete_part
from studylens.study.reviews import cards as schedule
from studylens.study.reviews import log
from studylens.study.schedule.moment import StudyMoment
from studylens.study.schedule.settings import settings_to_change
from studylens.web.door.wiring import Wiring
from tests.web.world import add_pack

BEGIN = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)


def add_guest(wiring: Wiring) -> int:
    guest = Guest(token_hash=new_id() * 2)
    with wiring.database.writing() as session:
        session.add(guest)
    return guest.id


def add_history(wiring: Wiring, guest_id: int) -> str:
    """Give the guest a pack that was studied for ten days; return the pack's id."""
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        settings = settings_to_change(session, guest_id)
        settings.time_zone, settings.daily_cap = "Europe/Berlin", 42
        pack = session.get_one(Pack, pack_id)
        pack.subject = "Biology"
        session.add(PackTag(pack_id=pack_id, tag="exam"))
        session.add(PackPicture(pack_id=pack_id, page=1, jpeg=b"\xff\xd8\xff", width=1, height=1))
        schedule.accept(session, pack, pack.cards[:2], BEGIN)
        for day in range(10):
            _answer(session, pack.cards[day % 2], at=BEGIN + timedelta(days=day))
        _undo_last(session, guest_id)
        _take_quiz(session, pack)
        asked = {"pack_id": pack_id, "guest_id": guest_id, "question": "Why green?"}
        session.add(FollowUp(**asked, lines=[{"n": 3, "text": "Chlorophyll"}]))
    return pack_id


def add_labels(wiring: Wiring, guest_id: int, words: Sequence[str]) -> str:
    """Give the guest a pack with a kept copy on which labels are hidden: of two lines, then one drawn."""
    pack_id = add_pack(wiring, guest_id)
    with wiring.database.writing() as session:
        pack = session.get_one(Pack, pack_id)
        session.add(PackPicture(pack_id=pack_id, page=1, jpeg=b"\xff\xd8\xff", width=600, height=800))
        chosen = [sets.Chosen(word, line=n) for n, word in enumerate(words[:2], start=1)]
        drawn = [sets.Chosen(word, box=Box(0.5, 0.5, 0.75, 0.625)) for word in words[2:]]
        sets.save(session, pack, sets.Wish(1, (*chosen, *drawn), hides_all=True))
    return pack_id


def put_away(wiring: Wiring, word: str) -> None:
    """Delete the card whose answer this is."""
    with wiring.database.writing() as session:
        delete_part(session.scalars(select(Flashcard).where(Flashcard.back == word)).one())


def _moment(at: datetime, zone: str = "Europe/Berlin") -> StudyMoment:
    return StudyMoment(at, StudySettings(time_zone=zone))


def _answer(session: Session, card: Flashcard, *, at: datetime) -> None:
    row = session.get_one(CardSchedule, card.id)
    entry = log.entry(row.guest_id, LOG_REVIEW, _moment(at))
    entry.card_id, entry.card_uid, entry.pack_id = card.id, card.uid, card.pack_id
    entry.rating, entry.state_before, entry.request_key = GOOD, row.state, new_id()
    entry.duration_ms, entry.retrievability = 4_000, 0.91 if row.state != NEW else None
    row.state, row.reps, row.stability, row.difficulty = REVIEW, row.reps + 1, 12.5, 5.0
    row.last_review_at, row.due_at = at, at + timedelta(days=12)
    log.write(session, entry)


def _undo_last(session: Session, guest_id: int) -> None:
    last = session.scalars(select(ReviewLog).order_by(ReviewLog.id.desc()).limit(1)).one()
    entry = log.entry(
        guest_id,
        LOG_UNDO,
        _moment(last.reviewed_at + timedelta(seconds=5), last.zone),
    )
    entry.undoes_id, entry.card_id, entry.card_uid = last.id, last.card_id, last.card_uid
    log.write(session, entry)


def _take_quiz(session: Session, pack: Pack) -> None:
    question = session.scalars(select(QuizQuestion).where(QuizQuestion.pack_id == pack.id)).first()
    card = pack.cards[0]
    item = QuizItem(
        position=1, pack_id=pack.id, question_id=question.id if question else None, card_id=card.id,
        kind="choice", prompt="Where?", options=["a", "b"], answer="a", given="b", correct=False,
    )  # fmt: skip
    session.add(QuizAttempt(guest_id=pack.guest_id, pack_id=pack.id, title="Quiz", items=[item]))
    entry = log.entry(
        pack.guest_id,
        LOG_QUIZ,
        _moment(BEGIN + timedelta(days=11)),
    )
    entry.rating, entry.card_id, entry.card_uid, entry.pack_id = AGAIN, card.id, card.uid, pack.id
    log.write(session, entry)


def exported(wiring: Wiring, guest_id: int) -> bytes:
    """Return the guest's account file."""
    file = io.BytesIO()
    with wiring.database.reading() as session:
        writing.write_account(session, guest_id, file, at=BEGIN)
    return file.getvalue()


@dataclass
class Restored:
    """What was new in a file."""

    packs: int = 0
    cards: int = 0
    reviews: int = 0
    quizzes: int = 0
    achievements: int = 0


def restored(wiring: Wiring, guest_id: int, data: bytes) -> Restored:
    """Restore an account file into a guest's account. Raises what the file is refused for."""
    counts = taken_in(wiring, guest_id, data, "account.json")
    return Restored(**{item.name: counts.get(item.name, 0) for item in fields(Restored)})


def taken_in(
    wiring: Wiring, guest_id: int, data: bytes, name: str, *, keeps_schedule: bool = False
) -> dict[str, Any]:
    """Let a file come in for a guest and return what was counted. Raises what it is refused for."""
    made = Import(id=new_id(), guest_id=guest_id, name=name, keeps_schedule=keeps_schedule)
    wiring.importer.take(made, io.BytesIO(data))
    wiring.importer.wait(made.id)
    with wiring.database.reading() as session:
        found = session.get_one(Import, made.id)
    if found.error_code is not None:
        raise error_for_code(found.error_code)(found.error_message)
    assert found.state == BROUGHT_IN
    return found.counts or {}


def numbers(wiring: Wiring, guest_id: int) -> dict[str, Any]:
    """Return everything that a student could count: parts, answers, sums, achievements, what is due."""
    with wiring.database.reading() as session:
        mine = {
            model.__tablename__: session.scalar(
                select(func.count()).select_from(model).where(model.guest_id == guest_id)
            )
            for model in (Pack, CardSchedule, ReviewLog, QuizAttempt, FollowUp)
        }
        due = schedule.due_by_day(session, guest_id, "Europe/Berlin", 30, at=BEGIN + timedelta(days=12))
        return {
            **mine,
            "cards": _texts(session, guest_id),
            "due": [(day.isoformat(), cards) for day, cards in due if cards],
            "earned": _earned(session, guest_id),
            **{
                model.__tablename__: _sums(session, model, guest_id)
                for model in (ReviewDay, ReviewHour, ReviewTotal)
            },
        }


def _texts(session: Session, guest_id: int) -> list[Any]:
    wanted = select(Flashcard.uid, Flashcard.front, Flashcard.back).join(Pack, Pack.id == Flashcard.pack_id)
    return sorted(map(tuple, session.execute(wanted.where(Pack.guest_id == guest_id))))


def _earned(session: Session, guest_id: int) -> list[Any]:
    wanted = select(UserAchievement.achievement_name, UserAchievement.tier)
    return sorted(map(tuple, session.execute(wanted.where(UserAchievement.guest_id == guest_id))))


def _sums(session: Session, model: Any, guest_id: int) -> list[Any]:
    table = model.__table__
    columns = [column for column in table.columns if column.name != "guest_id"]
    found = session.execute(select(*columns).where(table.c.guest_id == guest_id))
    return sorted(map(tuple, found))
