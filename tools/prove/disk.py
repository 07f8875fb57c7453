"""A disk that fills while the service runs: its own small one as root, else a size that no file may pass."""

import errno
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

DISK_MB = 96
"""The small disk: photos, database and its log take about 10 MB, and the reserve stands below."""
RESERVE_MB = 8
"""What the service is told to keep free of it."""
_BLOCK = bytes(1 << 20)


class Disk(Protocol):
    """Something that can be full, and free again."""

    how: str
    """In words for the page."""

    def fill(self) -> None:
        """From now on nothing more can be written."""

    def free(self) -> None:
        """There is room again."""


class SmallDisk:
    """A file system of its own in memory, which is filled by a file to its last byte."""

    how = f"a disk of {DISK_MB} MB, filled to its last byte"

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "somebody-else-s-file"

    def fill(self) -> None:
        """Write until the disk refuses."""
        with self._ballast.open("wb", buffering=0) as file:
            for size in (len(_BLOCK), 4096, 1):
                _write_until_full(file.fileno(), _BLOCK[:size])

    def free(self) -> None:
        """Take the file away."""
        self._ballast.unlink(missing_ok=True)


class FileSize:
    """A limit on the size of files: each write of the service fails (EFBIG), as on a full disk."""

    how = "a file-size limit of 0 bytes (a disk of its own needs root)"

    def __init__(self, pids: Callable[[], list[int]]) -> None:
        self._pids = pids

    def fill(self) -> None:
        """Let no process of the service write to a file."""
        self._limit(0)

    def free(self) -> None:
        """Let them write again; what was started meanwhile, too."""
        self._limit(None)

    def _limit(self, size: int | None) -> None:
        for pid in self._pids():
            with suppress(ProcessLookupError):  # It has ended meanwhile; the others are not left half way.
                _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if size is None else size, hard))


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | None]:
    """Mount a small disk on `folder`, or give None where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0777", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(words, check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _write_until_full(descriptor: int, block: bytes) -> None:
    try:
        while os.write(descriptor, block):
            pass
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
