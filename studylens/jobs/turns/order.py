"""The order of waiting jobs: a round gives each student one job, so that n students wait for n jobs at most.

A waiting job has a `turn`, the number of its round. Within a round students go by their number, so that
two rounds have the same order and nobody gets two jobs between two of somebody else's. The folder
remembers the last place that was served. A student's own waiting jobs are dealt the rounds from there on:
texts before photos, earlier before later. A newcomer therefore joins the round that goes on, and whoever was
served last waits for everybody else.
"""

from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, case, func, or_, select, update
from sqlalchemy.orm import Session

from studylens.database.upsert import insert_on
from studylens.jobs.engine import Waiting, line_of
from studylens.models import IN_TURN, QUEUED, Folder, Job, now


class Place(NamedTuple):
    """A place in the order: the round, and whose it is. Compared as a pair."""

    turn: int
    guest_id: int


START = Place(1, 0)
"""Before all others. Turn 0 is that of a job to which none was dealt yet, as by an earlier release."""
NEWEST = 2**31 - 1
"""Stands for a student who has no number yet: it will be higher than all others."""
ORDER = (Job.turn, Job.guest_id, Job.created_at, Job.number)
"""As the index `ix_jobs_turn` has it; the last two tell apart what has no turns of its own yet."""
_OWN_ORDER = (case((Job.kind.in_(IN_TURN), 1), else_=0), Job.created_at, Job.number)
"""Texts are short and somebody looks at the page, so they go before the same student's photos."""


def next_turn(served: Place, guest_id: int) -> int:
    """Return the first round in which this student's place comes after the one that was served last."""
    return served.turn if guest_id > served.guest_id else served.turn + 1


def place_of_new(session: Session, folder_id: str, guest_id: int | None, count: int) -> Place:
    """Return the place that the last of `count` jobs would have if they came now; None: from a newcomer."""
    guest = NEWEST if guest_id is None else guest_id
    mine = select(func.count()).where(*waiting_in(folder_id), Job.guest_id == guest)
    first = next_turn(_served(session, folder_id), guest) + (session.scalar(mine) or 0)
    return Place(first + count - 1, guest)


def waiting_in(folder_id: str) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for jobs that wait in this folder."""
    return Job.folder_id == folder_id, Job.state == QUEUED


def is_ready() -> ColumnElement[bool]:
    """Return the condition for jobs that may run now: some wait for a moment of their own."""
    return or_(Job.not_before.is_(None), Job.not_before <= now())


def next_in(folder_id: str) -> Select[Job]:
    """Return the query for the job whose turn it is; the index has its order, so nothing is sorted."""
    return select(Job).where(*waiting_in(folder_id), is_ready()).order_by(*ORDER).limit(1)


def deal(session: Session, folder_id: str, guest_id: int, *, behind: int = 0) -> None:
    """Give the student's waiting jobs the rounds that come next, one each; writes only what changes.

    `behind`: so many rounds later, since the student had one already. Each has a place in the line then.
    """
    line = line_of(session)
    line.hold(session)
    session.flush()
    mine = select(Job.id, Job.turn, Job.not_before)
    mine = mine.where(*waiting_in(folder_id), Job.guest_id == guest_id).order_by(*_OWN_ORDER)
    rows = session.execute(mine).all()
    first = next_turn(_served(session, folder_id), guest_id) + behind
    for turn, (job_id, had, _) in enumerate(rows, start=first):
        if had != turn:
            session.execute(update(Job).where(Job.id == job_id).values(turn=turn))
    line.enqueue(session, [Waiting(row[0], turn, row[2]) for turn, row in enumerate(rows, start=first)])


def deal_all(session: Session, folder_id: str) -> None:
    """Close the gaps that ended jobs left, for everybody who waits in this folder."""
    waiting = select(Job.guest_id).where(*waiting_in(folder_id)).distinct()
    for guest_id in session.scalars(waiting).all():
        deal(session, folder_id, guest_id)


def serve(session: Session, job: Job, *, by_round: bool = False) -> None:
    """Remember that this job was taken, and deal the rest of its student's jobs behind everybody else's.

    A job that was held back has an early turn; without dealing, those after it would all go at once.
    `by_round`: within a round jobs are taken in any order, so that only an earlier round is early.
    """
    before, mine = _served(session, job.folder_id), Place(job.turn, job.guest_id)
    is_early = mine.turn < before.turn if by_round else mine < before
    served = max(before, mine)
    place = {"served_turn": served.turn, "served_guest_id": served.guest_id}
    row = insert_on(session.get_bind().dialect.name, Folder)
    row = row.values(folder_id=job.folder_id, seen_at=now(), **place)
    session.execute(row.on_conflict_do_update(index_elements=[Folder.folder_id], set_=place))
    deal(session, job.folder_id, job.guest_id, behind=int(is_early))


def add(session: Session, folder_id: str, guest_id: int) -> None:
    """Deal after jobs have come: who was put behind stays there."""
    line_of(session).hold(session)
    session.flush()
    has_turn = select(func.min(Job.turn)).where(
        *waiting_in(folder_id), Job.guest_id == guest_id, Job.turn > 0
    )
    earliest = session.scalar(has_turn) or 0
    is_behind = earliest > next_turn(_served(session, folder_id), guest_id)
    deal(session, folder_id, guest_id, behind=int(is_behind))


def withdraw(session: Session, job_id: str) -> None:
    """Take a job out of its engine's line; harmless for one that runs or has ended."""
    line_of(session).cancel(session, job_id)


def _served(session: Session, folder_id: str) -> Place:
    found = select(Folder.served_turn, Folder.served_guest_id).where(Folder.folder_id == folder_id)
    row = session.execute(found).one_or_none()
    return max(Place(*row), START) if row else START
