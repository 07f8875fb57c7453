"""What language models cost: tokens by day and model, and answers that need not be asked for twice."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import belongs, of_service
from studylens.models.columns import FROM_ZERO, UtcDateTime, now


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
