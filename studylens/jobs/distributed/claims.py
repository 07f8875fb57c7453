"""A worker takes a job by its message, and what a dead worker had runs again."""

import logging

from sqlalchemy import func, or_, select

from database_config import Database
from studylens import limits
from studylens.errors import AnalysisCrashed, Cancelled
from studylens.jobs import leases, packing
from studylens.jobs.distributed import messages
from studylens.jobs.engine import line_of
from studylens.jobs.turns import order as turns
from studylens.models import QUEUED, RUNNING, Job, now
from studylens.queue_limits import LEASE_SECONDS, STALLED_SECONDS, YOUNG_SECONDS

MESSAGE_DIGITS = 19
"""Of the longest message's id; the id of an embedded runner is longer."""
log = logging.getLogger("studylens.jobs")


def claim(database: Database, job_id: str, message_id: int) -> leases.Claim | None:
    """Take a job that waits; None when it does not: its message came twice or late. Raises DatabaseDown."""
    with database.writing() as session:
        line_of(session).hold(session)
        waiting = select(Job).where(Job.id == job_id, Job.state == QUEUED).with_for_update()
        job = session.scalar(waiting)
        if job is None:
            return None
        claimed = leases.take(session, job, str(message_id), LEASE_SECONDS)
        messages.take(session, message_id)
        turns.serve(session, job, by_round=True)
        return claimed


def recover(
    database: Database, folder_id: str, *, stalled: float = STALLED_SECONDS, young: float = YOUNG_SECONDS
) -> None:
    """Queue again what dead workers had of a folder, and give each waiting job its message.

    What ran has had its turn, so it goes before all that wait. A runner of the embedded form, which is being
    replaced, has a lease.
    `stalled`: seconds of silence after which a worker is dead. One machine does it at a time; nobody does
    within `young` seconds of a start of PostgreSQL, since all workers look dead then. Raises DatabaseDown.
    """
    with database.writing() as session:
        is_ours = messages.try_turn(session, f"recovery {folder_id}")
        if not is_ours or messages.server_is_young(session, young):
            return
        line_of(session).hold(session)
        alive = messages.alive(session, stalled)
        runs = (Job.state == RUNNING, Job.folder_id == folder_id, Job.runner_id.not_in(alive))
        lost = (*runs, or_(func.length(Job.runner_id) <= MESSAGE_DIGITS, Job.lease_until < now()))
        packing.end(session, Cancelled(), *lost, Job.cancel_requested)
        packing.end(session, AnalysisCrashed(), *lost, Job.attempts >= limits.MAX_ATTEMPTS)
        again = leases.queue_again(session, *lost)
        messages.remove_stalled(session, stalled)
        if left := messages.without_message(session, folder_id):
            line_of(session).enqueue(session, left)
        messages.put_first(session, [*again, *(each.job_id for each in left)])
    for job_id in again:
        log.warning("Recovered job %s: its worker is gone", job_id)


def tidy(database: Database, folder_id: str) -> None:
    """Remove messages that nobody works on although their worker lives, and name what nobody here can see.

    Raises DatabaseDown.
    """
    with database.writing() as session:
        messages.remove_left(session)
        if elsewhere := messages.waiting_elsewhere(session, folder_id):
            log.warning(
                "%d jobs have waited for a minute whose uploads this worker cannot see: share INSTANCE_DIR, "
                "or set UPLOAD_URL", elsewhere,
            )  # fmt: skip
