"""What is due on each of the next days, as a calendar; it says how many cards, never which."""

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from studylens.language import _, ngettext
from studylens.study.reviews.cards import due_by_day
from studylens.study.schedule.days import day_start, study_date
from studylens.study.schedule.settings import settings_of

if TYPE_CHECKING:
    from icalendar import Event

DAYS = 30
"""As far as the forecast on the progress page goes."""
REFRESH_HOURS = 6
"""How often a calendar should look again."""


def due_calendar(session: Session, guest_id: int, *, at: datetime, review_url: str) -> bytes:
    """Return an iCalendar file: one whole-day event for each study day with due cards, in the student's zone.

    The same cards give the same bytes all day, so that a calendar that asks again may get "not modified".
    """
    # Inside: 3 MB that only who has a calendar link pays for.
    from icalendar import Calendar  # noqa: PLC0415

    zone = settings_of(session, guest_id).time_zone
    calendar = Calendar()
    facts = {"prodid": "-//Studylens//Due reviews//EN", "version": "2.0", "method": "PUBLISH"}
    for name, value in {**facts, "x-wr-calname": _("Studylens reviews"), "x-wr-timezone": zone}.items():
        calendar.add(name, value)
    calendar.add("refresh-interval", timedelta(hours=REFRESH_HOURS), parameters={"value": "DURATION"})
    stamp = day_start(study_date(at, zone), zone)
    for day, cards in due_by_day(session, guest_id, zone, DAYS, at=at):
        if cards:
            calendar.add_component(_event(guest_id, day, cards, stamp=stamp, url=review_url))
    found: bytes = calendar.to_ical()
    return found


def _event(guest_id: int, day: date, cards: int, *, stamp: datetime, url: str) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - see due_calendar.

    event = Event()
    key = hashlib.sha256(f"studylens:{guest_id}".encode()).hexdigest()[:16]
    event.add("uid", f"{day:%Y%m%d}-{key}@studylens")
    event.add("dtstamp", stamp)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", ngettext("%(num)s card to review", "%(num)s cards to review", cards))
    event.add("description", _("As of now. New cards are not counted."))
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event
