"""How much room the disks have, and the reserve that no upload may use."""

import os
from pathlib import Path

from studylens.errors import DiskFull


def free_bytes(folder: Path) -> int:
    """Return the bytes that this service may still write below the folder, which need not exist yet.

    Raises OSError when not even the root can be asked.
    """
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def check_room(folders: tuple[Path, ...], more: int, reserve: int) -> None:
    """Return when so many bytes more leave the reserve on every disk. Raises DiskFull."""
    if reserve and any(free_bytes(folder) - more < reserve for folder in folders):
        raise DiskFull
