"""How a guest studies: read with defaults, written when first changed."""

from sqlalchemy.orm import Session

from studylens.models import StudySettings

_DEFAULTS = {
    "time_zone": "UTC",
    "zone_chosen": False,
    "daily_cap": 100,
    "new_per_day": 20,
    "four_buttons": False,
    "retention": 0.9,
    "streak_on": True,
    "catch_up_days": 0,
}


def settings_of(session: Session, guest_id: int | None) -> StudySettings:
    """Return the guest's settings; without a row the defaults, not yet added to the session."""
    found = session.get(StudySettings, guest_id) if guest_id is not None else None
    return found or StudySettings(guest_id=guest_id, **_DEFAULTS)


def settings_to_change(session: Session, guest_id: int) -> StudySettings:
    """Return the guest's settings in a session that writes; a row is added when there is none."""
    found = settings_of(session, guest_id)
    session.add(found)
    return found
