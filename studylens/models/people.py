"""Guests: who studies, on which devices, how and reminded when; which of them browsers keep, and changes."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, ForeignKey, Index, Integer, String, Text, false, true
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base, only
from studylens.models.belonging import of_service
from studylens.models.columns import DAY, FROM_ZERO, NO_LINES, UtcDateTime, between, new_id, now

_NOBODYS = "-"
"""What no hash begins with."""


class Guest(Base):
    """An account-less identity: only the hash of the cookie's token is kept."""

    __tablename__ = "guests"
    __table_args__ = (
        Index("ix_guests_erasing_at", "erasing_at", info=only("erasing_at IS NOT NULL")),
        Index("ix_guests_moved_to", "moved_to", info=only("moved_to IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    erasing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when everything of theirs is being deleted: no token leads to them any more."""
    moved_to: Mapped[int | None] = mapped_column(Integer)
    """The guest into whom everything of theirs is just moving: no token leads to them any more."""

    @property
    def has_first_device(self) -> bool:
        """Say whether the device on which this guest began is still signed in."""
        return not self.token_hash.startswith(_NOBODYS)


def nobodys_hash() -> str:
    """Return what stands for the hash of a guest's first token when that leads nowhere any more."""
    return _NOBODYS + secrets.token_hex(31)


class GuestDevice(Base):
    """Another device of a guest, let in by a one-time code: only the hash of its cookie's token is kept."""

    __tablename__ = "guest_devices"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """What the student calls it."""
    is_token: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """A program, which shows its token with every request; no browser."""
    scopes: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """What a token may do at the API, words between blanks; empty: all, and outside of the API, too."""
    used_on: Mapped[str | None] = mapped_column(String(10), info=DAY)
    """The day (UTC) on which the token was last shown to the API."""
    proved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When somebody last signed in here with a password, a passkey or a code; empty: by another device."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class DeviceCode(Base):
    """A one-time code that lets another device in; only its hash is kept."""

    __tablename__ = "device_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StudySettings(Base):
    """How a guest studies; a guest without a row has the defaults."""

    __tablename__ = "study_settings"

    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), primary_key=True)
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC", server_default="UTC")
    """IANA name, as the browser says it."""
    zone_chosen: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """The student chose the zone; the browser's word no longer changes it."""
    daily_cap: Mapped[int] = mapped_column(
        Integer, default=100, server_default="100", info=between(0, 100_000)
    )
    """Reviews a study day at most."""
    new_per_day: Mapped[int] = mapped_column(
        Integer, default=20, server_default="20", info=between(0, 100_000)
    )
    """New cards a study day at most, within the cap."""
    four_buttons: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Again, Hard, Good, Easy instead of Forgot and Got it."""
    retention: Mapped[float] = mapped_column(
        Float, default=0.9, server_default="0.9", info=between(0.7, 0.97)
    )
    """Desired retention for the schedule, 0.7-0.97."""
    streak_on: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    swipe_on: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """A card can be swiped to rate it, on screens that are touched."""
    catch_up_days: Mapped[int] = mapped_column(
        Integer, default=0, server_default="0", info=between(0, 10_000)
    )
    """Spread a backlog over so many days, from `catch_up_from` (`YYYY-MM-DD`); 0: not now."""
    catch_up_from: Mapped[str | None] = mapped_column(String(10), info=DAY)
    weights: Mapped[list[float] | None] = mapped_column(JSON, info=NO_LINES)
    """The 21 of FSRS-6, fitted to the student's own answers; NULL: the usual ones."""
    weights_on: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    """Fit them, and go by them."""
    fit: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=NO_LINES)
    """What became of the latest fit (studylens/study/fits/rows.py)."""
    fit_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    """When to fit next; NULL: not before there are enough answers."""
    calendar_token_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    """Opens the calendar feed of due reviews, and nothing else."""


class PushSubscription(Base):
    """A browser that is reminded of due cards once a day; nothing of it is in an account file."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (Index("ix_push_subscriptions_next", "next_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), index=True)
    endpoint_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the endpoint, by which the browser's own page knows it again."""
    endpoint: Mapped[str] = mapped_column(Text)
    """Address at the browser's push service; whoever knows it and our key can send there."""
    p256dh: Mapped[str] = mapped_column(String(100))
    """The browser's public key: a point of P-256, base64url."""
    auth: Mapped[str] = mapped_column(String(32))
    """16 bytes shared with the browser, base64url."""
    language: Mapped[str] = mapped_column(String(16), default="en", server_default="en")
    """Tag of the page on which it began."""
    hour: Mapped[int] = mapped_column(Integer, info=between(0, 23))
    """Of the student's own clock."""
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is looked at next: the coming such hour, or sooner if the push service asked to wait."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    last_sent_on: Mapped[str | None] = mapped_column(String(10), info=DAY)
    """The study day of the latest reminder."""
    failures: Mapped[int] = mapped_column(Integer, default=0, server_default="0", info=FROM_ZERO)
    """In a row."""


class OperatorKey(Base):
    """A key of somebody who runs the service, made by `flask admin`: only its hash is kept."""

    __tablename__ = "operator_keys"
    __table_args__ = ({"info": of_service("it opens the operator's page, and no student's")},)

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    """Whose it is, as the operator calls them."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Erasure(Base):
    """Something was erased whose bytes may still stand in SQLite's files; ends when they do not."""

    __tablename__ = "erasures"
    __table_args__ = ({"info": of_service("it says when, and of nobody what")},)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class KeptAccount(Base):
    """A guest whose things a browser keeps, too; there is no row until one has asked to."""

    __tablename__ = "kept_accounts"

    guest_id: Mapped[int] = mapped_column(
        ForeignKey("guests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str] = mapped_column(String(32), default=new_id, unique=True)
    """Random: under it browsers keep the account, and know it again. It opens nothing."""
    mark: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Of the latest change: milliseconds since 1970, or one more than the mark before."""
    began: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """Such a mark: what a browser was told before it no longer helps, it asks for everything anew."""


class KeptMark(Base):
    """When one part of a kept account changed last; a part that has not changed since has no row."""

    __tablename__ = "kept_marks"
    __table_args__ = (Index("ix_kept_marks_mark", "guest_id", "mark", "part"),)

    guest_id: Mapped[int] = mapped_column(
        ForeignKey("guests.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    part: Mapped[str] = mapped_column(String(40), primary_key=True)
    """As study/keeping/marks.py names it."""
    mark: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class KeptName(Base):
    """Another name of a guest's account: of a guest who moved in, or of one that a browser restored."""

    __tablename__ = "kept_names"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), index=True)
    restored: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """A browser brought it back: others may keep answers of it that this one never had."""


class LeftName(Base):
    """The name of an account that was deleted on purpose: a browser that still keeps it forgets it."""

    __tablename__ = "left_names"
    __table_args__ = ({"info": of_service("random names, and nobody's any more")},)

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
