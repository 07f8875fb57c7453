"""Evict code, libraries and model files from the page cache, so that the next reader is charged for them.

A page belongs to the group that read it first: without this, a service that is measured in its own group
would use libraries for nothing that somebody else has read before.
"""

import mmap
import os
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import suppress
from ctypes import CDLL, addressof, c_size_t, c_ubyte, c_void_p
from dataclasses import dataclass
from pathlib import Path

from studylens.places import HOME

MB = 1024 * 1024
_ENDINGS = (".py", ".pyc", ".so", ".onnx", ".bin", ".txt", ".json", ".yaml", ".html", ".css", ".js")
_libc = CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Eviction:
    """What was evicted: number of files, their size, and how much of it stayed (mapped by others); MB."""

    files: int
    mb: float
    stayed_mb: float


def evict(*folders: Path) -> Eviction:
    """Drop all that the service may read, and what `folders` hold; pages that others map stay."""
    os.sync()  # A dirty page is not dropped.
    files = size = stayed = 0
    for path in (*_files(), *_all_of(folders)):
        with suppress(OSError), path.open("rb") as file:
            files, size = files + 1, size + os.fstat(file.fileno()).st_size
            stayed += drop(file.fileno())
    return Eviction(files, size / MB, stayed / MB)


def drop(descriptor: int) -> int:
    """Drop an open file from the page cache; return how many bytes of it stayed there."""
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    return cached_bytes(descriptor)


def _all_of(folders: Iterable[Path]) -> Iterator[Path]:
    return (path for folder in folders for path in folder.rglob("*") if path.is_file())


def _files() -> Iterator[Path]:
    """Yield this checkout's code, the installed libraries, and the interpreter."""
    folders = [HOME, Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("stdlib"))]
    seen = {HOME / "node_modules", HOME / ".git"}
    for folder in folders:
        for root, inner, names in os.walk(folder):
            here = Path(root)
            inner[:] = [name for name in inner if here / name not in seen]
            seen.add(here)
            yield from (here / name for name in names if name.endswith(_ENDINGS) or ".so." in name)
    yield from _mapped_here()


def _mapped_here() -> Iterator[Path]:
    """Yield the interpreter and the system's libraries: what this process itself has mapped."""
    rows = (row.split() for row in Path("/proc/self/maps").read_text().splitlines())
    yield from {Path(row[5]) for row in rows if len(row) > 5 and row[5].startswith("/")}


def cached_bytes(descriptor: int) -> int:
    """Return how many bytes of an open file, in whole pages, are in the page cache (mincore)."""
    size = os.fstat(descriptor).st_size
    if size == 0:
        return 0
    pages = -(-size // mmap.PAGESIZE)
    flags = (c_ubyte * pages)()
    with mmap.mmap(descriptor, size, access=mmap.ACCESS_COPY) as view:
        first = c_ubyte.from_buffer(view)
        failed = _libc.mincore(c_void_p(addressof(first)), c_size_t(size), flags)
        del first
    return 0 if failed else sum(flag & 1 for flag in flags) * mmap.PAGESIZE
