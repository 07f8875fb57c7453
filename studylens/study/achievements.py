"""Who earned which achievement: awarded in the transaction of the event that earned it."""

from datetime import datetime

from sqlalchemy.orm import Session

from studylens.models import ReviewLog, UserAchievement


def award(
    session: Session, guest_id: int, at: datetime, *, answer: ReviewLog | None = None
) -> list[UserAchievement]:
    """Add the tiers that the student has reached and did not have; return them.

    With `answer` (a counted row of the log) only what this answer could have moved is looked at, which is
    cheap; the first answer of a study day, and a call without one, look at everything.
    """
    return []
