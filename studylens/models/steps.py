"""Long work that goes in steps, and what takes it back: packs that are joined, files that come in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import belongs
from studylens.models.columns import FROM_ONE, NO_LINES, PACK, UtcDateTime, new_id, now

WAITING, JOINED, LEAVING = "waiting", "joined", "leaving"
"""States of a pack on its way into another one: it is next, it is in, it is to come home."""


class PackJoin(Base):
    """One pack that was joined to `pack_id`; its row is gone from `packs`, and stands in `kept`."""

    __tablename__ = "pack_joins"
    __table_args__ = (
        Index("ix_pack_joins_latest", "pack_id", "joined_at"),
        {"info": belongs(travels=False)},
    )

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


ASKS = "asks"
"""A table waits for the student's word on how it is to be read; nobody carries it."""
ARRIVED, READING, STORING, SHOWING, UNDOING = "arrived", "reading", "storing", "showing", "undoing"
"""It waits; is read and checked; comes in, hidden; is shown; goes out again after a fault or on wish."""
BROUGHT_IN, REFUSED, STOPPED = "done", "failed", "cancelled"
"""How it ends."""
NEEDS_FILE, WITHOUT_FILE = (ASKS, ARRIVED, READING, STORING), (SHOWING, UNDOING)
"""States in which its file must still be there; in which all that is left to do is in the database."""
ON_ITS_WAY = (ARRIVED, READING, STORING, *WITHOUT_FILE)


class Import(Base):
    """One file that a guest has sent; jobs/imports carries it in steps."""

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_state_created", "state", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), index=True)
    address_hash: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    folder_id: Mapped[str] = mapped_column(String(32), default="", server_default="")
    """The machine's folder in which the file lies."""
    name: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """The file's, made safe; never part of a path."""
    bytes: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    keeps_schedule: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """The student wants a deck's schedule taken over; else its cards begin anew."""
    state: Mapped[str] = mapped_column(String(10), default=ARRIVED, server_default=ARRIVED)
    choice: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """How a table is to be read, as study/exchange/tables/choice.py writes it; None: as it is found."""
    cancel_requested: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    place: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Bytes of what was read that are stored; all before are in the database, none after."""
    size: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Bytes of what was read."""
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the result page tells."""
    notes: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the next step must know: decks that are open, whether the account was empty."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportStep(Base):
    """What one step has added and changed, so that it can be taken back; gone when the import has ended."""

    __tablename__ = "import_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[str] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), index=True)
    kept: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """As study/exchange/arriving/journal.py writes it."""
