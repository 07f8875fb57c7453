"""Rights that a process gives up for good: what makes root root, and what started programs could gain.

Numbers and structures: capset(2), prctl(2).
"""

import ctypes
import os
import struct

_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITIES_3 = 0x20080522


def give_up() -> None:
    """No capability is left, and none comes back by starting a program; Linux only. Raises OSError.

    Without it root may look into every other process, whatever Landlock says (CAP_PERFMON).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "capset"):  # macOS.
        return
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, *(ctypes.c_ulong(value) for value in (1, 0, 0, 0))):
        raise OSError(ctypes.get_errno(), f"no_new_privs: {os.strerror(ctypes.get_errno())}")
    if libc.capset(struct.pack("=Ii", _CAPABILITIES_3, 0), bytes(24)):
        raise OSError(ctypes.get_errno(), f"capset: {os.strerror(ctypes.get_errno())}")
