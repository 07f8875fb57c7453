"""Numbers of all processes and machines, in the database: sums since the beginning, and each one's memory.

So it does not matter which process is asked, and a restart loses at most what half a minute has counted.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from database_config import Database
from studylens.database.upsert import insert_on
from studylens.models import now
from studylens.models.costs import MachineMemory, MetricSum
from studylens.sight import counts

SEEN_SECONDS = 120
"""A machine that has not said for so long what it uses is gone; each says it every 30 s."""
FORGET_HOURS = 24


def keep(database: Database, machine: str, memory: Mapping[str, float]) -> None:
    """Add what this process has counted, and note what this machine uses (MB by kind of process).

    Raises DatabaseDown; what was counted is then kept for the next time.
    """
    counted = counts.take()
    try:
        with database.writing() as session:
            for name, value in sorted(counted.items()):  # In one order, so that no two wait for each other.
                _add(session, name, value)
            for kind, mb in memory.items():
                _note(session, machine, kind, mb)
            old = MachineMemory.at < now() - timedelta(hours=FORGET_HOURS)
            session.execute(delete(MachineMemory).where(old))
    except BaseException:
        counts.give_back(counted)
        raise


def _note(session: Session, machine: str, kind: str, mb: float) -> None:
    """Note what a machine uses; several processes of one may do so at once."""
    told = {"mb": mb, "at": now()}
    row = insert_on(session.get_bind().dialect.name, MachineMemory)
    row = row.values(machine_id=machine, kind=kind, **told)
    session.execute(row.on_conflict_do_update(index_elements=["machine_id", "kind"], set_=told))


def all_sums(session: Session) -> dict[str, float]:
    """Return every sum by its name."""
    return {row.name: row.value for row in session.scalars(select(MetricSum).order_by(MetricSum.name))}


def memory_now(session: Session) -> list[MachineMemory]:
    """Return what the machines use that were heard of lately."""
    since = now() - timedelta(seconds=SEEN_SECONDS)
    found = select(MachineMemory).where(MachineMemory.at >= since)
    return list(session.scalars(found.order_by(MachineMemory.machine_id, MachineMemory.kind)))


def _add(session: Session, name: str, value: float) -> None:
    row = insert_on(session.get_bind().dialect.name, MetricSum).values(name=name, value=value)
    added = {"value": MetricSum.value + value}
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_=added))
