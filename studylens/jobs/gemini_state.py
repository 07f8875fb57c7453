"""What the whole service knows of Gemini: which models rest, and how many calls this day has seen."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select

from database_config import Database
from studylens.analysis.protocol.wire import GeminiRest
from studylens.models import GeminiDay, GeminiModel, now


def resting_models(database: Database) -> Mapping[str, float]:
    """Return the models that rest, and until when (seconds since the epoch)."""
    with database.reading() as session:
        resting = session.scalars(select(GeminiModel).where(GeminiModel.retry_at > now()))
        return {row.model: row.retry_at.timestamp() for row in resting}


def rest(database: Database, event: GeminiRest) -> None:
    """Remember that a model rests, for all processes and over restarts."""
    until = datetime.fromtimestamp(event.until, UTC)
    with database.writing() as session:
        session.merge(GeminiModel(model=event.model, retry_at=until, reason=event.reason))


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
