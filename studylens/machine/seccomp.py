"""A filter of system calls, for what Landlock does not cover: sockets of every kind, and rights of files.

Linux on x86-64 and 64-bit ARM; no privilege is needed. Structures: the kernel's include/uapi/linux/filter.h
and seccomp.h. A refused call fails with EPERM, so a library reports it as it reports any refusal.
"""

import ctypes
import os
import platform
import socket
import struct
from collections.abc import Iterable

_PR_GET_SECCOMP, _PR_SET_SECCOMP, _MODE_FILTER = 21, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""Instructions: load a word, skip unless equal, skip unless as large, return."""
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1
"""Let it pass; fail with EPERM (1)."""
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_X32 = 0x40000000
"""From here on numbers belong to x86's third set of calls, which would pass every comparison."""

_ARCHS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET = {"x86_64": 41, "aarch64": 198}
_NEWER = (425, 452, 463, 466)
"""io_uring_setup, which opens sockets by itself; fchmodat2, setxattrat, removexattrat."""
_REFUSED = {
    # chmod, fchmod, chown, fchown, lchown, utime, the six of setxattr and removexattr, utimes, fchownat,
    # futimesat, fchmodat, utimensat
    "x86_64": (90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 260, 261, 268, 280),
    # setxattr and removexattr, fchmod, fchmodat, fchownat, fchown, utimensat
    "aarch64": (5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 88),
}

INTERNET = (socket.AF_INET, socket.AF_INET6, 16)
"""Kinds of sockets that a client of the internet needs; 16: netlink, which resolving names asks."""


def is_there() -> bool:
    """Say whether this kernel filters, and this processor's numbers are known."""
    known = platform.machine() in _ARCHS and hasattr(os, "O_PATH")
    return known and ctypes.CDLL(None).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0


def close(sockets: Iterable[int] = ()) -> bool:
    """Refuse sockets of all but these kinds, and changes to files' rights and times; False: it cannot.

    For this thread and all that it starts. After privileges.give_up(). Raises OSError.
    """
    if not is_there():
        return False
    code = _program(platform.machine(), sockets)
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    mode, nothing = ctypes.c_ulong(_MODE_FILTER), ctypes.c_ulong(0)
    if libc.prctl(_PR_SET_SECCOMP, mode, program, nothing, nothing):
        raise OSError(ctypes.get_errno(), "seccomp")
    return True


def _program(machine: str, sockets: Iterable[int]) -> bytes:
    lines = [_line(_LOAD, _ARCH_AT), _line(_EQUAL, _ARCHS[machine], skip=1), _line(_RETURN, _REFUSE)]
    lines += [_line(_LOAD, _NUMBER_AT), _line(_AT_LEAST, _X32, skip_else=1), _line(_RETURN, _REFUSE)]
    for number in (*_REFUSED[machine], *_NEWER):
        lines += [_line(_EQUAL, number, skip_else=1), _line(_RETURN, _REFUSE)]
    lines += [_line(_EQUAL, _SOCKET[machine], skip=1), _line(_RETURN, _ALLOW)]
    lines.append(_line(_LOAD, _FIRST_ARGUMENT_AT))
    for kind in sockets:
        lines += [_line(_EQUAL, int(kind), skip_else=1), _line(_RETURN, _ALLOW)]
    return b"".join([*lines, _line(_RETURN, _REFUSE)])


def _line(code: int, value: int, *, skip: int = 0, skip_else: int = 0) -> bytes:
    return struct.pack("=HBBI", code, skip, skip_else, value)
