"""Landlock, the kernel's own walls: a process gives up files, ports and signals for itself and its children.

Linux 5.13 and later; no privilege is needed. Numbers and structures: the kernel's
include/uapi/linux/landlock.h and Documentation/userspace-api/landlock.rst. No well-kept package binds it.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""System calls, the same on every processor."""
_VERSION = 1
"""Flag that asks for the version instead of a ruleset."""
_PATH_BENEATH, _NET_PORT = 1, 2

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16, 6: 16}
"""How many rights on files a version knows (bit 0 upwards); later ones are asked for as version 6."""
NEWEST = 6
"""The newest version whose rights are used here."""
PORTS_SINCE, SIGNALS_SINCE = 4, 6
_PORT_RIGHTS = 0b11
"""Bind and connect, TCP."""
_CONNECT = 0b10
_SCOPES = 0b11
"""Sockets with abstract names, and signals, to anybody outside."""


@dataclass(frozen=True)
class Walls:
    """What stays open: `readable` and `runnable` files or folders with all below, `writable` ones, `ports`.

    What is runnable may be read as well; TCP `ports` may be connected to, none listened on.
    """

    readable: Iterable[Path]
    runnable: Iterable[Path] = ()
    writable: Iterable[Path] = ()
    ports: Iterable[int] = ()


def version() -> int:
    """Return the version of Landlock that this kernel offers; 0: none."""
    try:
        return max(0, _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION)))
    except OSError:
        return 0


def close(walls: Walls) -> int:
    """Give up everything else, for this thread and all that it starts; return the version used, 0: none.

    After privileges.give_up(). What does not exist is passed over. Raises OSError.
    """
    found = min(version(), NEWEST)
    if not found:
        return 0
    rights = (1 << _FILE_RIGHTS[found]) - 1
    ports = _PORT_RIGHTS if found >= PORTS_SINCE else 0
    asked = struct.pack("=QQQ", rights, ports, _SCOPES if found >= SIGNALS_SINCE else 0)
    ruleset = _call(_CREATE_RULESET, asked, ctypes.c_size_t(len(asked)), ctypes.c_uint32(0))
    try:
        _open_files(ruleset, walls)
        for port in walls.ports if ports else ():
            _add(ruleset, _NET_PORT, struct.pack("=QQ", _CONNECT, port))
        _call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return found


def _open_files(ruleset: int, walls: Walls) -> None:
    reading = _READ_FILE | _READ_DIR
    for paths, rights in (
        (walls.readable, reading),
        (walls.runnable, reading | _EXECUTE),
        (walls.writable, _READ_FILE | _WRITE_FILE),
    ):
        for path in paths:
            _open_file(ruleset, path, rights)


def _open_file(ruleset: int, path: Path, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= ~_READ_DIR
        _add(ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, fd))
    finally:
        os.close(fd)


def _add(ruleset: int, kind: int, rule: bytes) -> None:
    _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(kind), rule, ctypes.c_uint32(0))


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result = int(libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"Landlock: {os.strerror(ctypes.get_errno())}")
    return result
