"""A PDF whose pages wait to be chosen, and its pages as the student sees them."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studylens.models.base import Base
from studylens.models.belonging import Words, belongs
from studylens.models.columns import FROM_ZERO, PACK, UtcDateTime, now

_STAYS, _TOLD = "it ends with its file, and its jobs are kept", Words(("name", "question"))


class Document(Base):
    """An uploaded PDF that was opened; its file bears its id, and is there until `closed_at`."""

    __tablename__ = "documents"
    __table_args__ = ({"info": belongs(stays=_STAYS, travels=False, words=_TOLD)},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """That of the job that listed its pages."""
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), index=True)
    folder_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(100), default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    uploaded_bytes: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    question: Mapped[str] = mapped_column(Text, default="")
    private: Mapped[bool] = mapped_column(Boolean, default=False)
    keep_copy: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    into_pack_id: Mapped[str | None] = mapped_column(String(32), info=PACK)
    """The pack to which its pages are added; None: one of their own."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """Since then the file and the thumbnails are gone."""
    pages: Mapped[list["DocumentPage"]] = relationship(
        order_by="DocumentPage.n", cascade="all, delete-orphan", passive_deletes=True
    )


class DocumentPage(Base):
    """A page of an open document, with a small picture of it."""

    __tablename__ = "document_pages"

    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    width: Mapped[int]
    """Points, as the PDF says."""
    height: Mapped[int]
    thumbnail: Mapped[bytes | None] = mapped_column(LargeBinary)
    """JPEG, longest side 220 px; None where drawing would have taken too long."""
