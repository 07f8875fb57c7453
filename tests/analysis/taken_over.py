"""The real analysis process, in which a photo's bytes have won: it tries to break out."""

import contextlib
import ctypes
import fcntl
import json
import os
import resource
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studylens.analysis import __main__, pipeline
from studylens.analysis.protocol import handed, wire
from studylens.machine import memory
from studylens.machine.cgroup import MB

MPTCP = 262
"""IPPROTO_MPTCP: TCP over several ways at once, or over one like any other."""
PEAK_BYTES = 64 * 2**20


def _break_out(request: wire.Request, config: object, send: object) -> wire.Outcome:
    """Do what the question asks for; the answer says of each attempt what came of it."""
    given = json.loads(request.wishes.question)
    tried: dict[str, Callable[[], object]] = {
        "own upload": lambda: handed.opened(Path(request.path)).read(4).decode(),
        "own upload by name": lambda: Path(given["upload"]).read_bytes(),
        "secret": lambda: Path(given["secret"]).read_text(),
        "secret's name": lambda: list(Path(given["secret"]).parent.iterdir()),
        "write": lambda: Path(given["secret"]).with_name("new").write_text("x"),
        "write to /tmp": lambda: Path("/tmp/studylens-out").write_text("x"),  # noqa: S108 - the folder of all.
        "lock": _write_to_inherited_files,
        "chmod": lambda: Path(given["secret"]).chmod(0),
        "run": lambda: subprocess.run(["/bin/sh", "-c", "true"], check=True).returncode,
        "signal": lambda: os.kill(os.getppid(), 0),
        "other's memory": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "other's limits": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU),
        "other's turns": lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
        "unlock": _let_go_of_the_lock,
        "leave the group": os.setsid,
        "stay in the kernel": _keep_shared_memory,
        "connect": lambda: _connect(socket.AF_INET, ("127.0.0.1", given["port"])),
        "connect elsewhere": lambda: _connect(socket.AF_INET, ("127.0.0.1", given["other_port"])),
        "connect while sending": lambda: _send_at_once(given["other_port"]),
        "connect by many ways": lambda: _connect(socket.AF_INET, ("127.0.0.1", given["other_port"]), MPTCP),
        "connect by name": lambda: _connect(socket.AF_UNIX, given["socket"]),
        "send by name": lambda: _send_to_name(given["datagrams"]),
        "listen": lambda: socket.create_server(("127.0.0.1", 0)).close(),
        "UDP": lambda: _datagram(given["port"]),
        "memory": lambda: os.close(os.memfd_create("scratch")),
        "own peak": _begin_own_peak_anew,
    }
    return wire.Failed("nothing_found", json.dumps({name: _outcome(work) for name, work in tried.items()}))


def _outcome(work: Callable[[], object]) -> str:
    try:
        found = work()
    except OSError as error:
        return type(error).__name__
    return f"done: {found}"


def _write_to_inherited_files() -> list[str]:
    """Write into every regular file that came along open."""
    taken = []
    for fd in _inherited_files():
        with contextlib.suppress(OSError):
            taken.append(f"{fd}: {os.write(fd, b'x')}")
    return taken


def _let_go_of_the_lock() -> None:
    for fd in _inherited_files():
        fcntl.flock(fd, fcntl.LOCK_UN)


def _inherited_files() -> list[int]:
    links = list(Path("/proc/self/fd").iterdir())
    return [int(link.name) for link in links if int(link.name) > 2 and link.is_file()]  # 2 is the log.


def _keep_shared_memory() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    found = libc.shmget(0, 4096, 0o600)
    if found < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    libc.shmctl(found, 0, None)  # IPC_RMID: the test leaves nothing.


def _begin_own_peak_anew() -> bool:
    held = bytearray(b"x") * PEAK_BYTES
    high = memory.peak_mb()
    del held
    memory.forget_peak()
    return memory.peak_mb() < high - PEAK_BYTES / 2 / MB


def _connect(family: int, address: Any, protocol: int = 0) -> None:
    with socket.socket(family, socket.SOCK_STREAM, protocol) as outward:
        outward.connect(address)


def _send_at_once(port: int) -> int:
    with socket.socket() as outward:
        return outward.sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.1", port))


def _send_to_name(name: str) -> int:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        ours.connect(name)
        return ours.send(b"x")


def _datagram(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        return outward.sendto(b"x", ("127.0.0.1", port))


if __name__ == "__main__":
    pipeline.run = _break_out  # type: ignore[assignment]
    __main__.main()
