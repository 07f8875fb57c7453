"""What is taken along: the cards and packs of a guest, read a few at a time so that memory stays flat."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from studylens.language import _
from studylens.models import Flashcard, Pack, PackTag, TranscriptLine
from studylens.study.exchange.deck_names import deck_of

ROWS_AT_ONCE = 200
"""Rows in memory while thousands are written: a few hundred kB."""


@dataclass(frozen=True)
class Card:
    """One card with what a deck elsewhere should know of it."""

    id: int
    uid: str
    front: str
    back: str
    kind: str
    origin: str
    source_line: int | None
    source_text: str
    is_draft: bool
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Deck:
    """A pack's name and id; its cards are read with `cards_of`."""

    pack_id: str
    title: str
    subject: str = ""

    @property
    def name(self) -> str:
        """Its name where decks nest: Subject::Title."""
        return deck_of(self.subject, self.title)


def freeze(session: Session) -> None:
    """Let all that follows in a fresh session see one moment, as SQLite's transactions do by themselves."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def decks_of(session: Session, guest_id: int | None, pack: Pack | None = None) -> Iterator[Deck]:
    """Yield the guest's packs, oldest first, without those in the trash; or only `pack`."""
    if pack is not None:
        yield Deck(pack.id, pack.title or _("Untitled page"), pack.subject)
        return
    mine = (Pack.guest_id == (guest_id or 0), Pack.deleted_at.is_(None))
    wanted = select(Pack.id, Pack.title, Pack.subject).where(*mine).order_by(Pack.created_at, Pack.id)
    for pack_id, title, subject in session.execute(wanted).all():  # Alone: the cursor is free for the cards.
        yield Deck(pack_id, title or _("Untitled page"), subject)


def cards_of(session: Session, pack_id: str) -> Iterator[Card]:
    """Yield a pack's cards that are not deleted, in their order."""
    line = select(TranscriptLine.n, TranscriptLine.text)
    words = dict(session.execute(line.where(TranscriptLine.pack_id == pack_id)).all())
    tags = tuple(session.scalars(select(PackTag.tag).where(PackTag.pack_id == pack_id).order_by(PackTag.tag)))
    there = (Flashcard.pack_id == pack_id, Flashcard.deleted_at.is_(None))
    wanted = select(Flashcard).where(*there).order_by(Flashcard.id).execution_options(yield_per=ROWS_AT_ONCE)
    for row in session.scalars(wanted):
        yield _card(row, words, tags)
        session.expunge(row)


def _card(row: Flashcard, words: dict[int, str], tags: tuple[str, ...]) -> Card:
    return Card(
        id=row.id,
        uid=row.uid or f"{row.pack_id[:20]}{row.id:012d}",
        front=row.front,
        back=row.back,
        kind=row.kind,
        origin=row.origin,
        source_line=row.source_line,
        source_text=words.get(row.source_line or 0, ""),
        is_draft=row.accepted_at is None,
        tags=tags,
    )


def count_cards(session: Session, guest_id: int | None) -> tuple[int, int]:
    """Return how many packs and cards the guest can take along."""
    mine = (Pack.guest_id == (guest_id or 0), Pack.deleted_at.is_(None))
    packs = session.scalar(select(func.count()).select_from(Pack).where(*mine)) or 0
    joined = select(func.count()).select_from(Flashcard).join(Pack, Pack.id == Flashcard.pack_id)
    return packs, session.scalar(joined.where(*mine, Flashcard.deleted_at.is_(None))) or 0
