"""Who carries jobs: this machine (embedded.py), or as many as there are (distributed/).

The row is the truth for both. What an engine needs besides is written through the session that changes the
row, so that both are kept or neither is.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

LINE = "line"
"""Under this name a session knows the line of its engine (`Session.info`)."""


class Waiting(NamedTuple):
    """A job that waits: its round in the line, and the moment before which it may not run."""

    job_id: str
    turn: int
    not_before: datetime | None


class Line(Protocol):
    """What an engine does inside the transactions that change which jobs wait."""

    def hold(self, session: Session) -> None:
        """Let nobody else deal turns until this transaction has ended."""

    def enqueue(self, session: Session, jobs: Sequence[Waiting]) -> None:
        """Bring these jobs into line, each once and in its turn; kept and lost with the transaction."""

    def cancel(self, session: Session, job_id: str) -> None:
        """Take a job out of the line, and hold it; harmless for one that runs or has ended."""


class Engine(Line, Protocol):
    """Carries jobs from `start` to `stop`; a constructor starts and opens nothing."""

    @property
    def was_started(self) -> bool:
        """Say whether `start` was called."""

    @property
    def is_running(self) -> bool:
        """Say whether what `start` started lives."""

    @property
    def service_pid(self) -> int:
        """Root of the service's process tree: gunicorn's master, or this process."""

    def wake(self) -> None:
        """Tell that a job waits."""

    def start(self, service_pid: int | None = None) -> None:
        """Start whatever threads there are. `service_pid`: root of the service's process tree."""

    def begin_stop(self) -> None:
        """Ask everything to end; returns at once (a signal handler calls it)."""

    def stop(self) -> None:
        """Stop everything that `start` started; a running job goes back to the queue uncounted."""


class RowsAlone:
    """The line of one machine: its runner reads the rows, and needs nothing besides."""

    def hold(self, session: Session) -> None:
        """One runner takes jobs, one after the other."""

    def enqueue(self, session: Session, jobs: Sequence[Waiting]) -> None:
        """The row waits, and has its turn."""

    def cancel(self, session: Session, job_id: str) -> None:
        """The row has ended."""


_ROWS_ALONE = RowsAlone()


def line_of(session: Session) -> Line:
    """Return the line of the engine that this session's database belongs to; rows alone without one."""
    line: Line = session.info.get(LINE, _ROWS_ALONE)
    return line
