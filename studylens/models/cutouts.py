"""Pictures of cards: what was cut out of photos and waits for an hour, what students put on cards or hide."""

from datetime import datetime

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Integer, LargeBinary, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import belongs
from studylens.models.columns import (
    FROM_ONE,
    FROM_ZERO,
    NO_LINES,
    PAGE,
    RANDOM_ID,
    UtcDateTime,
    between,
    now,
)

LABEL = "label"
"""`kind` of a card that asks what is hidden; its back is the label's word, or empty."""
PICTURED = "picture"
"""`kind` of a card with a side that is a picture alone: the words of that side are empty."""
ALT_CHARS = 200
"""Of what a picture shows: a sentence, as a screen reader says it."""
_SHARE = between(0, 1)


class Cutout(Base):
    """One job's wish and what was cut out; it ends by itself (limits.CUTOUT_SECONDS)."""

    __tablename__ = "cutouts"
    __table_args__ = ({"info": belongs(travels=False)},)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """That of its job."""
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"), index=True)
    pack_id: Mapped[str | None] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    """The pack of whose photo it is a part; None: of a photo alone."""
    page: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=PAGE)
    wish: Mapped[str] = mapped_column(Text, default="")
    """As analysis/protocol/cutting.py writes it, so that a brush can go on from it."""
    picture: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None until its job has ended well."""
    media_type: Mapped[str] = mapped_column(String(20), default="")
    width: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    height: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    way: Mapped[str] = mapped_column(String(20), default="")
    """What cut it out: page, ink, box, or a network's name."""
    notes: Mapped[list[str]] = mapped_column(JSON, default=list, info=NO_LINES)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class CardPicture(Base):
    """A picture on a side of a card: cut out of a photo of its pack, or come in with a deck."""

    __tablename__ = "card_pictures"
    __table_args__ = ({"info": belongs(known_by=("card_uid", "on_back"))},)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    card_uid: Mapped[str] = mapped_column(String(32), index=True, info=RANDOM_ID)
    """The card's `uid`, which means the same everywhere."""
    picture: Mapped[bytes] = mapped_column(LargeBinary)
    webp: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """WebP; else PNG."""
    width: Mapped[int] = mapped_column(Integer, info=FROM_ZERO)
    height: Mapped[int] = mapped_column(Integer, info=FROM_ZERO)
    on_back: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """It is the answer, and not the question: a card may have one of each."""
    hidden: Mapped[list[float] | None] = mapped_column(JSON, info=NO_LINES)
    """The part (left, top, right, bottom in 0-1 of it) that the front covers and the back shows."""
    way: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What cut it out; `import`: it came in with a deck."""
    alt: Mapped[str] = mapped_column(String(ALT_CHARS), default="", server_default="")
    """What the picture shows, in words; empty: not known, or it would tell the answer."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    @property
    def media_type(self) -> str:
        """The picture's type, as a browser wants to know it."""
        return "image/webp" if self.webp else "image/png"


class CardLabel(Base):
    """The part of a page's picture that a card covers, in 0-1 of the picture as it was turned to be read."""

    __tablename__ = "card_labels"
    __table_args__ = ({"info": belongs(listed="labels", known_by=("card_uid",))},)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    card_uid: Mapped[str] = mapped_column(String(32), index=True, info=RANDOM_ID)
    """The card's `uid`, which means the same everywhere."""
    page: Mapped[int] = mapped_column(Integer, info=PAGE)
    """Labels of one page are hidden together."""
    set_uid: Mapped[str] = mapped_column(String(32), info=RANDOM_ID)
    """The same for all labels of the picture: its note in Anki, which an import again updates."""
    n: Mapped[int] = mapped_column(Integer, info=FROM_ONE)
    """The label's number within that note, never given twice: Anki keeps a schedule under it."""
    extra: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What stands below the answer, as a deck of Anki brought it."""
    hides_all: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """The other labels are covered, too, while this one is asked."""
    x0: Mapped[float] = mapped_column(Float, info=_SHARE)
    y0: Mapped[float] = mapped_column(Float, info=_SHARE)
    x1: Mapped[float] = mapped_column(Float, info=_SHARE)
    y1: Mapped[float] = mapped_column(Float, info=_SHARE)
    version: Mapped[int] = mapped_column(Integer, default=1, server_default="1", info=FROM_ONE)
    """Counted up by every change: of two in a restore, the one that was changed more often stays."""
