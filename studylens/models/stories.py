"""Picture stories: panels that an image model draws of a pack's lines, and how many a day saw."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import belongs, of_service
from studylens.models.columns import FROM_ZERO, LINE, RANDOM_ID, UtcDateTime, new_id, now

PANEL_WAITS, PANEL_ASKED, PANEL_DRAWN, PANEL_FAILED, PANEL_LOST = "waits", "asked", "drawn", "failed", "lost"
"""Of a panel. `asked`: a model may be drawing it, and it may be paid for; `lost`: it was asked for, and its
answer never came, so that only the student asks again."""


class StoryPanel(Base):
    """A panel of a pack's story; all panels of a pack, in the order of their ids, are its story."""

    __tablename__ = "story_panels"
    __table_args__ = ({"info": belongs(listed="story", known_by=("uid",)), "sqlite_autoincrement": True},)
    # Jobs name a panel by its id: that of a deleted one must not be given to another.

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    uid: Mapped[str] = mapped_column(String(32), default=new_id, info=RANDOM_ID)
    """The same in every copy of the pack."""
    line: Mapped[int | None] = mapped_column(Integer, info=LINE)
    """The line of the page that its caption comes from; None: the student wrote it."""
    caption: Mapped[str] = mapped_column(Text)
    """What stands below it; the model draws no writing."""
    scene: Mapped[str] = mapped_column(Text)
    """What it shows, as the model is told."""
    look: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Who and what returns in every panel."""
    state: Mapped[str] = mapped_column(String(16), default=PANEL_WAITS)
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why there is no picture, or no new one."""
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=FROM_ZERO)
    """Calls for this picture that were refused before anything was drawn."""
    model: Mapped[str] = mapped_column(String(100), default="", server_default="")
    """Of its picture."""
    jpeg: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    width: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=FROM_ZERO)
    """Of the picture, px; 0: there is none."""
    height: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=FROM_ZERO)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class StoryDay(Base):
    """Panels that the whole service asked for on one UTC day, as `YYYY-MM-DD`."""

    __tablename__ = "story_days"
    __table_args__ = ({"info": of_service("a sum of all students' pictures")},)

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    panels: Mapped[int] = mapped_column(Integer, default=0)
