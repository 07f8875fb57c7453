"""A filter of system calls, for what Landlock does not cover: sockets, rights of files, what stays behind.

Linux on x86-64 and 64-bit ARM; no privilege is needed. Structures: the kernel's include/uapi/linux/filter.h
and seccomp.h. A refused call fails with EPERM, so a library reports it as it reports any refusal.
"""

import ctypes
import os
import platform
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass

_PR_GET_SECCOMP, _PR_SET_SECCOMP, _MODE_FILTER = 21, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
"""Instructions: load a word, skip unless equal, skip unless as large, keep these bits, return."""
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1
"""Let it pass; fail with EPERM (1)."""
_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_ALL = 0xFFFFFFFF
_X32 = 0x40000000
"""From here on numbers belong to x86's third set of calls, which would pass every comparison."""

_ARCHS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NEWER = (425, 452, 463, 466)
"""io_uring_setup, which opens sockets by itself; fchmodat2, setxattrat, removexattrat."""
_REFUSED = {
    # chmod, fchmod, chown, fchown, lchown, utime, the six of setxattr and removexattr, utimes, fchownat,
    # futimesat, fchmodat, utimensat; flock; setpgid, setsid; setpriority, ioprio_set; shmget, semget,
    # msgget; mq_open; add_key, request_key, keyctl
    "x86_64": (
        90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 260, 261, 268, 280,
        73, 109, 112, 141, 251, 29, 64, 68, 240, 248, 249, 250,
    ),
    # setxattr and removexattr, fchmod, fchmodat, fchownat, fchown, utimensat; flock; setpgid, setsid;
    # setpriority, ioprio_set; mq_open, msgget, semget, shmget; add_key, request_key, keyctl
    "aarch64": (
        5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 88,
        32, 154, 157, 140, 30, 180, 186, 190, 194, 217, 218, 219,
    ),
}  # fmt: skip
"""Rights and times of files; the machine's lock, which comes along open; leaving the group that is killed as
one; how others are scheduled; and what stays in the kernel for the next process to find."""


@dataclass(frozen=True)
class _Only:
    """A call that passes with these `values` in the bits `mask` of its argument `place`, from 0."""

    place: int
    values: tuple[int, ...]
    mask: int = _ALL


_CONDITIONS = ("socket", "socketpair", "prlimit64", "sendto", "sendmsg", "sendmmsg")
_NUMBERS = {"x86_64": (41, 53, 302, 44, 46, 307), "aarch64": (198, 199, 261, 206, 211, 269)}
_PLAIN, _TCP, _UDP = 0, 6, 17
"""Protocols. Landlock's ports are TCP's alone: MPTCP and SCTP would connect past them."""
_KIND_OF_SOCKET, _STREAM = 0xF, 1
"""A pair of datagrams can be sent anywhere that has a name, such as the system's journal."""
_FAST_OPEN = 0x20000000
"""A flag that connects while it sends, which Landlock does not see."""
_SELF = 0
"""Whose limits may be changed: those of others can end them."""

INTERNET = (int(socket.AF_INET), int(socket.AF_INET6), 16)
"""Kinds of sockets that a client of the internet needs; 16: netlink, which resolving names asks."""


def is_there() -> bool:
    """Say whether this kernel filters, and this processor's numbers are known."""
    known = platform.machine() in _ARCHS and hasattr(os, "O_PATH")
    return known and ctypes.CDLL(None).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0


def close(sockets: tuple[int, ...] = ()) -> bool:
    """Refuse sockets of all but these kinds, and what `_REFUSED` lists; False: it cannot.

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


def _program(machine: str, sockets: tuple[int, ...]) -> bytes:
    lines = [_line(_LOAD, _ARCH_AT), _line(_EQUAL, _ARCHS[machine], skip=1), _line(_RETURN, _REFUSE)]
    lines += [_line(_LOAD, _NUMBER_AT), _line(_AT_LEAST, _X32, skip_else=1), _line(_RETURN, _REFUSE)]
    for number in (*_REFUSED[machine], *_NEWER):
        lines += [_line(_EQUAL, number, skip_else=1), _line(_RETURN, _REFUSE)]
    for name, number in zip(_CONDITIONS, _NUMBERS[machine], strict=True):
        lines += _call(number, _conditions(name, sockets))
    return b"".join([*lines, _line(_RETURN, _ALLOW)])


def _conditions(name: str, sockets: tuple[int, ...]) -> tuple[_Only, ...]:
    match name:
        case "socket":
            return _Only(0, sockets), _Only(2, (_PLAIN, _TCP, _UDP))
        case "socketpair":
            return (_Only(1, (_STREAM,), _KIND_OF_SOCKET),)
        case "prlimit64":
            return (_Only(0, (_SELF,)),)
        case "sendmsg":
            return (_Only(2, (0,), _FAST_OPEN),)
        case _:
            return (_Only(3, (0,), _FAST_OPEN),)


def _call(number: int, conditions: Iterable[_Only]) -> list[bytes]:
    """Let this call pass if all conditions hold, else refuse it; any other call skips all of this."""
    lines: list[bytes] = []
    for only in conditions:
        lines += [_line(_LOAD, _ARGUMENTS_AT + 8 * only.place), _line(_AND, only.mask)]
        left = len(only.values)
        for value in only.values:
            lines.append(_line(_EQUAL, value, skip=left))  # Past the values that are left, and the refusal.
            left -= 1
        lines.append(_line(_RETURN, _REFUSE))
    lines.append(_line(_RETURN, _ALLOW))
    return [_line(_EQUAL, number, skip_else=len(lines)), *lines]


def _line(code: int, value: int, *, skip: int = 0, skip_else: int = 0) -> bytes:
    return struct.pack("=HBBI", code, skip, skip_else, value)
