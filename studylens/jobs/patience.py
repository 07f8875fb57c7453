"""Waiting for a database that is away: what was worked for is not lost to a restart of it."""

import threading
import time
from collections.abc import Callable

from studylens.errors import DatabaseDown

OUTAGE_SECONDS = 120.0
"""How long a finished answer waits for the database to come back, before the job is done again."""
OUTAGE_POLL_SECONDS = 2.0


def patiently(store: Callable[[], bool], stopping: threading.Event) -> bool:
    """Store the outcome, asking again while the database is away. Raises DatabaseDown after two minutes."""
    until = time.monotonic() + OUTAGE_SECONDS
    while True:
        try:
            return store()
        except DatabaseDown:
            if time.monotonic() > until or stopping.wait(OUTAGE_POLL_SECONDS):
                raise
