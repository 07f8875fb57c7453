"""Requests on their way to the analysis process: files go along as open descriptors, never by name.

So the process needs no right to open any upload, and finds no other one. Runner and process share a pair of
sockets, since only a socket carries descriptors.
"""

import contextlib
import os
import socket
from collections.abc import Iterator
from dataclasses import replace

from studylens.analysis.protocol import wire
from studylens.analysis.protocol.handed import FOLDER

_MOST = 64
"""Files of one request: a photo, or the pictures of a pack's sheets."""
_READ_BYTES = 65_536
_OURS_ALONE = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
"""No child inherits them; macOS has no such flag."""


def send(channel: socket.socket, request: wire.Request) -> None:
    """Send a request with its files; raises BrokenPipeError when nobody listens any more.

    A file that cannot be opened is not sent: whoever opens it finds nothing, as if it had been removed.
    """
    places: dict[str, str] = {}
    fds: list[int] = []
    try:
        for path in _paths(request):
            with contextlib.suppress(OSError):
                fds.append(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
                places[path] = f"{FOLDER}{len(fds) - 1}"
        line = wire.encode(_moved(request, places))
        if fds:
            socket.send_fds(channel, [line[:1]], fds)  # They travel with the first byte.
        channel.sendall(line[1:] if fds else line)
    finally:
        for fd in fds:
            os.close(fd)


def lines(channel: socket.socket) -> Iterator[tuple[bytes, list[int]]]:
    """Yield each request as it was sent, with the descriptors of its files, until nobody sends any more."""
    held = b""
    fds: list[int] = []
    while True:
        found, more, _, _ = socket.recv_fds(channel, _READ_BYTES, _MOST, _OURS_ALONE)
        fds += more
        if not found:
            return
        held += found
        *whole, held = held.split(b"\n")
        for line in whole:
            yield line, fds
            fds = []


def request_of(line: bytes, fds: list[int]) -> wire.Request:
    """Return the request with its files under the numbers that they have here. Raises ValueError."""
    request = wire.decode_request(line)
    return _moved(request, {f"{FOLDER}{n}": f"{FOLDER}{fd}" for n, fd in enumerate(fds)})


def _paths(request: wire.Request) -> list[str]:
    sheets = request.sheets
    more = [*(template.path for template in sheets.templates), sheets.content.art] if sheets else []
    return list(dict.fromkeys(path for path in (request.path, request.taught, *more) if path))


def _moved(request: wire.Request, places: dict[str, str]) -> wire.Request:
    def place(path: str) -> str:
        return places.get(path, path)

    sheets = request.sheets
    if sheets is not None:
        templates = [replace(template, path=place(template.path)) for template in sheets.templates]
        content = replace(sheets.content, art=place(sheets.content.art))
        sheets = replace(sheets, templates=templates, content=content)
    return replace(request, path=place(request.path), taught=place(request.taught), sheets=sheets)
