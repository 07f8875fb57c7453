"""The pages of a pack: photos in it, kept copies of them, and new cards proposed for them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import Merging, belongs
from studylens.models.columns import (
    FROM_ZERO,
    NO_LINES,
    PAGE,
    UtcDateTime,
    lines_inside,
    now,
)


class PackProposal(Base):
    """New cards and questions made from a corrected transcript, until the student takes or drops them."""

    __tablename__ = "pack_proposals"
    __table_args__ = ({"info": belongs(Merging.DROP, listed="proposals")},)

    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), primary_key=True)
    job_id: Mapped[str | None] = mapped_column(ForeignKey("jobs.id", ondelete="SET NULL"), index=True)
    line_numbers: Mapped[list[int]] = mapped_column(JSON, default=list, info=lines_inside("*"))
    """`n` of each transcript line that was sent, in order: a source line is a place in this list."""
    material: Mapped[dict[str, Any] | None] = mapped_column(
        JSON,
        info=lines_inside(
            "key_terms.*.source_line",
            "cards.*.source_line",
            "quiz.*.source_line",
            "judged.facts.*.first",
            "judged.facts.*.last",
            "judged.suggestions.*.source_line",
        ),
    )
    """None until its job has ended."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class PackPage(Base):
    """One photo of a pack that was made from several; a pack without pages is made from its job's photo."""

    __tablename__ = "pack_pages"
    __table_args__ = ({"info": belongs(listed="pages", known_by=("n",))},)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    n: Mapped[int] = mapped_column(info=PAGE)
    """From 1, in the student's order."""
    job_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The job that read it, so that its page still leads to this pack."""
    name: Mapped[str] = mapped_column(String(100), default="")
    title: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Of the pack that it was; its summary and explanation stand under it."""
    summary: Mapped[str] = mapped_column(Text, default="", server_default="")
    explanation: Mapped[str] = mapped_column(Text, default="", server_default="")
    sha256: Mapped[str] = mapped_column(String(64), default="", index=True)
    caption: Mapped[str] = mapped_column(Text, default="")
    caption_engine: Mapped[str] = mapped_column(String(100), default="")
    text_engine: Mapped[str] = mapped_column(String(100), default="")
    quality: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=NO_LINES)
    receipt: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=NO_LINES)


class PackPicture(Base):
    """A copy of a photo that the student chose to keep: re-encoded, longest side 800 px."""

    __tablename__ = "pack_pictures"
    __table_args__ = ({"info": belongs()},)

    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=PAGE)
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)
    width: Mapped[int] = mapped_column(info=FROM_ZERO)
    height: Mapped[int] = mapped_column(info=FROM_ZERO)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
