"""Quizzes as they were taken, and questions that were asked about a pack."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studylens.models.base import Base
from studylens.models.belonging import Words, belongs
from studylens.models.columns import FROM_ZERO, LINE, NO_LINES, PACK, UtcDateTime, lines_inside, new_id, now

_COPIED = Words(
    ("prompt", "options", "answer", "accepted", "explanation", "source_text", "given"), done_by="given"
)
"""What a question of an attempt has of its pack, and what the student wrote about it."""


class QuizAttempt(Base):
    """One quiz that a guest takes, from one pack or mixed over several."""

    __tablename__ = "quiz_attempts"
    __table_args__ = (
        Index("ix_quiz_attempts_guest_created", "guest_id", "created_at"),
        {"info": belongs(stays="a result outlives its pack", words=Words(("title",)))},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"))
    pack_id: Mapped[str | None] = mapped_column(ForeignKey("packs.id", ondelete="SET NULL"), index=True)
    """None: mixed over packs."""
    title: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    items: Mapped[list["QuizItem"]] = relationship(order_by="QuizItem.position", cascade="all, delete-orphan")


class QuizItem(Base):
    """One question of an attempt: its own copy, so that results survive an edit or the pack's end."""

    __tablename__ = "quiz_items"
    __table_args__ = ({"info": belongs(stays="a result outlives its pack", words=_COPIED)},)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("quiz_attempts.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(info=FROM_ZERO)
    pack_id: Mapped[str | None] = mapped_column(String(32), index=True, info=PACK)
    question_id: Mapped[int | None] = mapped_column(
        ForeignKey("questions.id", ondelete="SET NULL"), index=True
    )
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id", ondelete="SET NULL"), index=True)
    """The card it was made from, or that became due by a wrong answer."""
    kind: Mapped[str] = mapped_column(String(20))
    """choice, cloze or short_answer."""
    prompt: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str] | None] = mapped_column(JSON, info=NO_LINES)
    """In this attempt's own order; None when the answer is typed."""
    answer: Mapped[str] = mapped_column(Text)
    accepted: Mapped[list[str]] = mapped_column(JSON, default=list, info=NO_LINES)
    """Further answers that count as right."""
    language: Mapped[str] = mapped_column(String(2), default="", server_default="")
    """Language of the page, whose articles may be left out of a typed answer; empty: unknown."""
    explanation: Mapped[str] = mapped_column(Text, default="")
    source_line: Mapped[int | None] = mapped_column(info=LINE)
    source_text: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(String(100), default="")
    given: Mapped[str | None] = mapped_column(Text)
    correct: Mapped[bool | None]
    overruled: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """The student said "my answer was right"."""
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    duration_ms: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)


class FollowUp(Base):
    """A question about a pack and what answered it."""

    __tablename__ = "follow_ups"
    __table_args__ = ({"info": belongs(listed="follow_ups", known_by=("question", "created_at"))},)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), index=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), index=True)
    question: Mapped[str] = mapped_column(Text)
    hint_only: Mapped[bool] = mapped_column(Boolean, default=False)
    answer: Mapped[str] = mapped_column(Text, default="")
    """Markdown of a vendor's model; empty when only lines were found."""
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, info=lines_inside("*.n"))
    """The best matching lines of the transcript, as `{"n", "text"}`."""
    engine: Mapped[str] = mapped_column(String(100), default="")
    on_page: Mapped[bool | None]
    """Whether the page itself answers it, as the model says; None: no model answered."""
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why no model answered, in a few words."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
