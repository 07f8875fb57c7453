"""The moment of a request as the student's clock shows it: made once, at the door, and passed along."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from studylens.models import StudySettings
from studylens.study.schedule.days import local_hour, study_date
from studylens.study.schedule.settings import settings_of


@dataclass(frozen=True)
class StudyMoment:
    """`at` is aware; study day and hour are those of the zone in the settings."""

    at: datetime
    settings: StudySettings

    @property
    def zone(self) -> str:
        """The student's IANA time zone."""
        return self.settings.time_zone

    @cached_property
    def today(self) -> date:
        """The present study day."""
        return study_date(self.at, self.zone)

    @cached_property
    def hour(self) -> int:
        """The hour (0-23) that the student's clock shows."""
        return local_hour(self.at, self.zone)


def moment_of(session: Session, guest_id: int | None, at: datetime) -> StudyMoment:
    """Return the moment as this guest's clock shows it; the defaults' for a newcomer."""
    return StudyMoment(at, settings_of(session, guest_id))
