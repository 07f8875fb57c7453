"""What holds after every step, whatever was done, and in whatever order."""

from collections import Counter
from collections.abc import Set
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.models import LIVE_STATES, ON_ITS_WAY, PHOTO, ReviewDay, ReviewHour, ReviewTotal
from studylens.study.budgets import sums
from studylens.study.record import tallies
from tests.in_any_order.rows import Rows, changed
from tests.in_any_order.world import World


def files_are_those_of_live_jobs(world: World, rows: Rows, left: Set[str]) -> None:
    """No job that waits or runs lacks its photo; of those that have ended only `left` may lie there."""
    jobs = rows.where("jobs", kind=PHOTO)
    live = {row["id"] for row in jobs if row["state"] in LIVE_STATES}
    files = {path.name for path in world.folder.root.glob("*") if path.name != "folder_id"}
    assert live - files == set()
    assert files - live <= left
    coming = {row["id"] for row in rows.where("imports") if row["state"] in ON_ITS_WAY}
    assert {path.stem for path in world.imports.root.glob("*.*")} - coming <= left


def rows_of_others_are_untouched(before: Rows, after: Rows, actors: Set[int]) -> None:
    """Every row that is new, gone or different is somebody's who has done something."""
    wrong = [(table.name, dict(row), whose) for table, row, whose in changed(before, after)
             if not whose <= actors]  # fmt: skip
    assert wrong == [], "\n".join(map(str, wrong))


def no_job_has_two_packs(rows: Rows) -> None:
    """However often it was tried, and wherever its packs are now."""
    made = Counter(row["job_id"] for row in rows.of["packs"].values() if row["job_id"])
    assert [job for job, number in made.items() if number > 1] == []


def every_row_hangs_on_another(world: World) -> None:
    """SQLite looks at foreign keys when rows change; here it looks at all of them."""
    if world.database.is_sqlite:
        with world.database.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []


def sums_are_what_counting_gives(world: World, rows: Rows, guests: Set[int]) -> None:
    """Of each guest who is not just leaving, or taking a file in: the budget's sums, and the log's."""
    busy = {row["guest_id"] for row in rows.where("imports") if row["state"] in ON_ITS_WAY}
    leaving = {row["id"] for row in rows.where("guests") if row["erasing_at"] is not None}
    known = {key[0] for key in rows.of["guests"]}
    with world.database.sessions() as session:
        for guest in guests & known - leaving - busy:
            assert sums.is_right(session, guest), guest
            kept = _tallies(session, guest)
            tallies.recount(session, guest)
            assert kept == _tallies(session, guest)
        session.rollback()


def _tallies(session: Session, guest: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for table in (model.__table__ for model in (ReviewDay, ReviewHour, ReviewTotal)):
        rows = session.execute(select(table).where(table.c.guest_id == guest))
        found += [dict(row) for row in rows.mappings()]
    counted = [row for row in found if any(value for key, value in row.items() if _is_sum(key))]
    return sorted(counted, key=repr)


def _is_sum(column: str) -> bool:
    return column not in {"guest_id", "local_date", "local_hour", "state", "zone"}
