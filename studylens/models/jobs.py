"""Jobs on their way to a pack, their batches, stages and folders, and the state of Gemini's models."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studylens.models.base import Base, only
from studylens.models.belonging import belongs, of_service
from studylens.models.columns import PACK, UtcDateTime, new_id, now
from studylens.sight import trace

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
PHOTO, TEXT, REBUILD, QUESTION, DOCUMENT = "photo", "text", "rebuild", "question", "document"
LINES = "lines"
"""What the student's own device read on a photo that stayed there; `text` holds it (protocol/device.py)."""
READ_AGAIN = "read_again"
"""A photo whose pack exists, for a model that was away: what it makes is proposed."""
SHEETS = "sheets"
"""Pages made of a pack; what is wished stands in sheet_batches."""
STORY = "story"
"""A panel of a picture story; `text` names it, as jobs/stories.py writes it."""
CUTOUT = "cutout"
"""A photo out of which something is cut; `text` says what, as analysis/protocol/cutting.py writes it."""
LEARN, TRAIN, IDENTIFY = "learn", "train", "identify"
"""What is taught: a photo of a class, a set's training, a photo that sets are asked about."""
TEACHING = (LEARN, TRAIN, IDENTIFY)
WITH_PHOTO = (PHOTO, READ_AGAIN, CUTOUT, LEARN, IDENTIFY)
IN_TURN = (*WITH_PHOTO, TRAIN)
"""Of one student's jobs these go in the order in which they came; a training waits for its photos. Texts go
before them."""
LIVE_STATES = (QUEUED, RUNNING)


class Batch(Base):
    """The photos of one request, analysed strictly one after another."""

    __tablename__ = "batches"
    __table_args__ = ({"info": belongs(stays="its jobs are the service's record", travels=False)},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    joining: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false(), index=True)
    """Its packs become one as soon as all its jobs have ended."""
    into_pack_id: Mapped[str | None] = mapped_column(String(32), info=PACK)
    """The pack to which they are added; None: the first of them."""
    jobs: Mapped[list["Job"]] = relationship(back_populates="batch", order_by="Job.number")


class Job(Base):
    """One photo or text on its way to a pack; see jobs/queue.py for its life."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_state_created", "state", "created_at"),
        Index("ix_jobs_guest_created", "guest_id", "created_at"),
        Index("ix_jobs_address_created", "address_hash", "created_at"),
        Index("ix_jobs_turn", "folder_id", "state", "turn", "guest_id", "created_at", "number"),
        Index("ix_jobs_done", "folder_id", "kind", "finished_at", info=only("state = 'done'")),
        Index("ix_jobs_finished", "finished_at", info=only("finished_at IS NOT NULL")),
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
    document_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The document whose page it reads: its file bears that id."""
    page: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Of the document, from 1; 0 for what has no pages."""
    text: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(Text, default="")
    private: Mapped[bool] = mapped_column(Boolean, default=False)
    keep_copy: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """The student wants a small copy of the photo kept with the pack."""
    uploaded_bytes: Mapped[int] = mapped_column(Integer, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    folder_id: Mapped[str] = mapped_column(String(32), index=True)
    runner_id: Mapped[str | None] = mapped_column(String(32))
    turn: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """The round of its folder's line in which it is served; see jobs/turns."""
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """It waits at least until then; None: it may run at once."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    request_id: Mapped[str] = mapped_column(String(64), default=trace.request_id, server_default="")
    """The request that asked for it, for the log."""
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_requested: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    stage: Mapped[str] = mapped_column(String(40), default="")
    progress: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """How far a long stage is, as `done/total` lines; empty between stages."""
    identified: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    """What the guest's sets say of its photo, as protocol/taught.py's Answer; None: none was asked."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When its pack was stored: from then on only the picture's caption is missing."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    batch: Mapped[Batch] = relationship(back_populates="jobs")
    stages: Mapped[list["JobStage"]] = relationship(order_by="JobStage.id", cascade="all, delete-orphan")


class Folder(Base):
    """An upload folder, and when a runner last served it: how machines on one database know each other."""

    __tablename__ = "upload_folders"
    __table_args__ = ({"info": of_service("a place on a machine's disk")},)

    folder_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    served_turn: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """The furthest place in its line that was served: the round, and whose job it was."""
    served_guest_id: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


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


class StageSum(Base):
    """All readings of one stage since the first one: they outlive the jobs that brought them."""

    __tablename__ = "stage_sums"
    __table_args__ = ({"info": of_service("memory of the machine, whoever sent the photo")},)

    stage: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger, default=0)
    max_rss_mb: Mapped[float] = mapped_column(default=0.0)
    max_service_mb: Mapped[float] = mapped_column(default=0.0)
    first_id: Mapped[int] = mapped_column(BigInteger, default=0)
    """Of the first reading: stages are told in the order in which they were first reached."""


class JobSum(Base):
    """How many ended jobs of a kind were deleted, by their state."""

    __tablename__ = "job_sums"
    __table_args__ = ({"info": of_service("a number of all students' jobs")},)

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger, default=0)


class GeminiModel(Base):
    """A model, or a key, whose last calls failed, not asked before `retry_at`; shared by all processes."""

    __tablename__ = "gemini_models"
    __table_args__ = ({"info": of_service("a model's failures")},)

    model: Mapped[str] = mapped_column(String(100), primary_key=True)
    retry_at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(16), default="", server_default="")
    """What failed: away, limited, day, key, model, answer."""
    failures: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Of that kind, in a row."""
    reason: Mapped[str] = mapped_column(Text, default="")


class GeminiDay(Base):
    """Gemini calls of the whole service on one UTC day, as `YYYY-MM-DD`."""

    __tablename__ = "gemini_days"
    __table_args__ = ({"info": of_service("a sum of all students' calls")},)

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    calls: Mapped[int] = mapped_column(Integer, default=0)
