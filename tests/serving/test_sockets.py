"""An answer is sent at a least pace: slow readers hold few threads, and none for long."""

import socket
import tempfile
import threading
from collections.abc import Iterator

import pytest

from studylens.serving.sockets import BLOCK_BYTES, SEND_BUFFER_BYTES, PacedSocket

LARGE = bytes(4 * 2**20)


class Impatient(PacedSocket):
    """Slow after a moment, hung up on soon after."""

    soon_seconds = 0.05
    block_seconds = 0.2


@pytest.fixture
def reader() -> Iterator[tuple[Impatient, socket.socket]]:
    """A sender of ours, and the client that reads from it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        sender = Impatient(listener.accept()[0])
        with client, sender:
            yield sender, client


def read_all(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(2**20), b""))


def test_who_reads_gets_all_of_it(reader: tuple[Impatient, socket.socket]) -> None:
    sender, client = reader
    got: list[bytes] = []
    thread = threading.Thread(target=lambda: got.append(read_all(client)))
    thread.start()
    with tempfile.TemporaryFile() as file:
        file.write(b"a file" * 50_000)
        sender.sendall(LARGE)
        assert sender.sendfile(file, 6, 60_000) == 60_000
    sender.shutdown(socket.SHUT_WR)
    thread.join()
    assert got == [LARGE + b"a file" * 10_000]
    assert sender.gettimeout() is None


@pytest.mark.parametrize("drips", [0, 1_000])
def test_who_reads_nothing_or_drop_by_drop_is_hung_up_on(
    reader: tuple[Impatient, socket.socket], drips: int
) -> None:
    sender, client = reader
    over = threading.Event()

    def drip() -> None:
        while drips and not over.wait(0.001):
            client.recv(10)

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(BrokenPipeError):
        sender.sendall(LARGE)
    over.set()
    thread.join()


def test_few_may_be_slow_at_once(reader: tuple[Impatient, socket.socket]) -> None:
    sender, _ = reader
    sender.places = threading.BoundedSemaphore(1)  # type: ignore[misc]
    sender.places.acquire()
    sender.block_seconds = 1_000  # type: ignore[misc]
    with pytest.raises(BrokenPipeError):
        sender.sendall(LARGE)
    sender.places.release()
    assert sender.places.acquire(blocking=False)


def test_a_page_holds_nobody(reader: tuple[Impatient, socket.socket]) -> None:
    sender, _ = reader
    sender.sendall(bytes(SEND_BUFFER_BYTES - BLOCK_BYTES))  # Nobody reads it.
