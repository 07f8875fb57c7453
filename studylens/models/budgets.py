"""What guests use of what they may: sums of what is kept, and counts of what was asked for."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import Merging, belongs, of_service
from studylens.models.columns import FROM_ZERO, PACK, UtcDateTime


class GuestUse(Base):
    """What a guest keeps: the sum of the packs' rows below, and the bytes of what belongs to no pack."""

    __tablename__ = "guest_uses"

    guest_id: Mapped[int] = mapped_column(
        ForeignKey("guests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    packs: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cards: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    pack_bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    rest_bytes: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Cut-outs, sheets, templates, sets of photos and pages of open documents."""


class PackUse(Base):
    """What was last counted of a pack, so that a change of it changes the guest's sum by the difference."""

    __tablename__ = "pack_uses"
    __table_args__ = ({"info": belongs(Merging.REMADE, travels=False)},)

    pack_id: Mapped[str] = mapped_column(String(32), primary_key=True, info=PACK)
    """Without a foreign key: the row says what to take off when the pack is gone."""
    guest_id: Mapped[int] = mapped_column(Integer, index=True)
    cards: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0, info=FROM_ZERO)


class BudgetCount(Base):
    """How often something was asked for in one window, by one guest, one address or everybody."""

    __tablename__ = "budget_counts"
    __table_args__ = ({"info": of_service("numbers of one window, which end with it")},)

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    """`guest:` and its number, `address:` and the address's keyed hash, or `all`."""
    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True, index=True)
    """When the window is over and counting begins anew."""
    count: Mapped[int] = mapped_column(BigInteger, default=0)
