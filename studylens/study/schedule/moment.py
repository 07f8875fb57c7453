"""The moment of a request as the student's clock shows it: made once, where its transaction begins."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from studylens.models import StudySettings
from studylens.study.schedule.days import study_clock
from studylens.study.schedule.settings import settings_of


@dataclass(frozen=True)
class StudyMoment:
    """`at` is aware; study day and hour are those of the zone in the settings."""

    at: datetime
    settings: StudySettings
    today: date = field(init=False)
    """The present study day."""
    hour: int = field(init=False)
    """The hour (0-23) that the student's clock shows."""

    def __post_init__(self) -> None:
        """Read the student's clock, this once."""
        today, hour = study_clock(self.at, self.zone)
        object.__setattr__(self, "today", today)
        object.__setattr__(self, "hour", hour)

    @property
    def zone(self) -> str:
        """The student's IANA time zone."""
        return self.settings.time_zone


def moment_of(session: Session, guest_id: int | None, at: datetime) -> StudyMoment:
    """Return the moment as this guest's clock shows it; the defaults' for a newcomer."""
    return StudyMoment(at, settings_of(session, guest_id))
