"""When cards come back, and everything that was ever answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base, only
from studylens.models.belonging import belongs
from studylens.models.columns import DAY, FROM_ZERO, NO_LINES, PACK, RANDOM_ID, ROW, UtcDateTime, between

NEW, LEARNING, REVIEW, RELEARNING = 0, 1, 2, 3
"""States of a card; 1-3 are the numbers of the fsrs package."""
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
"""Ratings, as in the fsrs package; from HARD on the card was remembered."""
LOG_REVIEW, LOG_CRAM, LOG_QUIZ, LOG_UNDO, LOG_RESCHEDULE = "review", "cram", "quiz", "undo", "reschedule"
"""Kinds of log rows: only `review` rows move the schedule; `quiz` rows may make a card due."""
LOG_ELSEWHERE = "elsewhere"
"""An answer in another program: a card's history, which goes out again; only weights are fitted to it."""

TYPED_RIGHT = "right"
"""The judge's word for a typed answer that is right (judging/typed), which the service need not load."""


class CardSchedule(Base):
    """When an accepted card comes back; a draft has no row."""

    __tablename__ = "card_schedules"
    __table_args__ = (
        Index("ix_card_schedules_due", "guest_id", "suspended", "due_at"),
        Index("ix_card_schedules_queue", "guest_id", "suspended", "state", "due_at"),
        Index("ix_card_schedules_typed", "guest_id", info=only("typed_on IS NOT NULL")),
        {"info": belongs()},
    )

    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id", ondelete="CASCADE"), primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"))
    pack_id: Mapped[str] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"), index=True)
    state: Mapped[int] = mapped_column(Integer, default=NEW, info=between(0, 3))
    step: Mapped[int | None] = mapped_column(info=between(0, 100))
    stability: Mapped[float | None] = mapped_column(info=between(0.001, 1_000_000))
    """Days until recall falls to 90 %."""
    difficulty: Mapped[float | None] = mapped_column(info=between(1, 10))
    """1-10."""
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """In REVIEW: 4:00 UTC of its study day, for all zones (studylens/study/schedule/due_day.py)."""
    last_review_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reps: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    lapses: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    suspended: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    leech: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    buried_on: Mapped[str | None] = mapped_column(String(10), info=DAY)
    """The study day (`YYYY-MM-DD`) on which it stays away since a sibling was answered."""
    met_on: Mapped[str | None] = mapped_column(String(10), info=DAY)
    """The study day of its first answer; this and the next: by the log (study/record/evidence.py)."""
    held_from: Mapped[str | None] = mapped_column(String(10), info=DAY)
    """The first later day on which it was recalled since it was last forgotten; `held_to`: the last one."""
    held_to: Mapped[str | None] = mapped_column(String(10), info=DAY)
    lost_on: Mapped[str | None] = mapped_column(String(10), info=DAY)
    """The last later day on which it was forgotten."""
    typed_on: Mapped[str | None] = mapped_column(String(10), info=DAY)
    """The last day on which its answer was typed, and right."""


class ReviewLog(Base):
    """One answer, append-only: everything from which any number can be counted again."""

    __tablename__ = "review_log"
    __table_args__ = (
        Index("ix_review_log_day", "guest_id", "local_date", "id"),
        Index("ix_review_log_guest", "guest_id", "id"),
        Index("ix_review_log_undone", "guest_id", "local_date", info=only("undoes_id IS NOT NULL")),
        Index("ux_review_log_request", "guest_id", "request_key", unique=True),
        {"info": belongs(stays="what was learned stays learned")},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id", ondelete="SET NULL"), index=True)
    card_uid: Mapped[str | None] = mapped_column(String(32), info=RANDOM_ID)
    pack_id: Mapped[str | None] = mapped_column(String(32), index=True, info=PACK)
    kind: Mapped[str] = mapped_column(String(16))
    rating: Mapped[int | None] = mapped_column(info=between(1, 4))
    reviewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    local_date: Mapped[str] = mapped_column(String(10), info=DAY)
    """The study day, which begins at 4 o'clock in the student's zone."""
    local_hour: Mapped[int] = mapped_column(info=between(0, 23))
    zone: Mapped[str] = mapped_column(String(64))
    duration_ms: Mapped[int] = mapped_column(Integer, default=0, info=FROM_ZERO)
    state_before: Mapped[int | None] = mapped_column(info=between(0, 3))
    retrievability: Mapped[float | None] = mapped_column(info=between(0, 1))
    """Chance of recall that the schedule expected, 0-1; None for a new card."""
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=NO_LINES)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=NO_LINES)
    """The columns of CardSchedule, as JSON, before and after."""
    undoes_id: Mapped[int | None] = mapped_column(info=ROW)
    """Row that this `undo` row takes back; neither counts any more."""
    request_key: Mapped[str | None] = mapped_column(String(64))
    """Random key of the form that was sent: a double submit is one answer."""
    verdict: Mapped[str | None] = mapped_column(String(16))
    """What the judge said of a typed answer (judging/typed); None: not typed, or before this was kept."""


class _Counts:
    """Sums over log rows; rows that were undone do not count."""

    reviews: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    passed: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    duration_ms: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0", info=FROM_ZERO)
    """Of reviews, cramming and quizzes together."""
    new_cards: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    young_reviews: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Of cards in state REVIEW with a stability under 21 days; mature: from 21 days on."""
    young_passed: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    mature_reviews: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    mature_passed: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    crammed: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    quiz_answers: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    quiz_right: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class ReviewDay(_Counts, Base):
    """What a guest did on one study day: counted with each log row, and countable again from the log."""

    __tablename__ = "review_days"

    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), primary_key=True)
    local_date: Mapped[str] = mapped_column(String(10), primary_key=True, info=DAY)
    zone: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """Where the student's clock was at the day's latest answer: a traveller's day may be short."""


class ReviewTotal(_Counts, Base):
    """The sum of all days of a guest in one row, and sums that only achievements need."""

    __tablename__ = "review_totals"

    guest_id: Mapped[int] = mapped_column(
        ForeignKey("guests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    days: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Study days with at least one answer."""
    matured: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Answers that lifted a card's stability over 21 days; next: of cards forgotten before; of leeches."""
    mended: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    leeches_repaired: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    hard_won: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Recalls that the schedule had given less than 70 %."""
    after_30: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Recalls at least so many days after the card was last seen."""
    after_90: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    after_180: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    after_365: Mapped[int] = mapped_column(Integer, default=0, server_default="0")


class ReviewHour(Base):
    """Answers by hour of the student's day and by where the card stood (study/record/gains.py)."""

    __tablename__ = "review_hours"

    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), primary_key=True)
    local_hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=between(0, 23))
    state: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=between(0, 3))
    reviews: Mapped[int] = mapped_column(Integer, default=0)
    passed: Mapped[int] = mapped_column(Integer, default=0)
