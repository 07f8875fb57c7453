"""The machine's one lock: whoever holds it may run the analysis process."""

import fcntl
import hashlib
import os
import platform
import threading
import time
from collections.abc import Callable
from pathlib import Path

_POLL_SECONDS = 0.5


class MachineLock:
    """An flock that the analysis process inherits, so it lasts until both holders are gone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None
        self._releasing = threading.Lock()

    @property
    def fd(self) -> int:
        """The open file to hand to the analysis process; raises RuntimeError when the lock is not held."""
        if self._fd is None:
            raise RuntimeError("the lock is not held")
        return self._fd

    @property
    def identity(self) -> str:
        """16 hexadecimal digits of this lock on this machine, by which rows tell under which one they run.

        Machines of a kind may have all but the moment in common at which the file was made.
        Raises RuntimeError when it is not held.
        """
        file = os.fstat(self.fd)
        told = (platform.node(), _boot(), file.st_dev, file.st_ino, file.st_ctime_ns)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    @property
    def held(self) -> bool:
        """Say whether this object holds the lock."""
        return self._fd is not None

    def acquire(self) -> bool:
        """Take the lock if it is free; return whether it is held now."""
        if self._fd is not None:
            return True
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # For reading, since the analysis inherits it and shall have nothing that it can write to.
        fd = os.open(self.path, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(fd)
            if isinstance(error, BlockingIOError):
                return False
            raise
        self._fd = fd
        return True

    def wait(self, on_wait: Callable[[], None]) -> None:
        """Take the lock however long it takes; calls `on_wait` once if it has to wait."""
        if self.acquire():
            return
        on_wait()
        while not self.acquire():
            time.sleep(_POLL_SECONDS)

    def release(self) -> None:
        """Let go; the lock is free once the analysis process has ended, too."""
        with self._releasing:  # Closed twice, the number is somebody else's.
            fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)


def _boot() -> str:
    """Return the random id of this start of the machine's system; empty where there is none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text()
    except OSError:
        return ""
