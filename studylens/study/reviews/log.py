"""The one door through which rows reach the review log: written, counted and rewarded in one transaction."""

from collections.abc import Sequence

from sqlalchemy import Table, insert, null
from sqlalchemy.orm import Session

from studylens.models import LOG_RESCHEDULE, CardSchedule, ReviewLog, UserAchievement
from studylens.study.achievements.award import award
from studylens.study.record.tallies import count
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.moment import StudyMoment

Move = tuple[CardSchedule, MemoryState]
"""A schedule, and what it shall be."""
_LOG: Table = ReviewLog.__table__  # type: ignore[assignment]
_COLUMNS = tuple(column.name for column in _LOG.c if column.name != "id")
_INSERT = insert(_LOG).returning(_LOG.c.id)


def write(session: Session, row: ReviewLog) -> ReviewLog:
    """Add a row to the log, the sums and the achievements; return it with its id, outside the session."""
    record(session, row)
    return row


def record(session: Session, row: ReviewLog) -> list[UserAchievement]:
    """Do the same; return the achievements that the row earned."""
    session.flush()
    values = {name: getattr(row, name) for name in _COLUMNS}
    # Else JSON's own null would be written, which is no NULL.
    values |= {name: null() for name in ("before", "after") if values[name] is None}
    values["duration_ms"] = row.duration_ms = row.duration_ms or 0
    # Past the unit of work: it took as long as all the sums.
    row.id = session.connection().execute(_INSERT, values).scalar_one()
    sums = count(session, row)
    return award(session, row.guest_id, row.reviewed_at, answer=row, sums=sums)


def move(session: Session, row: CardSchedule, after: MemoryState, moment: StudyMoment) -> None:
    """Change a schedule otherwise than by an answer, and keep in the log what it was."""
    move_all(session, [(row, after)], moment)


def move_all(
    session: Session, moves: Sequence[tuple[CardSchedule, MemoryState]], moment: StudyMoment
) -> None:
    """Do the same for many; these rows are no answers, so nothing is counted."""
    for row, after in moves:
        before = MemoryState.of(row)
        if after == before:
            continue
        made = entry(row.guest_id, LOG_RESCHEDULE, moment)
        made.card_id, made.pack_id, made.state_before = row.card_id, row.pack_id, before.state
        made.before, made.after = before.to_json(), after.to_json()
        after.write(row)
        session.add(made)
    session.flush()


def entry(guest_id: int, kind: str, moment: StudyMoment) -> ReviewLog:
    """Return a row with its times filled in: UTC, and day and hour as the student's clock shows them."""
    clock = {"local_date": moment.today.isoformat(), "local_hour": moment.hour, "zone": moment.zone}
    return ReviewLog(guest_id=guest_id, kind=kind, reviewed_at=moment.at, **clock)
