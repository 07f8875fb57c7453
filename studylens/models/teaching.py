"""What guests teach: sets of classes of photos, kept as features, and what training made of them."""

from datetime import datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studylens.models.base import Base
from studylens.models.belonging import belongs
from studylens.models.columns import FROM_ZERO, NO_LINES, PACK, ROW, UtcDateTime, now


class PhotoSet(Base):
    """A set that a guest teaches, such as the leaves of eight trees."""

    __tablename__ = "photo_sets"
    __table_args__ = ({"info": belongs(stays="a set outlives the cards made of it", travels=False)},)

    id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    """When a class or photo last came or went; later than `trained_at`: train again."""
    trained_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    training_job_id: Mapped[str | None] = mapped_column(String(32))
    """The job that trains it, or did so last."""
    head: Mapped[bytes | None] = mapped_column(LargeBinary)
    """As analysis/seeing/head.py packs it: 32-bit numbers, (1281, classes)."""
    head_classes: Mapped[list[int] | None] = mapped_column(JSON, info=NO_LINES)
    """Ids of the classes, one a column of the head."""
    refuse_below: Mapped[float] = mapped_column(Float, default=0.0, server_default="0")
    """Cosine to the nearest photo under which a picture is none of these."""
    pack_id: Mapped[str | None] = mapped_column(String(32), info=PACK)
    """The pack of its cards, if any were made."""
    classes: Mapped[list["SetClass"]] = relationship(
        order_by="SetClass.id", cascade="all, delete-orphan", passive_deletes=True
    )


class SetClass(Base):
    """A kind of thing within a set."""

    __tablename__ = "set_classes"

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("photo_sets.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(Text, default="", server_default="")
    photos: Mapped[list["SetPhoto"]] = relationship(
        order_by="SetPhoto.id", cascade="all, delete-orphan", passive_deletes=True
    )


class SetPhoto(Base):
    """A photo of a class: its features, and a small copy unless the student wants none kept."""

    __tablename__ = "set_photos"
    __table_args__ = (Index("ix_set_photos_photo", "class_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("set_classes.id", ondelete="CASCADE"))
    job_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The job that looks at it; without one it came in a file."""
    name: Mapped[str] = mapped_column(String(100), default="", server_default="")
    sha256: Mapped[str] = mapped_column(String(64), default="", server_default="")
    features: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """1,280 numbers of 16 bits; None until its job has ended."""
    jpeg: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    width: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=FROM_ZERO)
    """Of the small copy, px; 0: there is none."""
    height: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=FROM_ZERO)
    guess_id: Mapped[int | None] = mapped_column(Integer, info=ROW)
    """The class that the last training would give it without itself; None: it was not in it, or alone."""
    added_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
