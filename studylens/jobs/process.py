"""Starts, feeds, limits and kills the analysis process: a fresh interpreter, never a fork."""

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
from studylens.variables import ANALYSIS_ENVIRONMENT, TORCH_ENVIRONMENT, WEB_SECRETS

COMMAND = (sys.executable, "-m", "studylens.analysis")
TICK_SECONDS = 0.5
"""How often a run without news gives its caller a chance to look around."""
END_SECONDS = 3.0
"""How long an idle process may take to end after its standard input was closed."""
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
        self._environment = {name: text for name, text in everything.items() if name not in WEB_SECRETS}
        self._command, self._config = tuple(command), config
        self._channel: socket.socket | None = None
        self._reach = reach.NOBODY
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""
        self._at_end = False

    @property
    def pid(self) -> int | None:
        """The process's id while it lives."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def run(self, request: wire.Request, lock_fd: int) -> Generator[wire.Event | None]:
        """Yield the request's events to its end, and None whenever nothing happened for a moment.

        Raises FailedStart, ProcessDied, TookTooLong. A caller that stops listening early kills the process.
        """
        finished = False
        try:
            for event in self._events(request, lock_fd):
                finished = isinstance(event, wire.Outcome)
                yield event
                if finished:
                    return
        finally:
            if not finished:
                self.kill()
            elif request.wishes.private:
                self.end()

    def end(self) -> None:
        """End an idle process: closing its standard input is enough, and a kill follows if it is not."""
        if self._process is None:
            return
        self._hang_up()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._forget()

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._forget()

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
        except (BrokenPipeError, ConnectionResetError):
            self.kill()
            raise FailedStart from None
        return process

    def _make_way(self, request: wire.Request) -> None:
        """End a process that reaches too little, or has served others before a private request."""
        needed = reach.reach_of(request, self._config)
        if request.wishes.private or not reach.covers(self._reach, needed):
            self.end()

    def _started(self, lock_fd: int, reached: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
        if self._process is None or self._channel is None or self._process.poll() is not None:
            self._forget()
            self._channel, theirs = socket.socketpair()
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
        line, newline, rest = self._buffer.partition(b"\n")
        if not newline:
            return None
        self._buffer = rest
        return wire.decode_event(line)

    def _fill(self, fd: int) -> None:
        readable, _, _ = select.select([fd], [], [], TICK_SECONDS)
        if readable:
            found = os.read(fd, _READ_BYTES)
            self._at_end = not found
            self._buffer += found

    def _death(self, process: subprocess.Popen[bytes], *, spoke: bool) -> Exception:
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
        self._buffer, self._at_end = b"", False

    def _hang_up(self) -> None:
        if self._channel is not None:
            self._channel.close()
        self._channel = None


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the process was started without pipes")
    return pipe
