"""A job's place in the line, and an honest estimate, from the same order in which jobs are taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, literal_column, select, tuple_, type_coerce
from sqlalchemy.orm import Session

from studylens.jobs.turns.order import is_ready, place_of_new, waiting_in
from studylens.models import DONE, LINES, LIVE_STATES, PHOTO, QUEUED, RUNNING, TEXT, Job, UtcDateTime, now
from studylens.reader_limits import FIRST_LINES_SECONDS

_ESTIMATE_FROM = 20
"""How many past jobs an estimate rests on: recent enough to follow the machine."""
MOST_WORKERS = 100
"""Running jobs that an estimate looks at: with more of them it is short in any case."""
_IS_DONE = Job.state == literal_column(f"'{DONE}'")
"""Word for word as in `ix_jobs_done`: of a parameter the database does not know that it is this state."""


def place_in_queue(session: Session, job: Job) -> int:
    """Return how many jobs go before this one, plus one; 0 when it runs or has ended.

    It is exact for the jobs that wait now; whoever comes later goes before it once a round at most.
    """
    if job.state != QUEUED:
        return 0
    return (session.scalar(select(func.count()).where(*_before(job))) or 0) + 1


def estimate_seconds(session: Session, job: Job) -> float | None:
    """Return the seconds until this job's cards are there, from past jobs on this machine; None: unknown."""
    typical = typical_seconds(session, job)
    if typical is None or job.state not in LIVE_STATES:
        return None
    to_cards = typical_seconds(session, job, to_cards=True) or typical
    if job.state == RUNNING:
        return max(0.0, to_cards - _spent(job.started_at))
    before = _counts(session, _before(job))
    return _until_behind(session, job.folder_id, before, typical=typical) + to_cards


@dataclass(frozen=True)
class Forecast:
    """Seconds until the cards of the last page are there, were the pages sent now."""

    photos: float
    """As photos, which this machine reads."""
    lines: float
    """As text that a device has read already; what the device needs for it comes on top."""


def forecast(session: Session, folder_id: str, guest_id: int | None, pages: int) -> Forecast | None:
    """Return what so many new pages of one student would take here; None: no photo was timed yet.

    Both wait for the same turns: reading elsewhere saves the reading, not the line.
    """
    photo = _mean(session, folder_id, PHOTO)
    if photo is None:
        return None
    turn, guest = place_of_new(session, folder_id, guest_id, pages)
    ahead = (*waiting_in(folder_id), is_ready(), tuple_(Job.turn, Job.guest_id) < (turn, guest))
    wait = _until_behind(session, folder_id, _counts(session, ahead), typical=photo)
    own = _mean(session, folder_id, LINES) or _mean(session, folder_id, TEXT) or FIRST_LINES_SECONDS
    to_cards = _mean(session, folder_id, PHOTO, to_cards=True) or photo
    return Forecast(wait + (pages - 1) * photo + to_cards, wait + pages * own)


def typical_seconds(session: Session, job: Job, *, to_cards: bool = False) -> float | None:
    """Return the mean seconds of the last jobs of this kind on this machine, whole or to their cards.

    None when there are none.
    """
    return _mean(session, job.folder_id, job.kind, to_cards=to_cards)


def _before(job: Job) -> tuple[ColumnElement[bool], ...]:
    ours = (job.turn, job.guest_id, job.created_at, job.number)
    earlier = tuple_(Job.turn, Job.guest_id, Job.created_at, Job.number) < ours
    return *waiting_in(job.folder_id), is_ready(), Job.id != job.id, earlier


def _counts(session: Session, which: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    """Return how many such jobs there are, kind by kind: a question is not a photo."""
    kinds = select(Job.kind, func.count()).where(*which).group_by(Job.kind)
    return {row[0]: row[1] for row in session.execute(kinds)}


def _until_behind(session: Session, folder_id: str, before: Mapping[str, int], *, typical: float) -> float:
    """Return the seconds until what runs now and these jobs have had their turn."""
    running = _running(session, folder_id)
    kinds = {kind for _, kind in running} | set(before)
    seconds = {kind: _mean(session, folder_id, kind) or typical for kind in kinds}
    left = [max(0.0, seconds[kind] - _spent(started)) for started, kind in running]
    return _until_its_turn(left, sum(count * seconds[kind] for kind, count in before.items()))


def _until_its_turn(running: list[float], before: float) -> float:
    """Return the seconds until somebody is free for a job behind others: while one waits, all are at work.

    Work that is shared among n is done after its n-th part.
    """
    if not before:
        return min(running, default=0.0)
    return (sum(running) + before) / max(1, len(running))


def _running(session: Session, folder_id: str) -> Sequence[Row[datetime | None, str]]:
    """Return what runs of this line now, one job for each worker."""
    found = select(Job.started_at, Job.kind).where(Job.state == RUNNING, Job.folder_id == folder_id)
    return session.execute(found.where(Job.lease_until > now()).limit(MOST_WORKERS)).all()


def workers(session: Session, folder_id: str) -> int:
    """Return how many jobs of this line run now: as many as there are workers, while others wait."""
    return len(_running(session, folder_id))


def _spent(started: datetime | None) -> float:
    return (now() - started).total_seconds() if started else 0.0


def _mean(session: Session, folder_id: str, kind: str, *, to_cards: bool = False) -> float | None:
    end = func.coalesce(Job.stored_at, Job.finished_at) if to_cards else Job.finished_at
    past = (
        select(Job.started_at, type_coerce(end, UtcDateTime))
        .where(_IS_DONE, Job.kind == kind, Job.folder_id == folder_id)
        .order_by(Job.finished_at.desc())
        .limit(_ESTIMATE_FROM)
    )
    spans = [max(0.0, (end - start).total_seconds()) for start, end in session.execute(past) if start and end]
    return sum(spans) / len(spans) if spans else None
