"""Nothing erased stays in SQLite's files: old words leave the search index, and the log beside the file ends.

`PRAGMA secure_delete` overwrites what is deleted in the file itself. Two places are left: the segments of
the search index, which keep a deleted pack's words until they are merged, and the write-ahead log.
"""

import logging

from sqlalchemy import delete, func, select

from database_config import Database
from studylens.models import Erasure
from studylens.study.packs import search
from studylens.study.packs.ending.erasing import take_steps

log = logging.getLogger("studylens.packs")


def scrub(database: Database) -> bool:
    """Take the bytes of what was erased out of SQLite's files; False when a reader is in the way.

    The next sweep tries again then. On PostgreSQL there is nothing to do here: its own vacuum does it, in
    its own time. Raises DatabaseDown.
    """
    with database.reading() as session:
        last = session.scalar(select(func.max(Erasure.id)))
    if last is None:
        return True
    if database.is_sqlite:
        take_steps(database, search.WholeMerge())
        if not database.empty_log():
            log.info("What was erased still stands in the database's log; the next sweep empties it")
            return False
    with database.writing() as session:
        session.execute(delete(Erasure).where(Erasure.id <= last))
    return True
