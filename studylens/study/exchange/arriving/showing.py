"""What came in is shown: packs and settings in one moment, then sums, achievements, and the search."""

from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.database.pace import Pace, in_steps
from studylens.models import BROUGHT_IN, Import, ImportStep, Pack, StudySettings, now
from studylens.study.achievements.award import award
from studylens.study.budgets import sums
from studylens.study.exchange.account.writing import table_of
from studylens.study.exchange.arriving.journal import TOUCHED, TRASHED
from studylens.study.exchange.arriving.storing import SETTINGS, WAS_EMPTY
from studylens.study.exchange.portable import revive
from studylens.study.keeping import marks
from studylens.study.packs import search
from studylens.study.packs.pictures import bytes_kept, count_copies
from studylens.study.record.recounting import recount_beside_others


def show(session: Session, found: Import) -> None:
    """Let all packs that were brought be seen at once; what lay in the trash lies there."""
    hidden = (Pack.guest_id == found.guest_id, Pack.joining_at == found.created_at)
    lying = ImportStep.kept[TRASHED]  # A long log has hundreds of steps, which are not read for this.
    steps = select(lying).where(ImportStep.import_id == found.id, lying.as_string().is_not(None))
    for trashed in session.scalars(steps):
        for pack_id, since in trashed.items():
            row = revive({"deleted_at": since}, table_of(Pack))
            session.execute(update(Pack).where(*hidden, Pack.id == pack_id).values(**row, joining_at=None))
    shown = update(Pack).where(*hidden).values(deleted_at=None, joining_at=None).returning(Pack.id)
    if len(ids := session.scalars(shown).all()) == 1:
        found.counts = {**(found.counts or {}), "pack": ids[0]}
    _take_settings(session, found)


def _take_settings(session: Session, found: Import) -> None:
    """Who has begun to study here keeps the settings; a newcomer's are only what the browser said."""
    notes: dict[str, Any] = found.notes or {}
    marks.note(session, found.guest_id, marks.SETTINGS)
    if notes.get(WAS_EMPTY) and SETTINGS in notes:
        row = revive(notes[SETTINGS], table_of(StudySettings))
        session.merge(StudySettings(**row, guest_id=found.guest_id))


def settle(database: Database, found: Import, pace: Pace) -> None:
    """Count, award and index, then forget how to take it back; may be done again. Raises DatabaseDown."""
    if (found.counts or {}).get("reviews"):
        recount_beside_others(database, found.guest_id)
    with database.writing() as session:
        award(session, found.guest_id, now())
    in_steps(database, lambda session, pace: _index_some(session, pace, found.id), pace)
    end(database, found.id, BROUGHT_IN)


def end(database: Database, import_id: str, state: str) -> None:
    """Let the import have ended. Raises DatabaseDown."""
    with database.writing() as session:
        ended = {"state": state, "finished_at": now(), "notes": None}
        session.execute(update(Import).where(Import.id == import_id).values(**ended))


def _index_some(session: Session, pace: Pace, import_id: str) -> bool:
    """Index the packs of a step, and forget the step when all of them are; say whether more are left."""
    steps = select(ImportStep).where(ImportStep.import_id == import_id).order_by(ImportStep.id)
    while (step := session.scalar(steps.limit(1))) is not None:
        touched = list(step.kept.get(TOUCHED, []))
        while touched:
            pack_id = touched.pop()
            sums.touch(session, pack_id)
            marks.touch_pictures(session, pack_id)
            pack = session.get(Pack, pack_id)
            if pack is not None and pack.deleted_at is None:
                if bytes_kept(session, pack_id):
                    count_copies(session, pack)
                search.index_pack(session, pack)
                session.flush()
                session.expunge(pack)  # Thousands of packs; each is done with.
            if not pace.goes_on():
                break
        if touched:
            step.kept = {**step.kept, TOUCHED: touched}
            return True
        session.execute(delete(ImportStep).where(ImportStep.id == step.id))
        session.expunge(step)
        if not pace.goes_on():
            return True
    return False
