"""gunicorn's threaded worker, changed where one client could hold up all others.

gunicorn 27 gives a thread to each connection at once: for 5 s while it is silent, for ever once half a head
came. Its main thread, which accepts connections, lingers up to 2 s on each that it closes. Here a connection
stays with the poller until its head is whole; /health has threads of its own; the poller lingers.

What this needs of gunicorn, with tests/serving failing when it moves: `accept`, `enqueue_req`, `nr_conns`,
`finish_request`, `handle_request`, `on_client_socket_readable`, `murder_pending`, `keepalived_conns` and
`poller` of ThreadWorker; `init`, `close` and `data_ready` of TConn; `unread` and `take_buffered` of its
parser's reader.
"""

import errno
import selectors
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from studylens.serving.answers import BUSY, SLOW_HEAD, TOO_LARGE
from studylens.serving.heads import Head
from studylens.serving.lanes import HEALTH, PATIENCE_SECONDS, WITH_BODY, Lane
from studylens.serving.settling import Settling
from studylens.serving.sockets import PacedSocket

HEAD_SECONDS = 10.0
"""From a connection's start, or from the first byte of a later request, until its head is whole. A phone
sends a head in one or two packets."""
LINGER_SECONDS = 2.0
"""How long a closed connection may go on sending, so that it reads its answer before a reset."""
LINGERING = 64
"""Connections that are lingered on at once; beyond that they are closed as they are."""
READ_BYTES = 16 * 1024
SWEEP_SECONDS = 0.5
"""How often deadlines are looked at."""
Clock = Callable[[], float]
_FULL, _NOTHING = {errno.EMFILE, errno.ENFILE}, {errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED}


class Connection(TConn):  # type: ignore[misc]
    """One client: its head so far, and until when what we wait for must have come."""

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.head = Head()
        self.until = 0.0
        self.data_ready = True  # gunicorn's own wait for a first byte is over before a thread starts.
        self.linger: Callable[[Connection], bool] | None = None

    def init(self) -> None:
        """Make the parser, in the thread, and give it what the poller has read."""
        super().init()
        self.parser.unreader.unread(self.head.take())

    def close(self, graceful: bool = False) -> None:  # noqa: FBT001, FBT002 - The signature is gunicorn's.
        """Close now, or when the client has read its answer; never waits."""
        if not (graceful and self.linger is not None and self.linger(self)):
            super().close()


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    """A ThreadWorker that hands a request to a thread when its head is whole."""

    under = ""  # The path below which we are served: what gunicorn knows as SCRIPT_NAME.

    def __init__(self, *args: Any, clock: Clock = time.monotonic, settle: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heads: dict[Connection, None] = {}
        self.leaving: dict[Connection, None] = {}
        self.queued: dict[Connection, tuple[Lane, Callable[[], None]]] = {}
        self.bodies = Lane(WITH_BODY)
        self.pages = Lane(self.cfg.threads)
        self.health = Lane(HEALTH)
        self.health_threads = ThreadPoolExecutor(HEALTH)
        self._settle = settle or Settling().look
        self._clock = clock
        self._next_sweep = 0.0

    def accept(self, listener: Any) -> None:
        """Take a connection in; the one that has kept us waiting longest makes room for it."""
        if self.nr_conns >= self.worker_connections - 1:
            self._make_room()
        try:
            accepted, client = listener.accept()
        except OSError as error:
            if error.errno in _FULL:
                self._make_room()
            elif error.errno not in _NOTHING:
                raise
            return
        self.nr_conns += 1
        made = Connection(self.cfg, PacedSocket(accepted), client, listener.getsockname())
        made.linger, made.head.under = self._linger, self.under.encode()
        self.enqueue_req(made)

    def enqueue_req(self, conn: Connection) -> None:
        """Wait for the rest of a head; what gunicorn calls for each connection that may have a request."""
        if self.cfg.is_ssl:  # gunicorn's own TLS: its bytes say nothing before the handshake.
            super().enqueue_req(conn)
            return
        if conn.parser is not None:
            conn.head.feed(conn.parser.unreader.take_buffered())
        conn.until = self._clock() + HEAD_SECONDS
        if conn.head.is_whole:
            self._hand_over(conn)
            return
        conn.sock.settimeout(0)
        self.heads[conn] = None
        self._watch(conn, self._read_head)
        self._read_head(conn, conn.sock)

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Take a later request of a connection; one that just made room for another has none."""
        if conn in self.keepalived_conns:
            super().on_client_socket_readable(conn, client)

    def _read_head(self, conn: Connection, sock: socket.socket) -> None:
        if conn not in self.heads:  # It made room for another one, after the poller had seen its bytes.
            return
        try:
            piece = sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._drop(conn)
            return
        conn.head.feed(piece)
        if conn.head.is_whole:
            self._unwatch(self.heads, conn)
            self._hand_over(conn)
        elif conn.head.is_too_large:
            self._drop(conn, TOO_LARGE)

    def _hand_over(self, conn: Connection) -> None:
        lane = self._lane(conn.head)
        start = partial(self._start, lane, conn)
        conn.until = self._clock() + PATIENCE_SECONDS
        if not lane.enter(start):
            self.queued[conn] = (lane, start)

    def _lane(self, head: Head) -> Lane:
        if head.asks_health:
            return self.health
        return self.bodies if head.has_body else self.pages

    def _start(self, lane: Lane, conn: Connection) -> None:
        self.queued.pop(conn, None)
        conn.sock.waits = lane is not self.health  # Its few threads wait for no reader.
        threads = self.health_threads if lane is self.health else self.tpool
        done = threads.submit(self.handle, conn)
        done.add_done_callback(lambda future: self.method_queue.defer(self._finish, lane, conn, future))

    def _finish(self, lane: Lane, conn: Connection, future: Future[Any]) -> None:
        lane.leave()
        self.finish_request(conn, future)

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Answer a request; one that was sent past SCRIPT_NAME is taken for one below it.

        A host asks for /health at the bare address, and a proxy may take the path off; gunicorn says 500.
        """
        if self.under and req.path != self.under and not req.path.startswith(f"{self.under}/"):
            req.path = self.under + req.path
        return bool(super().handle_request(req, conn))

    def murder_pending(self) -> None:
        """End what has waited too long; gunicorn's loop calls this after each event."""
        now = self._clock()
        if now < self._next_sweep:
            return
        self._next_sweep = now + SWEEP_SECONDS
        self._settle()
        for conn in list(self.heads):
            if not self.alive:
                conn.until = min(conn.until, now + STOP_KEEPALIVE_LINGER)
            if conn.until <= now:
                self._drop(conn, SLOW_HEAD if conn.head.data else b"")
        for conn in [queued for queued in self.queued if queued.until <= now]:
            self._refuse(conn)
        for conn in [left for left in self.leaving if left.until <= now]:
            self._end_lingering(conn)

    def _make_room(self) -> None:
        """Let go of the client that has waited longest: for its own head, for more requests, for a thread."""
        if self.heads:
            self._drop(next(iter(self.heads)))
        elif self.keepalived_conns:
            self.keepalived_conns[0].timeout = 0.0
            self.murder_keepalived()
        elif self.queued:
            self._refuse(next(iter(self.queued)))

    def _refuse(self, conn: Connection) -> None:
        lane, start = self.queued.pop(conn)
        lane.forget(start)
        self._say_goodbye(conn, BUSY.page if conn.head.wants_page else BUSY.json)

    def _drop(self, conn: Connection, answer: bytes = b"") -> None:
        self._unwatch(self.heads, conn)
        self._say_goodbye(conn, answer)

    def _say_goodbye(self, conn: Connection, answer: bytes) -> None:
        self.nr_conns -= 1
        try:
            conn.sock.settimeout(0)
            conn.sock.sendall(answer)
        except OSError:
            answer = b""
        conn.close(graceful=bool(answer))

    def _linger(self, conn: Connection) -> bool:
        """Listen on while the client reads its answer. Returns False where there is nobody to listen to."""
        if len(self.leaving) >= LINGERING:
            return False
        try:
            conn.sock.settimeout(0)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return False
        conn.until = self._clock() + LINGER_SECONDS
        self.leaving[conn] = None
        self._watch(conn, self._hear_out)
        return True

    def _hear_out(self, conn: Connection, sock: socket.socket) -> None:
        try:
            heard = sock.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        if not heard:
            self._end_lingering(conn)

    def _end_lingering(self, conn: Connection) -> None:
        self._unwatch(self.leaving, conn)
        conn.close()

    def _watch(self, conn: Connection, then: Callable[[Connection, socket.socket], None]) -> None:
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(then, conn))

    def _unwatch(self, group: dict[Connection, None], conn: Connection) -> None:
        del group[conn]
        self.poller.unregister(conn.sock)
