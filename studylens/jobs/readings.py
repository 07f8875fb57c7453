"""What past photos say about memory: the highest reading of each stage, kept as sums since the first one."""

from typing import Any

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session

from database_config import Database
from studylens.database.upsert import insert_on
from studylens.models import LIVE_STATES, Job, JobStage, StageSum

_BEGAN = ""
"""The name of a row that says: what was read before there were sums is in them."""


def stage_peaks(database: Database) -> dict[str, Any]:
    """Return for each stage how often it was reached and its highest readings in MB."""
    stages = select(StageSum).where(StageSum.stage != _BEGAN).order_by(StageSum.first_id, StageSum.stage)
    with database.reading() as session:
        return {
            row.stage: {
                "count": row.count,
                "max_rss_mb": round(row.max_rss_mb, 1),
                "max_service_mb": round(row.max_service_mb, 1),
            }
            for row in session.scalars(stages)
        }


def note(session: Session, reading: JobStage) -> None:
    """Count one reading, in the transaction that keeps it."""
    session.flush()
    _add(session, StageSum(stage=reading.stage, count=1, max_rss_mb=reading.rss_mb,
                           max_service_mb=reading.service_mb, first_id=reading.id))  # fmt: skip


def begin(database: Database) -> None:
    """Count what an earlier release has read, once: no sums stand for it yet. Raises DatabaseDown."""
    with database.reading() as session:
        if session.get(StageSum, _BEGAN) is not None:
            return
    with database.writing() as session:
        _add(session, _nothing(0))  # Whoever does the same waits here until this transaction is over.
        if session.scalar(select(StageSum.count).where(StageSum.stage == _BEGAN)):
            return
        _count_anew(session)
        _add(session, _nothing(1))


def _count_anew(session: Session) -> None:
    columns = (func.count(), func.max(JobStage.rss_mb), func.max(JobStage.service_mb), func.min(JobStage.id))
    read = session.execute(select(JobStage.stage, *columns).group_by(JobStage.stage)).all()
    session.execute(delete(StageSum).where(StageSum.stage != _BEGAN))
    for stage, count, rss, service, first_id in read:
        _add(session, StageSum(stage=stage, count=count, max_rss_mb=rss, max_service_mb=service,
                               first_id=first_id))  # fmt: skip


def _nothing(count: int) -> StageSum:
    return StageSum(stage=_BEGAN, count=count, max_rss_mb=0.0, max_service_mb=0.0, first_id=0)


def _add(session: Session, one: StageSum) -> None:
    """Add to a stage's sum, or begin it."""
    names = ("stage", "count", "max_rss_mb", "max_service_mb", "first_id")
    made = insert_on(session.get_bind().dialect.name, StageSum)
    row = made.values({name: getattr(one, name) for name in names})
    more: dict[str, Any] = {"count": StageSum.count + one.count}
    for name in ("max_rss_mb", "max_service_mb"):
        there, now = getattr(StageSum, name), getattr(one, name)
        more[name] = case((there < now, now), else_=there)
    session.execute(row.on_conflict_do_update(index_elements=[StageSum.stage], set_=more))


def batch_peak(database: Database, job_id: str) -> float | None:
    """Return the most MB that the service used while a job's batch ran; None while some of it goes on."""
    with database.reading() as session:
        mine = select(Job.batch_id).where(Job.id == job_id).scalar_subquery()
        waits = select(Job.id).where(Job.batch_id == mine, Job.state.in_(LIVE_STATES)).limit(1)
        if session.scalar(waits) is not None:
            return None
        stages = select(func.max(JobStage.service_mb)).join(Job, Job.id == JobStage.job_id)
        return session.scalar(stages.where(Job.batch_id == mine))
