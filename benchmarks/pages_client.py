"""Asks a service for pages as fast as it answers, and reads what its processes spent meanwhile."""

import re
import select
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"
CONNECTIONS = 4
"""Kept open at once: the service always has the next request, and does not wait for this program."""
ANSWER_SECONDS = 60.0


class Readers:
    """Some connections over which the same request is sent again and again."""

    def __init__(self, url: str, cookie: str) -> None:
        host = urlsplit(url)
        self._head = f"Host: {host.netloc}\r\nCookie: {cookie}\r\nAccept: text/html\r\n"
        self._address = (host.hostname or "", host.port or 80)
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def connect(self) -> None:
        """Connect anew: the service closes what was silent for long."""
        self._close()
        self._sockets = [socket.create_connection(self._address) for _ in range(CONNECTIONS)]

    def _close(self) -> None:
        for each in self._sockets:
            each.close()

    def read(self, path: str, times: int, *, is_page: bool = True) -> int:
        """Read an address so many times; return its bytes. Raises RuntimeError when the answer is not 200.

        What is no page is asked for as scripts do: the service does not count what is due for its frame.
        """
        script = "" if is_page else "HX-Request: true\r\n"
        request = f"GET {path} HTTP/1.1\r\n{self._head}{script}\r\n".encode()
        size, sent, got = 0, 0, 0
        waiting: list[socket.socket] = []
        for each in self._sockets[:times]:
            each.sendall(request)
            waiting.append(each)
            sent += 1
        while got < times:
            ready, _, _ = select.select(waiting, [], [], ANSWER_SECONDS)
            if not ready:
                raise RuntimeError(f"{path} was not answered")
            for each in ready:
                size, got = _answer(each, path), got + 1
                if sent < times:
                    each.sendall(request)
                    sent += 1
                else:
                    waiting.remove(each)
        return size


def _answer(connection: socket.socket, path: str) -> int:
    data = b""
    while _END not in data:
        data += _more(connection, path)
    head, _, body = data.partition(_END)
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200 ") or length is None:
        raise RuntimeError(f"{path} answered {head[:200]!r}")
    have, wanted = len(body), int(length[1])
    while have < wanted:
        have += len(_more(connection, path))
    return wanted


def _more(connection: socket.socket, path: str) -> bytes:
    data = connection.recv(1 << 16)
    if not data:
        raise RuntimeError(f"{path}: the connection was closed")
    return data


def processor_ms(pids: Sequence[int]) -> float:
    """Return the processor time of all threads of these processes so far, in milliseconds."""
    spent = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            spent += int((task / "schedstat").read_text().split()[0])
    return spent / 1e6
