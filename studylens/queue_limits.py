"""Limits of jobs that many machines carry (QUEUE=postgresql). Times in seconds."""

HEARTBEAT_SECONDS = 4.0
"""How often a worker says that it lives: two may be late before it counts as gone."""
STALLED_SECONDS = 12.0
"""A worker that has been silent so long is gone, and its jobs run again."""
LOOK_SECONDS = 5.0
"""How often each worker looks for jobs of dead ones; one of them does at a time."""
YOUNG_SECONDS = 8.0
"""After a start of PostgreSQL: every worker that lives has said so twice."""
POLL_SECONDS = 1.0
"""How often an idle worker looks for a message. It does not listen: a pooler such as PgBouncer loses what
PostgreSQL notifies, each restart of the server would end the worker, and a photo takes seconds anyway."""
OUTAGE_SECONDS = 120.0
"""How long a worker asks again while the database is away, before it begins anew."""
OUTAGE_POLL_SECONDS = 1.0
GRACE_SECONDS = 20.0
"""How long a worker that was told to end waits for its jobs to be handed back; hosts kill after 30."""
BEGIN_AGAIN_SECONDS = 5.0
"""Pause before a worker whose connection failed for good begins anew."""
LEASE_SECONDS = 900
"""A job may run for 600 s and its answer wait 120 s for the database. Heartbeats say who is alive; this only
tells a sweep of one machine, on the same database, that the job is somebody's."""
MOST_SLOTS = 64
"""Analyses at once on one machine, by all of its workers: each holds a lock of its own."""
WORKER_MB = 120
"""What a worker itself takes of its machine, before its slots share the rest."""
MESSAGE_LEFT_SECONDS = 1_800
"""A message that a living worker has taken for so long, while its job does not run by it, is left over."""
FETCHED_SECONDS = 10.0
"""From a message that was fetched to its job that runs: milliseconds, or seconds on a busy machine."""
LONG_SECONDS = 60
"""A job of another folder that has waited so long may have no worker that sees its upload."""
WORKER_CONNECTIONS = 3
"""Of the queue's own client; those of the tables come to it (docs/scaling.md)."""
