"""The tables, as typed SQLAlchemy 2 models; AI models never live here.

Times are stored as UTC without a zone and come back with it. Ids that reach a student are 128-bit random.
"""

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, DateTime, ForeignKey, Index, Integer, String, Text, TypeDecorator, false
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from database_config import Base

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
PHOTO, TEXT, REBUILD, QUESTION = "photo", "text", "rebuild", "question"
LIVE_STATES = (QUEUED, RUNNING)


def new_id() -> str:
    """Return a fresh 128-bit random id, 32 hexadecimal digits."""
    return secrets.token_hex(16)


def now() -> datetime:
    """Return the current time, in UTC with its zone."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored as naive UTC, returned with its zone; refuses naive values."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware time into naive UTC; raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Attach UTC again."""
        return value.replace(tzinfo=UTC) if value else None


class Guest(Base):
    """An account-less identity: only the hash of the cookie's token is kept."""

    __tablename__ = "guests"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Batch(Base):
    """The photos of one request, analysed strictly one after another."""

    __tablename__ = "batches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    jobs: Mapped[list["Job"]] = relationship(back_populates="batch", order_by="Job.number")


class Job(Base):
    """One photo or text on its way to a pack; see jobs/queue.py for its life."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_state_created", "state", "created_at"),
        Index("ix_jobs_guest_created", "guest_id", "created_at"),
        Index("ix_jobs_address_created", "address_hash", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), index=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"))
    address_hash: Mapped[str] = mapped_column(String(64), default="")
    number: Mapped[int] = mapped_column(Integer, default=1)
    """Place in its batch, from 1."""
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=QUEUED)
    name: Mapped[str] = mapped_column(String(100), default="")
    """The photo's name made safe, for logs and pages; never part of a path."""
    text: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text, default="")
    private: Mapped[bool] = mapped_column(Boolean, default=False)
    uploaded_bytes: Mapped[int] = mapped_column(Integer, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    folder_id: Mapped[str] = mapped_column(String(32), index=True)
    runner_id: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    stage: Mapped[str] = mapped_column(String(40), default="")
    progress: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """How far a long stage is, as `done/total` lines; empty between stages."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch: Mapped[Batch] = relationship(back_populates="jobs")
    stages: Mapped[list["JobStage"]] = relationship(order_by="JobStage.id", cascade="all, delete-orphan")
    pack: Mapped["Pack | None"] = relationship(back_populates="job")


class Folder(Base):
    """An upload folder, and when a runner last served it: how machines on one database know each other."""

    __tablename__ = "upload_folders"

    folder_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class JobStage(Base):
    """A memory reading at one stage of one job."""

    __tablename__ = "job_stages"

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(String(40))
    rss_mb: Mapped[float]
    """Resident memory of the process that reached the stage."""
    service_mb: Mapped[float]
    """Memory of the whole service that cannot be reclaimed."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Pack(Base):
    """A study pack and where each part of it came from."""

    __tablename__ = "packs"
    __table_args__ = (Index("ix_packs_guest_created", "guest_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"))
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), unique=True)
    title: Mapped[str] = mapped_column(Text, default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    explanation: Mapped[str] = mapped_column(Text, default="")
    caption: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text, default="")
    text_engine: Mapped[str] = mapped_column(String(100), default="")
    caption_engine: Mapped[str] = mapped_column(String(100), default="")
    engines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    quality: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    job: Mapped[Job | None] = relationship(back_populates="pack")
    transcript: Mapped[list["TranscriptLine"]] = relationship(
        order_by="TranscriptLine.n", cascade="all, delete-orphan"
    )
    key_terms: Mapped[list["PackTerm"]] = relationship(order_by="PackTerm.id", cascade="all, delete-orphan")
    cards: Mapped[list["Flashcard"]] = relationship(order_by="Flashcard.id", cascade="all, delete-orphan")
    quiz: Mapped[list["QuizQuestion"]] = relationship(
        order_by="QuizQuestion.id", cascade="all, delete-orphan"
    )


class _PackPart:
    """What every part of a pack has: its pack, and the transcript line it came from."""

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)


class TranscriptLine(_PackPart, Base):
    """One line of the page; `box` is (left, top, right, bottom) in 0-1 of the upright picture."""

    __tablename__ = "transcript_lines"

    n: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    score: Mapped[float | None]
    box: Mapped[list[float] | None] = mapped_column(JSON)


class PackTerm(_PackPart, Base):
    """A key term of the page."""

    __tablename__ = "key_terms"

    term: Mapped[str] = mapped_column(Text)
    definition: Mapped[str | None] = mapped_column(Text)
    source_line: Mapped[int | None]
    origin: Mapped[str] = mapped_column(String(100))


class Flashcard(_PackPart, Base):
    """A flashcard; `source_line` None means: not on the page."""

    __tablename__ = "cards"

    front: Mapped[str] = mapped_column(Text)
    back: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    source_line: Mapped[int | None]
    origin: Mapped[str] = mapped_column(String(100))


class QuizQuestion(_PackPart, Base):
    """A multiple-choice question; `options` in the order in which they are shown."""

    __tablename__ = "questions"

    question: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]] = mapped_column(JSON)
    answer_index: Mapped[int]
    explanation: Mapped[str] = mapped_column(Text)
    source_line: Mapped[int | None]
    origin: Mapped[str] = mapped_column(String(100))


class GeminiModel(Base):
    """A model that rests after a failure, until `retry_at`; shared by all processes."""

    __tablename__ = "gemini_models"

    model: Mapped[str] = mapped_column(String(100), primary_key=True)
    retry_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")


class GeminiDay(Base):
    """Gemini calls of the whole service on one UTC day, as `YYYY-MM-DD`."""

    __tablename__ = "gemini_days"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    calls: Mapped[int] = mapped_column(Integer, default=0)
