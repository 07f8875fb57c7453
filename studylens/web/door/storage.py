"""Where things are stored: does it outlive a restart of this host, and which disks fill up?"""

import os
from pathlib import Path

from database_config import parse_url, url_for
from studylens.config import Config

_FLEETING = {"overlay", "tmpfs", "ramfs", "aufs"}
"""File systems that end with their container or machine."""


def is_lasting(config: Config, mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Say whether what is stored now is there after a restart; reads the mount table only."""
    url = parse_url(url_for(config))
    if url.get_backend_name() != "sqlite":
        return True
    folder = Path(os.path.abspath(url.database or "")).parent  # noqa: PTH100 - need not exist yet.
    kind, point = _mount_of(folder, mounts)
    return kind not in _FLEETING and not (config.on_render and point == Path("/"))


def disks_of(config: Config) -> tuple[Path, ...]:
    """Return the folders whose disks fill: that of the uploads, and that of SQLite's file."""
    url = parse_url(url_for(config))
    file = url.database if url.get_backend_name() == "sqlite" else None
    own = {config.upload_folder, *([Path(file).parent] if file else [])}
    return tuple(sorted(own))


def kind_of_disk(folder: Path, mounts: Path = Path("/proc/self/mountinfo")) -> str:
    """Return the kind of file system that holds `folder`, or an empty text where nobody knows."""
    return _mount_of(folder, mounts)[0]


def _mount_of(folder: Path, mounts: Path) -> tuple[str, Path]:
    """Return the type and the place of the file system that holds `folder`."""
    found = ("", Path("/"))
    for line in mounts.read_text().splitlines() if mounts.exists() else ():
        left, _, right = line.partition(" - ")
        point, kind = Path(left.split()[4]), right.split()[0]
        if (point == folder or point in folder.parents) and len(point.parts) >= len(found[1].parts):
            found = (kind, point)
    return found
