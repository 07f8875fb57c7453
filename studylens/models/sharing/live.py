"""Quizzes that a whole class answers at once, and what its teacher kept of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import belongs
from studylens.models.columns import FROM_ONE, FROM_ZERO, NO_LINES, RANDOM_ID, UtcDateTime, new_id, now


class LiveQuiz(Base):
    """A quiz that a class answers at once, question by question; it goes when it has ended."""

    __tablename__ = "live_quizzes"
    __table_args__ = ({"info": belongs(travels=False)},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    """What is typed, or scanned, to take part."""
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, info=NO_LINES)
    """Copies, so that an edit meanwhile changes nothing: `question, options, answer_index, origin`."""
    step: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=FROM_ZERO)
    """0: who is there; then two for each question: it is asked, its answer is shown; at last the result."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class LivePlayer(Base):
    """A phone that takes part: a nickname, and the hash of its cookie's token; no guest and no account."""

    __tablename__ = "live_players"
    __table_args__ = (UniqueConstraint("quiz_id", "name_key"), {"info": belongs(travels=False)})

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[str] = mapped_column(ForeignKey("live_quizzes.id", ondelete="CASCADE"), index=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(24))
    name_key: Mapped[str] = mapped_column(String(80))
    """By it two names are the same to a reader."""
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class LiveAnswer(Base):
    """What a player chose; the first answer to a question counts, and there is no second row."""

    __tablename__ = "live_answers"
    __table_args__ = (UniqueConstraint("player_id", "place"), {"info": belongs(travels=False)})

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[str] = mapped_column(ForeignKey("live_quizzes.id", ondelete="CASCADE"), index=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    player_id: Mapped[int] = mapped_column(ForeignKey("live_players.id", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(Integer, info=FROM_ZERO)
    """Of the question in its quiz, from 0."""
    choice: Mapped[int] = mapped_column(Integer, info=FROM_ZERO)
    """Place of the option, from 0."""
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class LiveResult(Base):
    """How often a class chose what, kept with the pack because its teacher asked for it; nobody's name."""

    __tablename__ = "live_results"
    __table_args__ = ({"info": belongs(listed="live_results", known_by=("uid",))},)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    uid: Mapped[str] = mapped_column(String(32), default=new_id, info=RANDOM_ID)
    players: Mapped[int] = mapped_column(Integer, info=FROM_ONE)
    spread: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, info=NO_LINES)
    """Of each question: `question, options, answer_index, origin, counts` (of each option)."""
    held_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
