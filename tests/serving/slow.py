"""Clients that are slow on purpose; for tests, benchmarks and `make prove`."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

HALF_HEAD = b"GET /packs HTTP/1.1\r\nHost: loc"
OPEN_SECONDS = 120.0
"""A connection may take that long at a tenth of a processor before we give up on it."""


@contextmanager
def slow_clients(port: int, number: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """Open so many connections to this machine that each send these bytes and then nothing more."""
    with ExitStack() as stack:
        address = ("127.0.0.1", port)
        clients = [
            stack.enter_context(socket.create_connection(address, timeout=OPEN_SECONDS))
            for _ in range(number)
        ]
        for client in clients:
            client.sendall(sent)
        yield clients


def unanswered(clients: Sequence[socket.socket]) -> int:
    """Count those that have been told nothing yet, nor been hung up on."""
    silent = 0
    for client in clients:
        client.settimeout(0)
        try:
            client.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            silent += 1
        except OSError:
            continue
    return silent
