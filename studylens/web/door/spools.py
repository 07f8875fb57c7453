"""Files on their way in: in memory while they are small, then nameless on the disk of the upload folder."""

import tempfile
from typing import Any

from studylens.machine import disk
from studylens.web.door.wiring import wiring

IN_MEMORY_BYTES = 16 * 1024
"""A file that is larger waits on disk: 12 bodies of 10 photos would be 600 MB."""


class Spool(tempfile.SpooledTemporaryFile[bytes]):
    """One arriving file. Not in the folder for temporary files, which may be memory itself."""

    def __init__(self) -> None:
        self._folder, self._reserve = wiring().folder.root, wiring().config.disk_reserve_bytes
        super().__init__(max_size=IN_MEMORY_BYTES, dir=str(self._folder))
        self.received = 0

    def write(self, data: Any) -> int:
        """Write bytes and count them. Raises DiskFull at the reserve, and OSError."""
        self.received += len(data)
        if self.received > IN_MEMORY_BYTES:
            disk.check_room((self._folder,), len(data), self._reserve)
        return super().write(data)

    def rollover(self) -> None:
        """Go on on disk."""
        self._folder.mkdir(parents=True, exist_ok=True)
        super().rollover()
