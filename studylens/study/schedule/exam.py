"""Before an exam: nothing of its pack comes back later, and everything comes once more shortly before."""

from datetime import date, timedelta

LAST_DAYS = 3
"""Study days before the exam over which the last round is spread: one evening would be too full."""


def last_round_begins(exam: date) -> date:
    """Return the first study day of the last round."""
    return exam - timedelta(days=LAST_DAYS)


def is_last_round(today: date, exam: date | None) -> bool:
    """Say whether the last round before the exam is going on."""
    return exam is not None and last_round_begins(exam) <= today < exam


def bounded(day: date, *, exam: date | None, answered_on: date, today: date, card_id: int) -> date:
    """Return the study day on which a card that is naturally due on `day` comes back.

    Once the exam's own day has begun it counts as over. A card that was answered in the last round
    waits for the morning of the exam at most.
    """
    if exam is None or today >= exam or day < exam:
        return day
    begins = last_round_begins(exam)
    if answered_on >= begins:
        return exam
    first = max(begins, today)
    return first + timedelta(days=card_id % (exam - first).days)
