"""The real analysis process, in which a photo's bytes have won: it tries to break out."""

import contextlib
import json
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from studylens.analysis import __main__, pipeline
from studylens.analysis.protocol import handed, wire


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
        "connect": lambda: _connect(socket.AF_INET, ("127.0.0.1", given["port"])),
        "connect elsewhere": lambda: _connect(socket.AF_INET, ("127.0.0.1", given["other_port"])),
        "connect by name": lambda: _connect(socket.AF_UNIX, given["socket"]),
        "listen": lambda: socket.create_server(("127.0.0.1", 0)).close(),
        "UDP": lambda: _datagram(given["port"]),
        "memory": lambda: os.close(os.memfd_create("scratch")),
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
    for link in list(Path("/proc/self/fd").iterdir()):
        with contextlib.suppress(OSError):
            fd = int(link.name)
            if fd > 2 and link.is_file():  # The log is the service's own.
                taken.append(f"{fd}: {os.write(fd, b'x')}")
    return taken


def _connect(family: int, address: Any) -> None:
    with socket.socket(family) as outward:
        outward.connect(address)


def _datagram(port: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
        return outward.sendto(b"x", ("127.0.0.1", port))


if __name__ == "__main__":
    pipeline.run = _break_out  # type: ignore[assignment]
    __main__.main()
