"""What of a pack a link shows: only what its owner chose; nothing else reaches the page or the copy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import (
    LABEL,
    PICTURED,
    CardPicture,
    Flashcard,
    Pack,
    PackPicture,
    PackTerm,
    QuizQuestion,
    TranscriptLine,
)
from studylens.study.packs.pages import Told, told_of
from studylens.study.reviews.contents import FRESH, KNOWN, LEARNING, counts_of
from studylens.study.schedule.moment import moment_of

LINES_AT_ONCE, CARDS_AT_ONCE, QUESTIONS_AT_ONCE = 150, 100, 40
"""What one page shows: three times what a photo gives, and still quick to make at a tenth of a processor."""


class Part(StrEnum):
    """A part of a pack that its owner may share, or keep."""

    TEXT = "text"
    TOLD = "told"
    """Summary, explanation and what the picture shows."""
    TERMS = "terms"
    CARDS = "cards"
    """And the questions of the quiz."""
    PHOTO = "photo"
    QUESTION = "question"
    """What the owner wanted to know when they sent the photo."""
    PROGRESS = "progress"
    """How many cards its owner knows."""


USUAL = (Part.TEXT, Part.TOLD, Part.TERMS, Part.CARDS)
"""Chosen unless the owner says otherwise; the others are about the owner, or are their photo."""


@dataclass(frozen=True)
class Photo:
    """A kept copy of a photo; width and height in px."""

    page: int
    width: int
    height: int


@dataclass(frozen=True)
class Progress:
    """How many of the pack's cards its owner knows, learns, and has not begun."""

    known: int
    learning: int
    fresh: int


@dataclass(frozen=True)
class Shown:
    """A page of what a link shows, from 1; parts that were not chosen are empty."""

    title: str
    text_engine: str
    question: str
    told: tuple[Told, ...]
    caption: str
    terms: tuple[PackTerm, ...]
    lines: tuple[TranscriptLine, ...]
    cards: tuple[Flashcard, ...]
    questions: tuple[QuizQuestion, ...]
    photos: tuple[Photo, ...]
    progress: Progress | None
    page: int
    pages: int


def chosen(codes: Iterable[str]) -> frozenset[Part]:
    """Return the parts with these codes; what a later release called otherwise is kept back."""
    known = {part.value: part for part in Part}
    return frozenset(known[code] for code in codes if code in known)


def shown_of(session: Session, pack: Pack, parts: frozenset[Part], *, page: int, at: datetime) -> Shown:
    """Return one page of what these parts of the pack show; a page that does not exist is the nearest."""
    lines = pack.transcript if Part.TEXT in parts else []
    questions = pack.quiz if Part.CARDS in parts else []
    cards = _readable(session, pack) if Part.CARDS in parts else []
    sizes = ((lines, LINES_AT_ONCE), (cards, CARDS_AT_ONCE), (questions, QUESTIONS_AT_ONCE))
    pages = max(1, *(-(-len(some) // most) for some, most in sizes))
    page = min(max(1, page), pages)
    first = page == 1
    return Shown(
        title=pack.title,
        text_engine=pack.text_engine,
        question=pack.question if first and Part.QUESTION in parts else "",
        told=tuple(told_of(pack)) if first and Part.TOLD in parts else (),
        caption=pack.caption if first and Part.TOLD in parts else "",
        terms=tuple(pack.key_terms) if first and Part.TERMS in parts else (),
        lines=tuple(lines[(page - 1) * LINES_AT_ONCE : page * LINES_AT_ONCE]),
        cards=tuple(cards[(page - 1) * CARDS_AT_ONCE : page * CARDS_AT_ONCE]),
        questions=tuple(questions[(page - 1) * QUESTIONS_AT_ONCE : page * QUESTIONS_AT_ONCE]),
        photos=photos_of(session, pack) if first and Part.PHOTO in parts else (),
        progress=_progress(session, pack, at) if first and Part.PROGRESS in parts else None,
        page=page,
        pages=pages,
    )


def photos_of(session: Session, pack: Pack) -> tuple[Photo, ...]:
    """Return the kept copies of the pack's photos, in order; none where its owner kept none."""
    sizes = select(PackPicture.page, PackPicture.width, PackPicture.height)
    found = session.execute(sizes.where(PackPicture.pack_id == pack.id).order_by(PackPicture.page))
    return tuple(Photo(page, width, height) for page, width, height in found)


def has_card_pictures(session: Session, pack: Pack) -> bool:
    """Say whether cards of the pack have pictures of their own, which a copy may have."""
    return session.scalar(select(CardPicture.id).where(CardPicture.pack_id == pack.id).limit(1)) is not None


def covering(session: Session, pack_id: str) -> set[str]:
    """Return the uids of cards that ask or answer by their own picture: without it they are nothing."""
    mine = select(CardPicture.card_uid, CardPicture.hidden).where(CardPicture.pack_id == pack_id)
    alone = select(Flashcard.uid).where(Flashcard.pack_id == pack_id, Flashcard.kind == PICTURED)
    hiding = {uid for uid, hidden in session.execute(mine) if hidden}
    return hiding | {uid for uid in session.scalars(alone) if uid}


def _readable(session: Session, pack: Pack) -> list[Flashcard]:
    """Return cards that are asked in words; the others are asked in their picture, by a copy that has it."""
    pictured = covering(session, pack.id)
    return [card for card in pack.cards if card.kind != LABEL and card.uid not in pictured]


def _progress(session: Session, pack: Pack, at: datetime) -> Progress:
    counted = counts_of(session, pack.id, moment_of(session, pack.guest_id, at))
    known, learning, fresh = (counted.memories[memory] for memory in (KNOWN, LEARNING, FRESH))
    return Progress(known, learning, fresh)
