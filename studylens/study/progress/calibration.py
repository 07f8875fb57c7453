"""Does the schedule say the truth? Expected recall beside what was remembered, with the band of chance.

Only answers to cards from earlier days count, as in true retention; those that were taken back do not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from studylens.models import HARD, LOG_REVIEW, LOG_UNDO, REVIEW, Pack, ReviewLog
from studylens.study.progress.bands import Band, band_of

A_YEAR = timedelta(days=365)
MOST_SUBJECTS = 50
"""Those with the most answers."""
_STEPS = (0.7, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True)
class Checked:
    """`n` answers that were expected to be right in `expected` per cent, and were in `real`.

    `real` and `band` are None under 20 answers: they would be luck. `name`: YYYY-MM, a subject (empty: packs
    without one) or a range of expected recall.
    """

    name: str
    n: int
    expected: float
    real: float | None
    band: Band | None

    @property
    def month(self) -> date:
        """The first day of the month that it is about."""
        return date.fromisoformat(f"{self.name}-01")

    @property
    def is_fair(self) -> bool | None:
        """Say whether what was expected lies in the band; None where there is none."""
        return self.band.holds(self.expected) if self.band else None


@dataclass(frozen=True)
class Calibration:
    """The last year as a whole, by month (newest first), by subject, and by how sure the schedule was."""

    whole: Checked
    months: tuple[Checked, ...]
    subjects: tuple[Checked, ...]
    sureness: tuple[Checked, ...]


def calibration_of(session: Session, guest_id: int | None, today: date) -> Calibration:
    """Return what a year's answers say; empty for a newcomer."""
    month = func.substr(ReviewLog.local_date, 1, 7)
    sure = case(*((ReviewLog.retrievability < step, step) for step in _STEPS), else_=1.0)
    months = _grouped(session, guest_id, today, month)
    subjects = _grouped(session, guest_id, today, func.coalesce(Pack.subject, ""))
    steps = _grouped(session, guest_id, today, sure)
    whole = tuple(map(sum, zip(*(numbers for _, numbers in months), strict=True))) or (0, 0.0, 0)
    return Calibration(
        checked("", *whole),
        tuple(checked(str(name), *numbers) for name, numbers in sorted(months, reverse=True)),
        tuple(
            checked(str(name), *numbers)
            for name, numbers in sorted(subjects, key=lambda one: -one[1][0])[:MOST_SUBJECTS]
        ),
        tuple(checked(_step_name(float(name)), *numbers) for name, numbers in sorted(steps, reverse=True)),
    )


def _grouped(
    session: Session, guest_id: int | None, today: date, by: ColumnElement[Any]
) -> list[tuple[Any, tuple[int, float, int]]]:
    """Return of each group: its name, answers, the sum of their expected recall, and how many were right."""
    undo = select(ReviewLog.undoes_id).where(ReviewLog.guest_id == guest_id, ReviewLog.kind == LOG_UNDO)
    undo = undo.where(ReviewLog.undoes_id.is_not(None), ReviewLog.local_date > (today - A_YEAR).isoformat())
    passed = func.sum(case((ReviewLog.rating >= HARD, 1), else_=0))
    found = select(by, func.count(), func.sum(ReviewLog.retrievability), passed)
    mine = (ReviewLog.guest_id == guest_id, ReviewLog.local_date > (today - A_YEAR).isoformat())
    counted = (ReviewLog.kind == LOG_REVIEW, ReviewLog.state_before == REVIEW, ReviewLog.id.not_in(undo))
    found = found.outerjoin(Pack, Pack.id == ReviewLog.pack_id).where(*mine, *counted)
    found = found.where(ReviewLog.retrievability.is_not(None)).group_by(by)
    return [(name, (n, expected, right)) for name, n, expected, right in session.execute(found)]


def checked(name: str, n: int, expected: float, passed: int) -> Checked:
    """Return `n` answers beside what was expected of them: `expected` is the sum of chances (0-1)."""
    mean = round(100 * expected / n, 1) if n else 0.0
    band = band_of(n, passed)
    return Checked(name, n, mean, round(100 * passed / n, 1) if band else None, band)


def _step_name(step: float) -> str:
    steps: Iterable[float] = (0.0, *_STEPS, 1.0)
    below = max(one for one in steps if one < step)
    return f"{round(100 * below)}–{round(100 * step)}"
