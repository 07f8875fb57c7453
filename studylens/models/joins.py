"""Packs that became part of another one, and what it takes to bring them home."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import belongs
from studylens.models.columns import FROM_ONE, NO_LINES, PACK, UtcDateTime

WAITING, JOINED, LEAVING = "waiting", "joined", "leaving"
"""States of a pack on its way into another one: it is next, it is in, it is to come home."""


class PackJoin(Base):
    """One pack that was joined to `pack_id`; its row is gone from `packs`, and stands in `kept`."""

    __tablename__ = "pack_joins"
    __table_args__ = ({"info": belongs(travels=False)},)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[str] = mapped_column(String(32), index=True, info=PACK)
    """The pack that became part of it."""
    place: Mapped[int] = mapped_column(Integer, info=FROM_ONE)
    """From 1, in the order of the join: they go home the last one first."""
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """When the student asked: packs that were joined together share the moment."""
    state: Mapped[str] = mapped_column(String(10))
    kept: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=NO_LINES)
    """What study/packs/joins needs to undo it; None until the pack is in."""
