"""Sheets that were made of packs, for a day, and the templates of students' own."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import belongs
from studylens.models.columns import FROM_ONE, FROM_ZERO, NO_LINES, UtcDateTime, now


class SheetBatch(Base):
    """The sheets of one job; they end by themselves (sheet_limits.SHEETS_SECONDS)."""

    __tablename__ = "sheet_batches"
    __table_args__ = ({"info": belongs(travels=False)},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """That of its job."""
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), index=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    templates: Mapped[list[str]] = mapped_column(JSON, default=list, info=NO_LINES)
    """Ids of the wished templates, in order."""
    notes: Mapped[list[str]] = mapped_column(JSON, default=list, info=NO_LINES)
    """What could not stand on them, for the student."""
    made: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    """How many of the templates are filled; a job that was killed goes on with the next."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class SheetPage(Base):
    """One page of a filled template, as a picture."""

    __tablename__ = "sheet_pages"
    __table_args__ = (UniqueConstraint("batch_id", "n", "place"), {"info": belongs(travels=False)})

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("sheet_batches.id", ondelete="CASCADE"), index=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    n: Mapped[int] = mapped_column(Integer, info=FROM_ONE)
    """Place of its template in the request, from 1."""
    place: Mapped[int] = mapped_column(Integer, info=FROM_ONE)
    """Of the page among those of its template, from 1."""
    name: Mapped[str] = mapped_column(String(120))
    """Of its file."""
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int] = mapped_column(Integer, info=FROM_ZERO)
    height: Mapped[int] = mapped_column(Integer, info=FROM_ZERO)
    picture: Mapped[bytes] = mapped_column(LargeBinary)


class SheetTemplate(Base):
    """A template that a student made: four corners on a colour or on a picture."""

    __tablename__ = "sheet_templates"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    background: Mapped[str] = mapped_column(String(20))
    """A colour `#rrggbb`, or `picture`."""
    corners: Mapped[list[list[float]]] = mapped_column(JSON, info=NO_LINES)
    """Top left, top right, bottom right, bottom left; x and y in 0-1."""
    width: Mapped[int] = mapped_column(Integer, info=FROM_ONE)
    height: Mapped[int] = mapped_column(Integer, info=FROM_ONE)
    content: Mapped[str] = mapped_column(String(20))
    picture: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
