"""Starts, feeds, limits and kills the analysis process: a fresh interpreter, never a fork."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from typing import IO

from studylens.analysis.protocol import handing, reach, wire
from studylens.config import Config
from studylens.errors import TookTooLong
from studylens.limits import ANALYSIS_SILENCE_SECONDS, ANALYSIS_WALL_SECONDS
from studylens.places import HOME
from studylens.variables import ANALYSIS_ENVIRONMENT, TORCH_ENVIRONMENT, without_secrets

COMMAND = (sys.executable, "-m", "studylens.analysis")
TICK_SECONDS = 0.5
"""How often a run without news gives its caller a chance to look around."""
SEND_SECONDS = 30.0
"""How long a request may be on its way: a thread of the process does nothing but take it."""
MOST_LINE_BYTES = 64 * 2**20
"""Of one event; twenty pages of a sheet with pictures have less. Who says more has been taken over."""
_READ_BYTES = 65_536


class FailedStart(Exception):
    """The process ended before it said a word: its start is at fault, not the photo."""

    def __init__(self) -> None:
        super().__init__("the analysis process did not start")


class ProcessDied(Exception):
    """The process ended in the middle of a photo; `returncode` as in subprocess."""

    def __init__(self, returncode: int) -> None:
        super().__init__(f"the analysis process ended with {returncode}")
        self.returncode = returncode


class SaidTooMuch(ProcessDied):
    """The process said more without an end than anybody may hold, and was ended for it."""

    def __init__(self) -> None:
        super().__init__(-signal.SIGKILL)


class AnalysisProcess:
    """The one process, started when first needed and kept warm; not thread-safe, its runner owns it.

    It reaches no more than the request that it was started for. A private one has a process of its own, which
    ends with it.
    """

    def __init__(self, config: Config, command: Sequence[str] = COMMAND) -> None:
        ours = {name: value for name, value in config.to_environment().items() if value}
        torch = TORCH_ENVIRONMENT if config.blip_backend == "transformers" else {}
        everything = {**os.environ, **ours, **ANALYSIS_ENVIRONMENT, **torch}
        # What reads strangers' pictures need not know what opens the database.
        self._environment = without_secrets(everything)
        self._command, self._config = tuple(command), config
        self._channel: socket.socket | None = None
        self._reach = reach.NOBODY
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()
        self._at_end = False
        self.last_words: Sequence[wire.Event] = ()
        """What a process that was ended in the middle of a request had said, and nobody had listened to."""

    @property
    def pid(self) -> int | None:
        """The process's id while it lives."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def run(self, request: wire.Request, lock_fd: int) -> Generator[wire.Event | None]:
        """Yield the request's events to its end, and None whenever nothing happened for a moment.

        Raises FailedStart, ProcessDied, TookTooLong. A caller that stops listening early kills the process,
        and finds in `last_words` what it had said until then.
        """
        finished, self.last_words = False, ()
        try:
            for event in self._events(request, lock_fd):
                finished = isinstance(event, wire.Outcome)
                yield event
                if finished:
                    return
        finally:
            if not finished:
                with contextlib.suppress(ValueError, TypeError, KeyError):  # No words of ours.
                    self.last_words = self._kill_and_listen()
            elif request.wishes.private:
                self.kill()

    def kill(self) -> None:
        """End the process at once, whatever it does, and all that it has started."""
        if self._process is not None:
            _kill(self._process)
            self._forget()

    def _kill_and_listen(self) -> list[wire.Event]:
        """End the process, and return what it had said to its end."""
        process = self._process
        if process is None:
            return []
        _kill(process)
        process.wait()
        fd = _pipe(process.stdout).fileno()
        os.set_blocking(fd, False)  # Nobody writes any more: what there is is there.
        with contextlib.suppress(BlockingIOError):
            while len(self._buffer) <= MOST_LINE_BYTES and (found := os.read(fd, _READ_BYTES)):
                self._buffer += found
        *lines, _ = bytes(self._buffer).split(b"\n")
        self._forget()
        return [wire.decode_event(line) for line in lines]

    def _events(self, request: wire.Request, lock_fd: int) -> Generator[wire.Event | None]:
        process = self._send(request, lock_fd)
        started = heard = time.monotonic()
        spoke = False
        while True:
            event = self._next_event(process)
            if event is None and self._at_end:
                raise self._death(process, spoke=spoke)
            now = time.monotonic()
            if event is not None:
                heard, spoke = now, True
            if now - started > ANALYSIS_WALL_SECONDS or now - heard > ANALYSIS_SILENCE_SECONDS:
                raise TookTooLong
            yield event

    def _send(self, request: wire.Request, lock_fd: int) -> subprocess.Popen[bytes]:
        self._make_way(request)
        process, channel = self._started(lock_fd, reach.reach_of(request, self._config))
        try:
            handing.send(channel, request)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            self.kill()
            raise FailedStart from None
        return process

    def _make_way(self, request: wire.Request) -> None:
        """End a process that reaches too little, or has served others before a private request."""
        needed = reach.reach_of(request, self._config)
        if request.wishes.private or not reach.covers(self._reach, needed):
            self.kill()

    def _started(self, lock_fd: int, reached: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
        if self._process is None or self._channel is None or self._process.poll() is not None:
            self._forget()
            self._channel, theirs = socket.socketpair()
            self._channel.settimeout(SEND_SECONDS)
            self._reach = reached
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell, no foreign words.
                    [*self._command, reached],
                    stdin=theirs.fileno(),
                    stdout=subprocess.PIPE,
                    env=self._environment,
                    cwd=HOME,
                    pass_fds=(lock_fd,),
                    start_new_session=True,  # Ctrl-C at the terminal is for the server alone.
                )
        return self._process, self._channel

    def _next_event(self, process: subprocess.Popen[bytes]) -> wire.Event | None:
        if b"\n" not in self._buffer:
            self._fill(_pipe(process.stdout).fileno())
        end = self._buffer.find(b"\n")
        if end < 0:
            if len(self._buffer) > MOST_LINE_BYTES:
                raise SaidTooMuch
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return wire.decode_event(line)

    def _fill(self, fd: int) -> None:
        readable, _, _ = select.select([fd], [], [], TICK_SECONDS)
        if readable:
            found = os.read(fd, _READ_BYTES)
            self._at_end = not found
            self._buffer += found

    def _death(self, process: subprocess.Popen[bytes], *, spoke: bool) -> Exception:
        _kill(process)  # It ends already; what it has started does not.
        returncode = process.wait()
        self._forget()
        if returncode == -signal.SIGXCPU:
            return TookTooLong()
        return ProcessDied(returncode) if spoke else FailedStart()

    def _forget(self) -> None:
        self._hang_up()
        if self._process is not None:
            _pipe(self._process.stdout).close()
            self._process.wait()
        self._process = None
        self._buffer, self._at_end = bytearray(), False

    def _hang_up(self) -> None:
        if self._channel is not None:
            self._channel.close()
        self._channel = None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all that it has started: it leads a group that nobody leaves (machine/seccomp.py).

    Once somebody has waited for it, its id may be another's.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the process was started without pipes")
    return pipe
