"""Scratch folders that a living process holds: who dies, also by kill -9, holds nothing any more.

The kernel lets go of a lock (flock) when the last process that holds it has ended, so whoever finds a
folder without one may remove it at once, and nobody has to wait until it is old.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Make this folder, hold it, and remove it with all that is in it afterwards. Raises OSError."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            raise
        if folder.exists() and os.path.samestat(os.fstat(fd), folder.stat()):
            break
        os.close(fd)  # A sweep removed it between its making and its lock.
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(fd)


def remove_unheld(folder: Path) -> bool:
    """Remove a folder that nobody holds; say whether it is gone."""
    with contextlib.suppress(OSError):
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)
        finally:
            os.close(fd)
    return not folder.exists()
