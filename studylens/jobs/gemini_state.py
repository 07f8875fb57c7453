"""What the whole service knows of Gemini: how its models stand, and how many calls this day has seen."""

import logging
from datetime import UTC, datetime

from sqlalchemy import delete, select

from database_config import Database
from studylens.analysis.protocol.wire import Standing
from studylens.database.upsert import insert_on
from studylens.models import GeminiDay, GeminiModel, now

log = logging.getLogger("studylens.jobs")


def standings(database: Database) -> tuple[Standing, ...]:
    """Return the models and keys whose last calls failed, in the order of their names."""
    with database.reading() as session:
        rows = session.scalars(select(GeminiModel).order_by(GeminiModel.model))
        return tuple(
            Standing(row.model, row.kind, row.failures, row.retry_at.timestamp(), row.reason) for row in rows
        )


def stand(database: Database, standing: Standing) -> None:
    """Remember how a model stands, for all processes and over restarts; all is well: forget it."""
    until = moment(standing.until)
    if until > now():
        log.warning("%s rests until %s: %s", standing.name, f"{until:%Y-%m-%d %H:%M} UTC", standing.reason)
    with database.writing() as session:
        if not standing.failures:
            session.execute(delete(GeminiModel).where(GeminiModel.model == standing.name))
            return
        told = {
            "retry_at": until,
            "kind": standing.kind,
            "failures": standing.failures,
            "reason": standing.reason,
        }
        row = insert_on(session.get_bind().dialect.name, GeminiModel).values(model=standing.name, **told)
        session.execute(row.on_conflict_do_update(index_elements=["model"], set_=told))


def moment(seconds: float) -> datetime:
    """Return seconds since the epoch as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def count_call(database: Database) -> None:
    """Count one call for today; machines that begin a day at once all count."""
    with database.writing() as session:
        row = insert_on(session.get_bind().dialect.name, GeminiDay).values(day=today(), calls=1)
        one_more = {"calls": GeminiDay.calls + 1}
        session.execute(row.on_conflict_do_update(index_elements=["day"], set_=one_more))


def calls_today(database: Database) -> int:
    """Return how many calls the whole service has made on this UTC day."""
    with database.reading() as session:
        row = session.get(GeminiDay, today())
        return row.calls if row else 0


def today() -> str:
    """Return the UTC day that is counted for, as `2026-11-28`."""
    return now().strftime("%Y-%m-%d")
