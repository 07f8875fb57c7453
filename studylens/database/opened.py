"""Which sessions a thread has open, so that whoever is asked in the middle of a page opens no second one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session


class Opened(threading.local):
    """Those of the thread that asks, the outermost first."""

    def __init__(self) -> None:
        self._sessions: list[Session] = []

    @property
    def innermost(self) -> Session | None:
        """The session that was opened last and is open still; None outside of all."""
        return self._sessions[-1] if self._sessions else None

    @contextmanager
    def holding(self, session: Session) -> Iterator[Session]:
        """Note the session as open in this block."""
        self._sessions.append(session)
        try:
            yield session
        finally:
            self._sessions.remove(session)
