"""How a guest studies: read with defaults, written when first changed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import IntegrityError
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
    "swipe_on": True,
    "catch_up_days": 0,
    "weights_on": True,
}

_KEPT, _TOUCHED = "study settings", "study settings may have changed"

SETTINGS: Table = StudySettings.__table__  # type: ignore[assignment]
_NAMES = {column.name: f"settings_{column.name}" for column in SETTINGS.c}
COLUMNS = tuple(SETTINGS.c[name].label(label) for name, label in _NAMES.items())
"""For a statement that asks for something else and brings the settings along, see `settings_in`."""


@dataclass(frozen=True)
class Range:
    """What a number of the settings may be, both ends included."""

    least: int
    most: int


DAILY_CAP = Range(1, 1_000)
"""Cards a study day: a thousand take more than two hours."""
NEW_PER_DAY = Range(0, 200)
"""New cards a study day: each takes about five answers in its first month (simulated)."""
RETENTION = Range(70, 97)
"""Per cent: below it much is forgotten; at 97 a card takes twice the answers of 90 in its first year."""
CATCH_UP_DAYS = Range(1, 60)
"""Study days over which a backlog is spread."""


@dataclass(frozen=True)
class Choices:
    """What a student chose on the page of settings, checked."""

    time_zone: str
    daily_cap: int
    new_per_day: int
    retention: float
    four_buttons: bool
    streak_on: bool
    swipe_on: bool = True
    zone_shown: str = ""
    """The zone that the form came with: who sends it back has not chosen it. Empty: the one that is kept."""


def settings_of(session: Session, guest_id: int | None) -> StudySettings:
    """Return the guest's settings; without a row the defaults, not yet added to the session."""
    kept: StudySettings | None = session.info.get(_KEPT)
    if kept is not None and kept.guest_id == guest_id:
        return kept  # Held by the session, which else forgets and asks anew.
    found = session.get(StudySettings, guest_id) if guest_id is not None else None
    session.info[_KEPT] = found or StudySettings(guest_id=guest_id, **_DEFAULTS)
    return session.info[_KEPT]  # type: ignore[no-any-return]


def settings_in(guest_id: int, row: Any) -> StudySettings:
    """Return the settings in a row of COLUMNS, in no session; the defaults where all are NULL."""
    found = {name: getattr(row, label) for name, label in _NAMES.items()}
    return StudySettings(**(found if found["guest_id"] is not None else {"guest_id": guest_id, **_DEFAULTS}))


def offer_settings(session: Session, settings: StudySettings) -> None:
    """Let `settings_of` return these, unless the session has others, or may have changed them."""
    kept: StudySettings | None = session.info.get(_KEPT)
    if not session.info.get(_TOUCHED) and (kept is None or kept.guest_id != settings.guest_id):
        session.info[_KEPT] = settings


def settings_to_change(session: Session, guest_id: int) -> StudySettings:
    """Return the guest's settings in a session that writes; a row is added when there is none."""
    session.info.pop(_KEPT, None)
    session.info[_TOUCHED] = True
    found = session.get(StudySettings, guest_id)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            session.add(StudySettings(guest_id=guest_id, **_DEFAULTS))
    except IntegrityError:  # Another tab was quicker; its row is as good.
        session.expire_all()
    return session.get_one(StudySettings, guest_id)


def choose(session: Session, guest_id: int, choices: Choices) -> None:
    """Keep what the student chose; the browser's word about the zone no longer counts when it was changed."""
    settings = settings_to_change(session, guest_id)
    if choices.time_zone != (choices.zone_shown or settings.time_zone):
        settings.time_zone, settings.zone_chosen = choices.time_zone, True
    settings.daily_cap, settings.new_per_day = choices.daily_cap, choices.new_per_day
    settings.retention, settings.four_buttons = choices.retention, choices.four_buttons
    settings.streak_on, settings.swipe_on = choices.streak_on, choices.swipe_on


def offer_zone(session: Session, guest_id: int, zone: str) -> None:
    """Take the zone that the browser says, unless the student chose one."""
    settings = settings_of(session, guest_id)
    if not settings.zone_chosen and settings.time_zone != zone:
        settings_to_change(session, guest_id).time_zone = zone


def catch_up(session: Session, guest_id: int, *, days: int, begun: date) -> None:
    """Spread what waits over so many study days from `begun`; 0 ends it."""
    settings = settings_to_change(session, guest_id)
    settings.catch_up_days = days
    settings.catch_up_from = begun.isoformat() if days else None
