"""What past photos say about memory: the highest reading of each stage."""

from typing import Any

from sqlalchemy import func, select

from database_config import Database
from studylens.models import JobStage


def stage_peaks(database: Database) -> dict[str, Any]:
    """Return for each stage how often it was reached and its highest readings in MB."""
    columns = (func.count(), func.max(JobStage.rss_mb), func.max(JobStage.service_mb), func.min(JobStage.id))
    stages = select(JobStage.stage, *columns).group_by(JobStage.stage).order_by(func.min(JobStage.id))
    with database.reading() as session:
        return {
            stage: {"count": count, "max_rss_mb": round(rss, 1), "max_service_mb": round(service, 1)}
            for stage, count, rss, service, _ in session.execute(stages)
        }
