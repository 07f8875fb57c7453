"""Scratch folders that a living process holds: who dies, also by kill -9, holds nothing any more.

The kernel lets go of a lock (flock) when the last process that holds it has ended, so whoever finds a
folder without one may remove it at once, and nobody has to wait until it is old.
"""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TRIES, PAUSE_SECONDS = 5, 0.02
"""A sweep may find a folder between its making and its lock: it needs less than a pause to remove it."""


@contextmanager
def held(folder: Path) -> Iterator[Path]:
    """Make this folder, hold it, and remove it with all that is in it afterwards. Raises OSError."""
    fd = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(fd)


def remove_unheld(folder: Path) -> bool:
    """Remove a folder that nobody holds; say whether it is gone."""
    with contextlib.suppress(OSError):
        fd = _locked(folder)
        try:
            shutil.rmtree(folder)
        finally:
            os.close(fd)
    return not folder.exists()


def _hold(folder: Path) -> int:
    for left in reversed(range(TRIES)):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            fd = _locked(folder)
            if _is_at(folder, fd):
                return fd
            os.close(fd)
        except (BlockingIOError, FileNotFoundError):
            if not left:
                raise
        time.sleep(PAUSE_SECONDS)
    raise FileNotFoundError(folder)


def _is_at(folder: Path, fd: int) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), folder.stat())
    except FileNotFoundError:
        return False


def _locked(folder: Path) -> int:
    """Return the folder's descriptor, locked. Raises OSError, BlockingIOError when somebody holds it."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        raise
    return fd
