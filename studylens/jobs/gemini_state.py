"""What the whole service knows of Gemini: how its models stand, and how many calls this day has seen."""

import logging
from datetime import UTC, datetime

from sqlalchemy import delete, select

from database_config import Database
from studylens.analysis.protocol.wire import Standing
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
        session.merge(
            GeminiModel(
                model=standing.name,
                retry_at=until,
                kind=standing.kind,
                failures=standing.failures,
                reason=standing.reason,
            )
        )


def moment(seconds: float) -> datetime:
    """Return seconds since the epoch as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def count_call(database: Database) -> None:
    """Count one call for today."""
    with database.writing() as session:
        today = session.get(GeminiDay, _today(), with_for_update=True) or GeminiDay(day=_today(), calls=0)
        today.calls += 1
        session.add(today)


def calls_today(database: Database) -> int:
    """Return how many calls the whole service has made on this UTC day."""
    with database.reading() as session:
        today = session.get(GeminiDay, _today())
        return today.calls if today else 0


def _today() -> str:
    return now().strftime("%Y-%m-%d")
