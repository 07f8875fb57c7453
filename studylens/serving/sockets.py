"""A connection that is sent to at a least pace: who reads an answer byte by byte holds a thread meanwhile.

An answer up to SEND_BUFFER_BYTES, which is nearly every page, is the kernel's at once and holds nobody. Of a
larger one each block must be taken within BLOCK_SECONDS, and only few such readers may be slow at once.
"""

import errno
import socket
import threading
import time
from typing import IO, Any

BLOCK_BYTES = 64 * 1024
"""What the pace is counted in."""
BLOCK_SECONDS = 60.0
"""For each block: 1 kB/s. The kernel asks for more when a third of its buffer is free, about 80 kB."""
SOON_SECONDS = 3.0
"""A block that takes longer makes its reader a slow one."""
SLOW_READERS = 8
"""Of 32 threads; the ninth is hung up on. A large file that a browser fetches can be asked for once more."""
SEND_BUFFER_BYTES = 128 * 1024
"""Fixed: the kernel's own choice grows to 4 MB for each connection, and counts as the service's memory."""

_slow_readers = threading.BoundedSemaphore(SLOW_READERS)


class PacedSocket(socket.socket):
    """A socket whose `sendall` gives up on a reader that is too slow, as if it had hung up."""

    soon_seconds = SOON_SECONDS
    block_seconds = BLOCK_SECONDS
    places = _slow_readers
    waits = True
    """False: whoever does not leave the kernel room for an answer is hung up on at once."""

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(fileno=accepted.detach())
        self.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self._sent = 0
        self._spent = 0.0

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """Send all of it. Raises BrokenPipeError when the reader is too slow."""
        if self.gettimeout() == 0:  # gunicorn's own refusals never wait.
            super().sendall(data, flags)
            return
        if not self.waits:
            self._send_at_once(data)
            return
        has_place = False
        before = self.gettimeout()
        rest = memoryview(data).cast("B")
        try:
            while rest:
                sent, has_place = self._send_some(rest[:BLOCK_BYTES], has_place=has_place)
                rest = rest[sent:]
        finally:
            self.settimeout(before)
            if has_place:
                self.places.release()

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> int:  # type: ignore[override]
        """Send a file block by block, at the same pace. Returns its bytes."""
        file.seek(offset)
        sent = 0
        while block := file.read(BLOCK_BYTES if count is None else min(BLOCK_BYTES, count - sent)):
            self.sendall(block)
            sent += len(block)
        return sent

    def _send_at_once(self, data: Any) -> None:
        before = self.gettimeout()
        self.settimeout(0)
        try:
            super().sendall(data)
        except BlockingIOError as error:
            raise BrokenPipeError(errno.EPIPE, "The reader is too slow") from error
        finally:
            self.settimeout(before)

    def _send_some(self, block: memoryview, *, has_place: bool) -> tuple[int, bool]:
        """Return how much went out, and whether a slow reader's place is held."""
        left = (self.block_seconds if has_place else self.soon_seconds) - self._spent
        if left <= 0:
            if not has_place and self._spent < self.block_seconds and self.places.acquire(blocking=False):
                return 0, True
            raise BrokenPipeError(errno.EPIPE, "The reader is too slow")
        self.settimeout(left)
        begun = time.monotonic()
        try:
            sent = self.send(block)
        except TimeoutError:
            sent = 0
        self._count(sent, time.monotonic() - begun)
        return sent, has_place

    def _count(self, sent: int, seconds: float) -> None:
        self._sent += sent
        self._spent += seconds
        if self._sent >= BLOCK_BYTES:
            self._sent, self._spent = 0, 0.0
