"""Who is due for a fit, and what became of one: kept in the student's settings, and carried with them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studylens.models import Guest, ReviewTotal, StudySettings
from studylens.study.fits.found import BETTER, FAILED, OUTCOMES, Fit
from studylens.study.schedule.settings import settings_to_change

LEAST_ANSWERS = 1_000
"""From so many on, weights that pass the test of the last fifth were better afterwards for 9 of 10 simulated
students; from 400 for one in two (benchmarks/fitting.py)."""
EVERY_DAYS = 7
AGAIN_DAYS = 1
"""After a fit that was killed or failed: a process without memory today may have some tomorrow."""
_MOST = 100.0
"""No log loss, and no share of the usual answers a day, is more: a restored file made it up."""
LOOKED_AT = 500
"""Students looked at in one sweep for who has enough answers: a few milliseconds."""


@dataclass(frozen=True)
class Told:
    """What the page says of the latest fit; losses are log losses on the answers held out."""

    outcome: str
    on: date
    answers: int
    loss_usual: float
    loss_own: float
    held_out: int
    workload: float


@dataclass(frozen=True)
class Due:
    """A student whose turn it is, and the retention (0-1) that they want."""

    guest_id: int
    retention: float


@dataclass(frozen=True)
class Look:
    """Students of one look who have enough answers and no turn yet; `after`: where the next look begins."""

    guest_ids: tuple[int, ...]
    after: int


def look(session: Session, after: int) -> Look:
    """Look at the next students, by number; from the beginning again after the last."""
    totals = select(ReviewTotal.guest_id, ReviewTotal.reviews).where(ReviewTotal.guest_id > after)
    found = session.execute(totals.order_by(ReviewTotal.guest_id).limit(LOOKED_AT)).all()
    many = [row.guest_id for row in found if row.reviews >= LEAST_ANSWERS]
    known = select(StudySettings.guest_id).where(
        StudySettings.guest_id.in_(many), StudySettings.fit_at.is_not(None)
    )
    fresh = set(many) - set(session.scalars(known)) if many else set()
    return Look(tuple(sorted(fresh)), found[-1].guest_id if len(found) == LOOKED_AT else 0)


def enrol(session: Session, guest_ids: Iterable[int], at: datetime) -> None:
    """Give these students their first turn now."""
    for guest_id in guest_ids:
        settings_to_change(session, guest_id).fit_at = at


def next_due(session: Session, at: datetime) -> Due | None:
    """Return whose turn it is. Whoever is leaving or moving in has none."""
    waiting = select(StudySettings.guest_id, StudySettings.retention, StudySettings.weights_on)
    here = (Guest.erasing_at.is_(None), Guest.moved_to.is_(None))
    waiting = waiting.join(Guest, Guest.id == StudySettings.guest_id).where(*here)
    due = waiting.where(StudySettings.fit_at <= at, StudySettings.weights_on.is_(True))
    found = session.execute(due.order_by(StudySettings.fit_at).limit(1)).one_or_none()
    return Due(found.guest_id, found.retention) if found else None


def begin(session: Session, guest_id: int, at: datetime) -> bool:
    """Take the turn, and put the next one off by a day; say whether it was still there.

    Put off first: whoever is killed in the middle does not begin at once again, and no second machine begins.
    """
    turn = update(StudySettings).where(StudySettings.guest_id == guest_id, StudySettings.fit_at <= at)
    put_off = turn.values(fit_at=at + timedelta(days=AGAIN_DAYS)).returning(StudySettings.guest_id)
    return session.scalar(put_off) is not None


def settle(session: Session, guest_id: int, fit: Fit, *, answers: int, at: datetime) -> None:
    """Keep what became of a fit. Weights that predicted no better are not taken, and old ones then go.

    A fit that failed changes nothing else, and one of a student who has left nothing at all. Cards move with
    their next answer, never here.
    """
    settings = session.get(StudySettings, guest_id)
    if settings is None or not settings.weights_on or fit.outcome == FAILED:
        return
    settings.weights = list(fit.weights) if fit.outcome == BETTER else None
    told = Told(
        fit.outcome, at.date(), answers,
        fit.loss_usual, fit.loss_own, fit.held_out, fit.workload,
    )  # fmt: skip
    kept = asdict(told) | {"on": told.on.isoformat()}
    settings.fit, settings.fit_at = kept, at + timedelta(days=EVERY_DAYS)


def switch(session: Session, guest_id: int, *, on: bool, at: datetime) -> None:
    """Go by the student's own weights or no longer; going by them again begins with a fit."""
    settings = settings_to_change(session, guest_id)
    if on and not settings.weights_on and settings.fit_at is not None:
        settings.fit_at = at
    settings.weights_on = on


def told_of(settings: StudySettings) -> Told | None:
    """Return what is kept of the latest fit; None where there was none, or a restored file made it up."""
    return _read(settings.fit) if settings.fit else None


def _read(kept: Mapping[str, Any]) -> Told | None:
    try:
        told = Told(
            str(kept["outcome"]), date.fromisoformat(kept["on"]), int(kept["answers"]),
            float(kept["loss_usual"]), float(kept["loss_own"]),
            int(kept["held_out"]), float(kept["workload"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    is_sensible = all(0 <= one <= _MOST for one in (told.loss_usual, told.loss_own, told.workload))
    return told if told.outcome in OUTCOMES and is_sensible else None
