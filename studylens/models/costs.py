"""What is used: tokens of models by day, answers not to be asked for twice, what guests keep and ask for."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import Merging, belongs, of_service
from studylens.models.columns import FROM_ZERO, PACK, UtcDateTime, now


class ModelDay(Base):
    """Replies of one model on one UTC day (`YYYY-MM-DD`), and their tokens as its server counted them."""

    __tablename__ = "model_days"
    __table_args__ = ({"info": of_service("a sum of all students' tokens")},)

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    engine: Mapped[str] = mapped_column(String(16), primary_key=True)
    model: Mapped[str] = mapped_column(String(100), primary_key=True)
    replies: Mapped[int] = mapped_column(Integer, default=0)
    prompt_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    answer_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    """Of the answers and of the thoughts before them: they have one price."""


class MetricSum(Base):
    """A number that only grows, for /metrics, over all processes; `name` as sight/counts.py writes it."""

    __tablename__ = "metric_sums"
    __table_args__ = ({"info": of_service("a sum of what all students asked for")},)

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[float] = mapped_column(default=0.0)


class MachineMemory(Base):
    """What the processes of one kind use (MB) of one service or worker, and when that was looked at."""

    __tablename__ = "machine_memory"
    __table_args__ = ({"info": of_service("a reading of a machine")},)

    machine_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The machine's and, since it may have several of them, the process's own id."""
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    mb: Mapped[float]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class ModelReply(Base):
    """What a model said of one photo, kept with its pack: the same photo is not paid for twice."""

    __tablename__ = "model_replies"
    __table_args__ = (
        Index("ix_model_replies_photo", "sha256", "page"),
        {"info": belongs(travels=False)},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    page: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    """Of a document, from 1; 0: a photo. It is a page of the file, not of the pack."""
    question: Mapped[str] = mapped_column(Text, default="")
    engine: Mapped[str] = mapped_column(String(16))
    model: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(16))
    """Of what was asked: llm/prompt.py."""
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


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


class UseSum(Base):
    """What a thousand guests keep together (study/budgets/everybody.py)."""

    __tablename__ = "use_sums"
    __table_args__ = ({"info": of_service("a sum of a thousand students")},)

    span: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """The guest's number, without its last three digits."""
    packs: Mapped[int] = mapped_column(Integer, default=0)
    cards: Mapped[int] = mapped_column(BigInteger, default=0)
    pack_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    rest_bytes: Mapped[int] = mapped_column(BigInteger, default=0)


class PackUse(Base):
    """What was last counted of a pack, so that a change of it changes the guest's sum by the difference."""

    __tablename__ = "pack_uses"
    __table_args__ = ({"info": belongs(Merging.REMADE, travels=False)},)

    pack_id: Mapped[str] = mapped_column(String(32), primary_key=True, info=PACK)
    """Without a foreign key: the row says what to take off when the pack is gone."""
    guest_id: Mapped[int] = mapped_column(Integer, index=True)
    cards: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    bytes: Mapped[int] = mapped_column(BigInteger, default=0, info=FROM_ZERO)


class ThrownRule(Base):
    """A rule whose items so many students delete that new ones come last (study/record/rules.py)."""

    __tablename__ = "thrown_rules"
    __table_args__ = ({"info": of_service("what students together think of a rule")},)

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    """`card` or `question`."""
    rule: Mapped[str] = mapped_column(String(40), primary_key=True)
    origin: Mapped[str] = mapped_column(String(100), primary_key=True)


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
