"""How a page fades: what is known of it day by day if nobody looks at it, and what came of such days so far.

The curve is the schedule's own, of the cards that were answered; the answers given to them say how far to
trust it, so it is drawn from 20 of them on. Only answers to cards from earlier days count, as in calibration.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import HARD, LOG_REVIEW, LOG_UNDO, NEW, REVIEW, CardSchedule, Flashcard, Pack, ReviewLog
from studylens.study.progress.bands import LEAST_REVIEWS, Band, band_ahead
from studylens.study.progress.calibration import Checked, checked
from studylens.study.progress.cards import chance
from studylens.study.schedule.days import study_date
from studylens.study.schedule.moment import StudyMoment
from studylens.study.schedule.weights import weights_of

DAYS = (0, 1, 2, 3, 5, 7, 10, 14, 21, 28, 42, 60)
"""Study days from today on at which the curve is told: it bends at first, and is nearly straight later."""
MOST_ANSWERS = 2_000
"""The latest answers to a page's cards that are looked at: more move no share by a tenth of a per cent."""
_SPANS = (1, 3, 7, 14, 30)
"""Last days of the spans after which cards came back; what is longer is the last span."""


@dataclass(frozen=True)
class Point:
    """What is expected to be known so many days from today, in per cent of the cards, with its band."""

    days: int
    expected: float
    band: Band


@dataclass(frozen=True)
class Fading:
    """The curve (empty under 20 answers) of so many cards, and what was remembered after how many days."""

    answers: int
    cards: int
    points: tuple[Point, ...]
    measured: tuple[Checked, ...]

    @property
    def lacking(self) -> int:
        """How many answers are still needed for a curve."""
        return max(0, LEAST_REVIEWS - self.answers)


def fading_of(session: Session, pack: Pack, moment: StudyMoment) -> Fading:
    """Return how the pack's page fades."""
    spans = _spans(_answers(session, pack), moment.zone)
    measured = tuple(
        checked(name, len(some), sum(expected for expected, _ in some), sum(right for _, right in some))
        for name, some in spans.items()
    )
    answers = sum(one.n for one in measured)
    stable = _stable(session, pack, moment)
    points = _curve(stable, answers, weights_of(moment.settings)) if answers >= LEAST_REVIEWS else ()
    return Fading(answers, len(stable), tuple(points), measured)


def _curve(stable: Sequence[tuple[float, int]], answers: int, weights: Any) -> Iterator[Point]:
    """Yield the points of cards, each with its stability and the days since it was answered."""
    for days in DAYS if stable else ():
        share = sum(chance(stability, ago + days, weights) for stability, ago in stable) / len(stable)
        if (band := band_ahead(answers, share, len(stable))) is not None:
            yield Point(days, round(100 * share, 1), band)


def _stable(session: Session, pack: Pack, moment: StudyMoment) -> list[tuple[float, int]]:
    rows = select(CardSchedule.stability, CardSchedule.last_review_at).join(Flashcard)
    rows = rows.where(
        CardSchedule.pack_id == pack.id, Flashcard.deleted_at.is_(None), CardSchedule.state != NEW
    )
    return [
        (stability, (moment.today - study_date(seen, moment.zone)).days)
        for stability, seen in session.execute(rows)
        if stability is not None and seen is not None
    ]


def _answers(session: Session, pack: Pack) -> Iterable[Any]:
    """Return the latest answers to the pack's cards from earlier days that were not taken back."""
    mine = (ReviewLog.pack_id == pack.id, ReviewLog.guest_id == pack.guest_id)
    undone = select(ReviewLog.undoes_id).where(mine[1], ReviewLog.kind == LOG_UNDO)
    undone = undone.where(ReviewLog.undoes_id.is_not(None))
    columns = (ReviewLog.local_date, ReviewLog.rating, ReviewLog.retrievability, ReviewLog.before)
    found = select(*columns).where(*mine, ReviewLog.kind == LOG_REVIEW, ReviewLog.state_before == REVIEW)
    found = found.where(ReviewLog.retrievability.is_not(None), ReviewLog.id.not_in(undone))
    return session.execute(found.order_by(ReviewLog.local_date.desc()).limit(MOST_ANSWERS))


def _spans(rows: Iterable[Any], zone: str) -> dict[str, list[tuple[float, int]]]:
    """Return by span of days, in order, what was expected of each answer (0-1) and whether it was right."""
    found: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for row in rows:
        if (days := _days_away(row, zone)) > 0:
            span = next((last for last in _SPANS if days <= last), 0)
            found[span].append((row.retrievability, int((row.rating or 0) >= HARD)))
    return {_name(span): found[span] for span in (*_SPANS, 0) if span in found}


def _days_away(row: Any, zone: str) -> int:
    """Return the study days since the card was answered before; 0 when the log does not say."""
    seen = row.before.get("last_review_at") if isinstance(row.before, dict) else None
    try:
        last = study_date(datetime.fromisoformat(seen), zone) if isinstance(seen, str) else None
        return (date.fromisoformat(row.local_date) - last).days if last else 0
    except ValueError:  # A restored log may hold anything.
        return 0


def _name(last: int) -> str:
    first = max((one + 1 for one in _SPANS if one < (last or _SPANS[-1] + 1)), default=1)
    return f"{first}+" if not last else str(last) if first == last else f"{first}–{last}"
