"""Plain SQL for Procrastinate's tables, so that a message is kept or lost with its row.

A waiting job has one message that waits, under the job's id as its `queueing_lock`; the higher its priority,
the earlier it is fetched, and a later round of the line has a lower one. A job that runs names its message as
its runner, and the message has no `queueing_lock` any more. A message that finds its job in another state
does nothing.
Source: procrastinate/sql/schema.sql of the version that requirements-distributed.txt locks.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from studylens.jobs.engine import Waiting
from studylens.queue_limits import FETCHED_SECONDS, LONG_SECONDS, MESSAGE_LEFT_SECONDS, STALLED_SECONDS

TASK = "analyse"
"""Its name in Procrastinate's tables. The queue bears the id of the upload folder and no more, since channels
of PostgreSQL have short names: a worker fetches only what waits in a folder that it sees."""

_TURN = "SELECT {}(hashtextextended(:name || ' ' || current_schema(), 0))"
_HOLD = text(_TURN.format("pg_advisory_xact_lock"))
_TRY = text(_TURN.format("pg_try_advisory_xact_lock"))
_FETCHED = """
    SELECT 1 FROM procrastinate_jobs AS fetched
    JOIN procrastinate_events AS event ON event.job_id = fetched.id
    WHERE fetched.queueing_lock = jobs.id AND fetched.status = 'doing' AND fetched.worker_id IS NOT NULL
    AND event.type = 'started' AND event.at > now() - make_interval(secs => :fetched)
"""
"""The message by which a waiting job is about to be taken; `take` parts it from its job. By an index."""
_ENQUEUE = text(f"""
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:ids AS text[]), CAST(:turns AS integer[]), CAST(:moments AS timestamptz[]))
            AS wanted(id, turn, moment)
    ), moved AS (
        UPDATE procrastinate_jobs AS message SET queue_name = jobs.folder_id,
            priority = CASE message.priority WHEN 0 THEN 0 ELSE -wanted.turn END
        FROM wanted JOIN jobs ON jobs.id = wanted.id
        WHERE message.queueing_lock = wanted.id AND message.status = 'todo'
        AND (message.priority NOT IN (0, -wanted.turn) OR message.queue_name <> jobs.folder_id)
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(ROW(
        jobs.folder_id, :task, -wanted.turn, NULL, jobs.id,
        jsonb_build_object('job_id', jobs.id), moment
    )::procrastinate_job_to_defer_v1 ORDER BY wanted.turn))
    FROM wanted JOIN jobs ON jobs.id = wanted.id
    WHERE NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs AS message
        WHERE message.queueing_lock = wanted.id AND message.status = 'todo'
    ) AND NOT EXISTS ({_FETCHED}) HAVING count(*) > 0
""").bindparams(task=TASK, fetched=FETCHED_SECONDS)  # noqa: S608 - nothing of anybody's is in it.
_TAKE = text("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = :message")
_CANCEL = text("""
    SELECT procrastinate_cancel_job_v1(id, false, true) FROM procrastinate_jobs
    WHERE queueing_lock = :job_id AND status = 'todo'
""")
_FIRST = text("""
    UPDATE procrastinate_jobs AS message SET priority = 0 FROM jobs
    WHERE jobs.id = message.queueing_lock AND jobs.id = ANY (CAST(:ids AS text[])) AND jobs.attempts > 0
    AND message.status = 'todo' AND message.priority <> 0
""")
_ALIVE = """
    SELECT CAST(message.id AS text) FROM procrastinate_jobs AS message
    JOIN procrastinate_workers AS worker ON worker.id = message.worker_id
    WHERE message.status = 'doing' AND worker.last_heartbeat >= now() - make_interval(secs => :stalled)
"""
_ALIVE_IDS = text(_ALIVE)
_WITHOUT = text(f"""
    SELECT id, turn, not_before FROM jobs WHERE folder_id = :folder AND state = 'queued' AND NOT EXISTS (
        SELECT 1 FROM procrastinate_jobs AS message
        WHERE message.queueing_lock = jobs.id AND message.status = 'todo'
    ) AND NOT EXISTS ({_FETCHED})
""").bindparams(fetched=FETCHED_SECONDS)  # noqa: S608 - nothing of anybody's is in it.
_REMOVE_STALLED = text(f"""
    SELECT procrastinate_finish_job_v1(id, 'failed', true) FROM procrastinate_jobs
    WHERE status = 'doing' AND CAST(id AS text) NOT IN ({_ALIVE})
""")  # noqa: S608 - nothing of anybody's is in it.
_REMOVE_LEFT = text("""
    SELECT procrastinate_finish_job_v1(message.id, 'failed', true) FROM procrastinate_jobs AS message
    WHERE message.status = 'doing'
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND runner_id = CAST(message.id AS text))
    AND NOT EXISTS (
        SELECT 1 FROM procrastinate_events WHERE job_id = message.id
        AND at > now() - make_interval(secs => :left)
    )
""").bindparams(left=MESSAGE_LEFT_SECONDS)
_SERVER_IS_YOUNG = text("SELECT pg_postmaster_start_time() > now() - make_interval(secs => :seconds)")
_ELSEWHERE = text("""
    SELECT count(*) FROM procrastinate_jobs AS message WHERE status = 'todo' AND queue_name <> :queue
    AND EXISTS (
        SELECT 1 FROM procrastinate_events WHERE job_id = message.id AND type = 'deferred'
        AND at < now() - make_interval(secs => :long)
    )
""").bindparams(long=LONG_SECONDS)
_COUNTS = text("""
    SELECT (SELECT count(*) FROM procrastinate_workers
            WHERE last_heartbeat >= now() - make_interval(secs => :stalled)),
           (SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'),
           (SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing')
""").bindparams(stalled=STALLED_SECONDS)


class SharedLine:
    """The line of many machines: a row that waits, and its message, in one transaction."""

    def hold(self, session: Session) -> None:
        """Let nobody else deal turns until this transaction has ended: two would deal one place twice."""
        session.execute(_HOLD, {"name": "studylens turns"})

    def enqueue(self, session: Session, jobs: Sequence[Waiting]) -> None:
        """Give each job its message, and each message its job's folder and the priority of its turn."""
        if jobs:
            ids, turns, moments = (list(column) for column in zip(*jobs, strict=True))
            session.execute(_ENQUEUE, {"ids": ids, "turns": turns, "moments": moments})

    def cancel(self, session: Session, job_id: str) -> None:
        """Remove the message that waits for a job, if there is one, and hold the line."""
        self.hold(session)
        session.execute(_CANCEL, {"job_id": job_id})


def take(session: Session, message_id: int) -> None:
    """Part a message from the job that runs by it: should the job wait again, it needs another one."""
    session.execute(_TAKE, {"message": message_id})


def put_first(session: Session, job_ids: Sequence[str]) -> None:
    """Let those of these jobs that ran before go before all others, and stay there: rounds begin at 1."""
    session.execute(_FIRST, {"ids": list(job_ids)})


def try_turn(session: Session, name: str) -> bool:
    """Say whether nobody else does what bears this name; ours until the transaction ends."""
    return bool(session.scalar(_TRY, {"name": f"studylens {name}"}))


def without_message(session: Session, folder_id: str) -> list[Waiting]:
    """Return a folder's jobs that wait without a message: after a restore, a lost answer, a strange hand."""
    return [Waiting(*row) for row in session.execute(_WITHOUT, {"folder": folder_id})]


def alive(session: Session, stalled: float) -> list[str]:
    """Return the messages that living workers have taken, as jobs name their runners.

    `stalled`: seconds of silence after which a worker is dead.
    """
    return list(session.scalars(_ALIVE_IDS, {"stalled": stalled}))


def remove_stalled(session: Session, stalled: float) -> int:
    """Remove the messages that dead workers had taken; return how many."""
    return len(session.execute(_REMOVE_STALLED, {"stalled": stalled}).all())


def remove_left(session: Session) -> int:
    """Remove what a worker that lives has taken long ago and does not work on; return how many."""
    return len(session.execute(_REMOVE_LEFT).all())


def waiting_elsewhere(session: Session, folder_id: str) -> int:
    """Return how many jobs of other folders have waited for long."""
    return int(session.scalar(_ELSEWHERE, {"queue": folder_id}) or 0)


def server_is_young(session: Session, seconds: float) -> bool:
    """Say whether the server has started within so many seconds: workers have not said yet that they live."""
    return bool(session.scalar(_SERVER_IS_YOUNG, {"seconds": seconds}))


def counts(session: Session) -> tuple[int, int, int]:
    """Return how many workers live, how many messages wait, and how many are taken."""
    workers, waiting, taken = session.execute(_COUNTS).one()
    return workers, waiting, taken
