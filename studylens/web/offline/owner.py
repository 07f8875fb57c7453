"""Whose a browser's waiting answers and photos are: a mark for each student, which says nothing."""

import hashlib

from sqlalchemy.orm import Session

from studylens.models import Guest


def owner_of(session: Session, guest_id: int | None) -> str | None:
    """Return the mark of a student, 16 hexadecimal digits; None for a newcomer.

    It is the same on all of their devices and after each restart, so what waits is sent as nobody else.
    """
    guest = session.get(Guest, guest_id) if guest_id is not None else None
    if guest is None:
        return None
    return hashlib.sha256(f"{guest.id} {guest.created_at.isoformat()}".encode()).hexdigest()[:16]
