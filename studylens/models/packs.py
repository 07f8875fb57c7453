"""Study packs and their parts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from studylens.models.base import Base, only
from studylens.models.belonging import BEHIND, FILLED, FIRST, UNION, WRITTEN, Merging, belongs
from studylens.models.columns import (
    DAY,
    FROM_ONE,
    FROM_ZERO,
    LINE,
    NO_LINES,
    PAGE,
    RANDOM_ID,
    UtcDateTime,
    between,
    lines_inside,
    new_id,
    now,
)
from studylens.models.jobs import Job
from studylens.models.pages import PackPage

_SHA256_CHARS = 64
"""Hexadecimal digits of a fingerprint."""


class Pack(Base):
    """A study pack and where each part of it came from."""

    __tablename__ = "packs"
    __table_args__ = (
        Index("ix_packs_guest_created", "guest_id", "created_at"),
        Index("ix_packs_library", "guest_id", "deleted_at", "created_at"),
        Index("ix_packs_subject", "guest_id", "deleted_at", "subject"),
        Index("ix_packs_photo", "guest_id", "photo_sha256"),
        Index("ix_packs_erasing_at", "erasing_at", info=only("erasing_at IS NOT NULL")),
        Index("ix_packs_joining", "joining_at", info=only("joining_at IS NOT NULL")),
        Index("ix_packs_trash", "deleted_at", info=only("deleted_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id, info=FIRST)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), info=FIRST)
    job_id: Mapped[str | None] = mapped_column(
        ForeignKey("jobs.id", ondelete="SET NULL"), unique=True, info=FIRST
    )
    title: Mapped[str] = mapped_column(Text, default="", info=FILLED)
    summary: Mapped[str] = mapped_column(Text, default="", info=WRITTEN)
    """Of a pack that was joined: of the whole; each page has its own beside it."""
    explanation: Mapped[str] = mapped_column(Text, default="", info=WRITTEN)
    caption: Mapped[str] = mapped_column(Text, default="", info=FILLED)
    question: Mapped[str] = mapped_column(Text, default="", info=BEHIND)
    text_engine: Mapped[str] = mapped_column(String(100), default="", info=FILLED)
    caption_engine: Mapped[str] = mapped_column(String(100), default="", info=FILLED)
    engines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, info=FIRST | NO_LINES)
    quality: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=FIRST | NO_LINES)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list, info=UNION | NO_LINES)
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=WRITTEN | NO_LINES)
    private: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), info=WRITTEN)
    """One of its photos was sent in private mode: nothing of it leaves the server."""
    photo_sha256: Mapped[str | None] = mapped_column(String(64), info=FIRST)
    """The receipt's fingerprint once more, so that a photo sent again is recognised by an index."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, info=FIRST)
    subject: Mapped[str] = mapped_column(String(100), default="", server_default="", info=FILLED)
    exam_date: Mapped[str | None] = mapped_column(String(10), info=FILLED | DAY)
    """`YYYY-MM-DD` in the student's zone: nothing of this pack is scheduled past it."""
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=WRITTEN | FROM_ONE)
    """Counted up by every edit of title or summary, so that a stale form is noticed."""
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=FIRST)
    """In the trash since; gone for good after 30 days."""
    typed: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), info=FIRST)
    """Answers to its cards are typed in reviews, unless a card says otherwise."""
    judged: Mapped[dict[str, Any] | None] = mapped_column(
        JSON, info=WRITTEN | lines_inside("facts.*.first", "facts.*.last", "suggestions.*.source_line")
    )
    """What the judge dropped, mended and marked, its suggestions, the page's facts; None: made before it."""
    rebuilt_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=FIRST)
    """When its cards were last made anew from the corrected transcript."""
    joining_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=FIRST)
    """Since when it is being joined with others or taken apart again: nobody sees it half-way."""
    erasing_at: Mapped[datetime | None] = mapped_column(UtcDateTime, info=FIRST)
    """Since when it is being erased, step by step: nobody sees it any more."""
    made_here: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), info=FIRST)
    """A job made it that is gone since (jobs/ended.py); of a restored pack nothing here says so."""
    job: Mapped[Job | None] = relationship()
    pages: Mapped[list[PackPage]] = relationship(order_by="PackPage.n", viewonly=True)
    """Empty for a pack that was never joined: it is of one page."""
    transcript: Mapped[list["TranscriptLine"]] = relationship(
        primaryjoin="and_(Pack.id == TranscriptLine.pack_id, TranscriptLine.deleted_at.is_(None))",
        order_by="TranscriptLine.n",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    key_terms: Mapped[list["PackTerm"]] = relationship(order_by="PackTerm.id", cascade="all, delete-orphan")
    cards: Mapped[list["Flashcard"]] = relationship(
        primaryjoin="and_(Pack.id == Flashcard.pack_id, Flashcard.deleted_at.is_(None))",
        order_by="Flashcard.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )
    """What the student has not deleted; the database itself takes the rest along with the pack."""
    quiz: Mapped[list["QuizQuestion"]] = relationship(
        primaryjoin="and_(Pack.id == QuizQuestion.pack_id, QuizQuestion.deleted_at.is_(None))",
        order_by="QuizQuestion.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @validates("receipt")
    def _note_fingerprint(self, _name: str, receipt: dict[str, Any]) -> dict[str, Any]:
        """Keep the fingerprint's column in step with the receipt."""
        found = receipt.get("sha256")
        self.photo_sha256 = found if isinstance(found, str) and len(found) == _SHA256_CHARS else None
        return receipt


class _PackPart:
    """What every part of a pack has: its pack, and the transcript line it came from."""

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)


class TranscriptLine(_PackPart, Base):
    """One line of the page; `box` is (left, top, right, bottom) in 0-1 of the upright picture."""

    __tablename__ = "transcript_lines"
    __table_args__ = (
        Index("ix_transcript_lines_edited", "pack_id", info=only("edited_at IS NOT NULL")),
        {"info": belongs(listed="lines", known_by=("n",))},
    )

    n: Mapped[int] = mapped_column(info=LINE)
    text: Mapped[str] = mapped_column(Text)
    score: Mapped[float | None] = mapped_column(info=between(0, 1))
    box: Mapped[list[float] | None] = mapped_column(JSON, info=NO_LINES)
    page: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=PAGE)
    """The photo it is on, from 1; `n` counts through all of them."""
    unsure: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whoever read it says that it should be checked; a correction of the student's settles it."""
    table_n: Mapped[int | None] = mapped_column(Integer, info=FROM_ONE)
    """Number of the page's table of which it is a row, from 1; None: of none."""
    cells: Mapped[list[str] | None] = mapped_column(JSON, info=NO_LINES)
    """The cells of that row, "" for an empty one; once the student edits it, the text's tabs tell."""
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=FROM_ONE)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the student corrected it; None: as it was read."""
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def unreadable(self) -> bool:
        """Say whether a line stands here that could not be read, and that nobody has typed in since."""
        return not self.text and self.box is not None and self.edited_at is None


class PackTerm(_PackPart, Base):
    """A key term of the page, and how well its student last explained it in words of their own."""

    __tablename__ = "key_terms"
    __table_args__ = (
        Index("ix_key_terms_explained", "pack_id", info=only("explained_on IS NOT NULL")),
        {"info": belongs(listed="terms", known_by=("term", "definition", "origin"))},
    )

    term: Mapped[str] = mapped_column(Text)
    definition: Mapped[str | None] = mapped_column(Text)
    source_line: Mapped[int | None] = mapped_column(info=LINE)
    origin: Mapped[str] = mapped_column(String(100))
    explained_on: Mapped[str | None] = mapped_column(String(10), info=DAY)
    """The study day of the latest good explanation; while there is none, of the latest try."""
    explained: Mapped[int | None] = mapped_column(Integer, info=FROM_ZERO)
    """How many of its points were said then; of how many is `points`."""
    points: Mapped[int | None] = mapped_column(Integer, info=FROM_ZERO)


class Flashcard(_PackPart, Base):
    """A flashcard; `source_line` None means: not on the page."""

    __tablename__ = "cards"
    __table_args__ = ({"info": belongs(listed="cards", known_by=("uid",))},)

    front: Mapped[str] = mapped_column(Text)
    back: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    source_line: Mapped[int | None] = mapped_column(info=LINE)
    origin: Mapped[str] = mapped_column(String(100))
    rule: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """What made it, for counting: a rule of analysis/material, `model`, `figure`; empty: not known."""
    marks: Mapped[list[str] | None] = mapped_column(JSON, info=NO_LINES)
    """Codes of judging.reasons with which the judge let it stay."""
    level: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Bloom level as the model stated it."""
    answer_box: Mapped[list[float] | None] = mapped_column(JSON, info=NO_LINES)
    """The answer is this part of the photo (left, top, right, bottom in 0-1); `back` is what was read."""
    uid: Mapped[str | None] = mapped_column(String(32), default=new_id, index=True, info=RANDOM_ID)
    """Stable over export, restore and Anki; rows from before it get one by the backfill."""
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: a draft, which is not reviewed until the student accepts it."""
    also_right: Mapped[list[str] | None] = mapped_column(JSON, info=NO_LINES)
    """Answers that the student's "my answer was right" added; None: none so far."""
    typed: Mapped[bool | None] = mapped_column(Boolean)
    """Whether its answer is typed in reviews; None: as the pack says."""
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the student last touched it; a rebuild leaves it alone then."""
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=FROM_ONE)


class QuizQuestion(_PackPart, Base):
    """A multiple-choice question; `options` in the order in which they are shown."""

    __tablename__ = "questions"
    __table_args__ = ({"info": belongs(listed="questions", known_by=("uid",))},)

    question: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]] = mapped_column(JSON, info=NO_LINES)
    answer_index: Mapped[int] = mapped_column(info=FROM_ZERO)
    explanation: Mapped[str] = mapped_column(Text)
    source_line: Mapped[int | None] = mapped_column(info=LINE)
    origin: Mapped[str] = mapped_column(String(100))
    rule: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """What made it, for counting: a rule of analysis/material, `model`, `figure`; empty: not known."""
    marks: Mapped[list[str] | None] = mapped_column(JSON, info=NO_LINES)
    """Codes of judging.reasons with which the judge let it stay."""
    level: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Bloom level as the model stated it."""
    uid: Mapped[str | None] = mapped_column(String(32), default=new_id, info=RANDOM_ID)
    """Stable over export, restore and Anki; rows from before it get one by the backfill."""
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: a draft, which is not reviewed until the student accepts it."""
    also_right: Mapped[list[str] | None] = mapped_column(JSON, info=NO_LINES)
    """Answers that the student's "my answer was right" added; None: none so far."""
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the student last touched it; a rebuild leaves it alone then."""
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=FROM_ONE)


class PackTag(Base):
    """A tag that the student gave a pack."""

    __tablename__ = "pack_tags"
    __table_args__ = ({"info": belongs(Merging.UNITE, listed="tags", known_by=("tag",))},)

    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(50), primary_key=True)
