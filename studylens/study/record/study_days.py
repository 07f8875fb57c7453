"""What a student did on each study day, as counted in study/record/tallies.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import ReviewDay

_COLUMNS = (
    ReviewDay.local_date, ReviewDay.zone, ReviewDay.reviews, ReviewDay.passed, ReviewDay.duration_ms,
    ReviewDay.new_cards, ReviewDay.young_reviews, ReviewDay.young_passed, ReviewDay.mature_reviews,
    ReviewDay.mature_passed, ReviewDay.crammed, ReviewDay.quiz_answers, ReviewDay.quiz_right,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StudyDay:
    """One study day and its sums; the columns of ReviewDay."""

    date: date
    zone: str = ""
    reviews: int = 0
    passed: int = 0
    duration_ms: int = 0
    new_cards: int = 0
    young_reviews: int = 0
    young_passed: int = 0
    mature_reviews: int = 0
    mature_passed: int = 0
    crammed: int = 0
    quiz_answers: int = 0
    quiz_right: int = 0

    @property
    def answers(self) -> int:
        """Reviews, crammed cards and quiz answers; a day with none of them was not studied."""
        return self.reviews + self.crammed + self.quiz_answers

    @property
    def recalls(self) -> int:
        """Cards from earlier days that were remembered."""
        return self.young_passed + self.mature_passed


def days_of(session: Session, guest_id: int) -> tuple[StudyDay, ...]:
    """Return the days on which the guest studied, oldest first."""
    rows = select(*_COLUMNS).where(ReviewDay.guest_id == guest_id).order_by(ReviewDay.local_date)
    found = (_day(row) for row in session.execute(rows))
    return tuple(day for day in found if day is not None and day.answers > 0)


def _day(row: Sequence[Any]) -> StudyDay | None:
    """Return the row as a day; None when its date, perhaps from a restored file, is none."""
    try:
        return StudyDay(date.fromisoformat(row[0]), *row[1:])
    except ValueError:
        return None
