"""Links by which others read a pack."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base, only
from studylens.models.belonging import belongs
from studylens.models.columns import NO_LINES, UtcDateTime, new_id, now


class SharedLink(Base):
    """A link by which whoever has it reads a pack; only the hash of its token is kept."""

    __tablename__ = "shared_links"
    __table_args__ = (
        Index("ix_shared_links_revoked", "revoked_at", info=only("revoked_at IS NOT NULL")),
        {"info": belongs(travels=False)},
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    made_for: Mapped[str] = mapped_column(String(32))
    """The pack that was shared. Another one shows nothing: its owner has joined the two since."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """For whom it is, as its owner says it."""
    parts: Mapped[list[str]] = mapped_column(JSON, default=list, info=NO_LINES)
    """What it shows: codes of study/sharing/parts.py."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
