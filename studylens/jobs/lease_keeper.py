"""Renews the lease of the job that runs: a thread that does nothing else, so no stage can delay it."""

import logging
import threading

from database_config import Database
from studylens.errors import DatabaseDown
from studylens.jobs import leases
from studylens.limits import LEASE_RENEWAL_SECONDS

log = logging.getLogger("studylens.jobs")


class LeaseKeeper:
    """Holds one claim at a time and renews its lease every 10 s."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._claimed: leases.Claim | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start the thread."""
        self._stopping.clear()
        threading.Thread(target=self._live, name="lease-keeper", daemon=True).start()

    def stop(self) -> None:
        """End the thread soon."""
        self._stopping.set()

    def keep(self, claimed: leases.Claim | None) -> None:
        """Renew this claim from now on; None: nothing."""
        self._claimed = claimed

    def _live(self) -> None:
        while not self._stopping.wait(LEASE_RENEWAL_SECONDS):
            claimed = self._claimed
            if claimed is None:
                continue
            try:
                leases.renew(self._database, claimed)
            except DatabaseDown:
                log.warning("Could not renew the lease of job %s; trying again", claimed.job_id)
            except Exception:
                log.exception("The lease keeper met an error and goes on")
