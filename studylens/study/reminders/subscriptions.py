"""A browser's subscription to reminders: begun, listed, ended."""

import binascii
import hashlib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studylens.errors import BadForm, QuotaReached
from studylens.language import ngettext
from studylens.models import Guest, PushSubscription
from studylens.study.schedule.days import zone_of
from studylens.study.schedule.settings import settings_of

MOST_DEVICES = 5
"""Of a student: phone, tablet, laptop, and two more."""
USUAL_HOUR = 18
"""After school, before the evening."""
_POINT_BYTES, _AUTH_BYTES = 65, 16
_UNCOMPRESSED = b"\x04"


@dataclass(frozen=True)
class Offer:
    """What a browser says of itself, checked: an https address of a known service, and its keys."""

    endpoint: str
    p256dh: str
    auth: str
    hour: int
    """0-23, of the student's own clock."""
    language: str

    def __post_init__(self) -> None:
        """Refuse keys that are none. Raises BadForm."""
        point = _bytes(self.p256dh)
        if len(point) != _POINT_BYTES or not point.startswith(_UNCOMPRESSED):
            raise BadForm
        if len(_bytes(self.auth)) != _AUTH_BYTES or self.hour not in range(24):
            raise BadForm


def begin(session: Session, guest_id: int, offer: Offer, at: datetime) -> None:
    """Remind this browser from now on; one that was known changes its hour, or its student.

    Raises QuotaReached for a sixth browser.
    """
    session.execute(select(Guest.id).where(Guest.id == guest_id).with_for_update())
    known = endpoint_hash(offer.endpoint)
    row = session.scalar(select(PushSubscription).where(PushSubscription.endpoint_hash == known))
    if row is None or row.guest_id != guest_id:
        _refuse_too_many(session, guest_id)
    if row is None:
        row = PushSubscription(endpoint_hash=known, endpoint=offer.endpoint)
    row.guest_id, row.p256dh, row.auth = guest_id, offer.p256dh, offer.auth
    row.language, row.hour, row.failures = offer.language, offer.hour, 0
    row.last_sent_on = None
    row.next_at = next_time(offer.hour, settings_of(session, guest_id).time_zone, at)
    session.add(row)


def _refuse_too_many(session: Session, guest_id: int) -> None:
    mine = select(func.count()).where(PushSubscription.guest_id == guest_id)
    if (session.scalar(mine) or 0) >= MOST_DEVICES:
        raise QuotaReached(
            ngettext(
                "%(num)s device is reminded already. End one first.",
                "%(num)s devices are reminded already. End one first.",
                MOST_DEVICES,
            )
        )


def subscriptions_of(session: Session, guest_id: int | None) -> Sequence[PushSubscription]:
    """Return the student's subscriptions, the oldest first; none of a newcomer."""
    mine = select(PushSubscription).where(PushSubscription.guest_id == guest_id)
    return session.scalars(mine.order_by(PushSubscription.id)).all()


def end(session: Session, guest_id: int, known: str) -> bool:
    """End the student's subscription with this hash; False where there is none of theirs."""
    mine = (PushSubscription.guest_id == guest_id, PushSubscription.endpoint_hash == known)
    gone = delete(PushSubscription).where(*mine).returning(PushSubscription.id)
    return session.scalar(gone) is not None


def next_time(hour: int, zone: str, after: datetime) -> datetime:
    """Return the next moment (UTC) at which clocks here show the hour; later, where DST leaves it out."""
    here = zone_of(zone)
    first = after.astimezone(here).date()
    days = (first + timedelta(days=ahead) for ahead in range(3))
    moments = (datetime.combine(day, time(hour), tzinfo=here).astimezone(UTC) for day in days)
    return next(moment for moment in moments if moment > after)


def endpoint_hash(endpoint: str) -> str:
    """Return how an endpoint is known, as static/reminders/page.js counts it: SHA-256."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _bytes(text: str) -> bytes:
    """Return the bytes of base64url; none of what is no such text."""
    try:
        return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
