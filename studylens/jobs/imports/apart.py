"""Starts the process that reads a stranger's file, and says what it found."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any, Protocol

from studylens.errors import BadFile, StudylensError, TookTooLong, error_for_code
from studylens.jobs.imports.files import Paths, opened_pictures
from studylens.places import HOME
from studylens.study.exchange import reading
from studylens.study.exchange.anki.drawing import Drawer, Draws
from studylens.study.exchange.apart import KEEP
from studylens.study.exchange.incoming import too_slow
from studylens.study.exchange.reading import How, Read, Written
from studylens.study.exchange.tables.choice import AS_FOUND, Choice
from studylens.variables import ANALYSIS_ENVIRONMENT, without_secrets

COMMAND = (sys.executable, "-m", "studylens.study.exchange.apart")
LIGHT_BYTES = 64 * 1024
"""A plain file up to here is read in the web process: 700 cards take 20 ms, a new process 0.4 s."""
TICK_SECONDS = 0.5
"""How often whoever waits looks whether the student has stopped it."""
WALL_SECONDS = 1_800.0
"""Beside an analysis at a tenth of a processor 85 processor seconds take so long, 60 of them for
pictures."""


class Reader(Protocol):
    """Reads the file of this name; the function says whether to stop, `choice` how to read a table."""

    def __call__(
        self,
        paths: Paths,
        name: str,
        is_stopped: Callable[[], bool],
        /,
        *,
        choice: Choice = AS_FOUND,
        keeps_schedule: bool = False,
    ) -> Read:
        """Return what was found. Raises what `read_apart` raises."""


class Stopped(Exception):
    """The student, or the service's end, has stopped the reading."""


def read_here(
    paths: Paths,
    name: str,
    _is_stopped: Callable[[], bool],
    *,
    choice: Choice = AS_FOUND,
    keeps_schedule: bool = False,
    drawer: Callable[[], Draws] = Drawer,
) -> Read:
    """Read in this process. Raises BadFile, TooLarge, DiskFull; FileNotFoundError when the file is gone."""
    with paths.sent.open("rb") as file:
        try:
            with paths.lines.open("w+b") as target, opened_pictures(paths) as pictures:
                how = How(drawer, keeps_schedule=keeps_schedule, choice=choice)
                return reading.read(file, name, Written(target, pictures), paths.unpacked, how=how)
        except OSError as error:
            raise reading.no_room() from error


def read_apart(
    paths: Paths,
    name: str,
    is_stopped: Callable[[], bool],
    *,
    choice: Choice = AS_FOUND,
    keeps_schedule: bool = False,
) -> Read:
    """Read in a process of its own, unless the file is light. Raises what read_here raises, and Stopped."""
    with (
        paths.sent.open("rb") as file,
        paths.lines.open("w+b") as target,
        opened_pictures(paths) as pictures,
    ):
        if reading.is_light(file, paths.sent.stat().st_size, LIGHT_BYTES):
            return read_here(paths, name, is_stopped, choice=choice)
        fds = file.fileno(), target.fileno(), pictures.fileno()
        wishes = [json.dumps(choice.as_json()), *([KEEP] if keeps_schedule else [])]
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell; name and wishes are one argument each.
            [*COMMAND, *map(str, fds), str(paths.unpacked), name, *wishes],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            cwd=HOME,
            pass_fds=fds,
            start_new_session=True,  # Ctrl-C at the terminal is for the server alone.
        )
        try:
            return _found(_answer(process, is_stopped), process.returncode)
        finally:
            process.kill()
            with process:  # Closes its pipes and waits for it.
                paths.unpacked.unlink(missing_ok=True)


def _environment() -> dict[str, str]:
    """Return its variables: what reads strangers' files need not know what opens the database."""
    everything = {**os.environ, **ANALYSIS_ENVIRONMENT}
    return without_secrets(everything)


def _answer(process: "subprocess.Popen[bytes]", is_stopped: Callable[[], bool]) -> bytes:
    """Wait for the process's end and return what it said. Raises Stopped, TookTooLong."""
    waited = 0.0
    while True:
        try:
            process.wait(TICK_SECONDS)
            return process.stdout.read() if process.stdout else b""
        except subprocess.TimeoutExpired:
            waited += TICK_SECONDS
            if is_stopped():
                raise Stopped from None
            if waited > WALL_SECONDS:
                raise TookTooLong from None


def _found(said: bytes, returncode: int) -> Read:
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError:
        raise (too_slow() if returncode == -signal.SIGXCPU else reading.too_much()) from None
    if "size" in answer:
        return Read(answer["size"], answer["counts"])
    raise _error(answer)


def _error(answer: dict[str, Any]) -> StudylensError:
    kind = error_for_code(answer["code"])
    return kind(answer["message"] or None) if kind is not StudylensError else BadFile()
