"""What an import has brought goes out again, the last step first, so that no half of a file stays."""

from typing import Any

from sqlalchemy import Table, delete, select, tuple_, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.database.pace import Pace, in_steps
from studylens.models import REFUSED, STOPPED, Base, Import, ImportStep, Pack
from studylens.study.exchange.arriving.journal import ADDED, CHANGED
from studylens.study.exchange.arriving.showing import end
from studylens.study.exchange.portable import revive
from studylens.study.keeping import marks
from studylens.study.packs import search
from studylens.study.packs.ending import erasing
from studylens.study.record.recounting import recount_beside_others


def undo(database: Database, found: Import, pace: Pace) -> None:
    """Take all of it back, in steps. Raises DatabaseDown."""
    in_steps(database, lambda session, pace: undo_some(session, pace, found.id), pace)
    if (found.counts or {}).get("reviews"):
        recount_beside_others(database, found.guest_id)
    with database.writing() as session:
        marks.restart(session, found.guest_id)
    end(database, found.id, REFUSED if found.error_code else STOPPED)


def undo_some(session: Session, pace: Pace, import_id: str) -> bool:
    """Take rows back until the step is over; say whether any are left."""
    steps = select(ImportStep).where(ImportStep.import_id == import_id).order_by(ImportStep.id.desc())
    while (step := session.scalar(steps.limit(1))) is not None:
        if not _undo_step(session, pace, step):
            return True
        session.delete(step)
        session.flush()
        if not pace.goes_on():
            return True
    return False


def _undo_step(session: Session, pace: Pace, step: ImportStep) -> bool:
    """Take back what a step did; say whether all of it is, and note the rest in the step."""
    added, changed = list(step.kept.get(ADDED, [])), list(step.kept.get(CHANGED, []))
    goes_on = True
    while goes_on and changed:
        _give_back(session, *changed.pop())
        goes_on = pace.goes_on()
    while goes_on and added:
        name, keys = added.pop()
        left = _remove(session, pace, Base.metadata.tables[name], keys)
        if left:
            added.append([name, left])
        goes_on = pace.goes_on()
    step.kept = {ADDED: added, CHANGED: changed}
    return not added and not changed


def _remove(session: Session, pace: Pace, table: Table, keys: list[Any]) -> list[Any]:
    """Delete some of the rows and return the keys of those that are left."""
    if table.name == Pack.__tablename__:
        pack = session.get(Pack, keys[-1])
        if pack is not None and pack.erasing_at is None:
            erasing.begin(session, [pack])
        return keys if erasing.step(session, keys[-1], pace.rows) else keys[:-1]
    some, left = keys[-pace.rows :], keys[: -pace.rows]
    [*columns] = table.primary_key
    if len(columns) == 1:
        session.execute(delete(table).where(columns[0].in_(some)))
    else:
        session.execute(delete(table).where(tuple_(*columns).in_([tuple(key) for key in some])))
    return left


def _give_back(session: Session, name: str, plain: dict[str, Any]) -> None:
    """Let a row that was changed be as it was, unless it is gone."""
    table = Base.metadata.tables[name]
    row = revive(plain, table)
    same = [column == row[column.name] for column in table.primary_key]
    session.execute(update(table).where(*same).values(**row))
    if table.name == Pack.__tablename__ and (pack := session.get(Pack, row["id"])) is not None:
        session.refresh(pack)
        search.index_pack(session, pack)
