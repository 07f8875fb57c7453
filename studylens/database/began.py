"""Beside SQLite's file lies a note that it began: a file that vanished is never made anew in silence.

Without it a moved, deleted or emptied file would come back as an empty library, and students would study on
in it. Who really wants to begin anew deletes the note (docs/operations.md).
"""

import logging
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from studylens.errors import DatabaseGone

log = logging.getLogger("studylens.database")

SUFFIX = ".began"
_NOTE = """\
Studylens keeps a database beside this note. While the note is here and the database is not, the service
answers with an error, so that nobody studies on in an empty library. Bring the database back; or delete
this note, and an empty one is made.
"""


class Beginning:
    """The note of one SQLite file. The constructor does no I/O."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._note = database.with_name(f"{database.name}{SUFFIX}")

    @classmethod
    def of(cls, database: str | None) -> "Beginning | None":
        """Return the note of the database that an engine's URL names; None for one in memory."""
        return cls(Path(database)) if database and not database.startswith((":memory:", "file:")) else None

    def note(self) -> None:
        """Note that the database has begun; a disk that does not take it is logged."""
        try:
            if not self._note.exists():
                self._note.write_text(_NOTE)
        except OSError as error:
            log.warning("Could not note beside the database that it has begun: %s", error)

    def check_file(self) -> None:
        """Raise DatabaseGone when the database began here and its file is not here any more."""
        if self._note.exists() and not self._database.exists():
            self._refuse("is not where it was")

    def check_tables(self, *, is_empty: bool) -> None:
        """Raise DatabaseGone when the database began here and has no table any more."""
        if is_empty and self._note.exists():
            self._refuse("has no tables any more")

    def connect(self, **parameters: Any) -> sqlite3.Connection:
        """Connect; once it has begun, without making the file. Raises sqlite3.OperationalError."""
        address = str(self._database)
        if begun := self._note.exists():
            address = f"file:{quote(str(self._database.absolute()))}?mode=rw"
        connection: sqlite3.Connection = sqlite3.connect(address, uri=begun, **parameters)
        return connection

    def _refuse(self, what: str) -> None:
        log.error("%s %s; bring it back, or delete %s to begin anew", self._database, what, self._note.name)
        raise DatabaseGone
