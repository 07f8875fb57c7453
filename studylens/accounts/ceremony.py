"""Asks a short process whether a passkey's answer is right: 20 MB of cryptography live no longer."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from studylens.accounts.people import NewPasskey
from studylens.errors import Busy, WrongPasskey
from studylens.places import HOME

log = logging.getLogger("studylens.accounts")

COMMAND = (sys.executable, "-m", "studylens.passkeys")
WALL_SECONDS = 20.0
"""At a tenth of a processor it takes 2 to 3 s."""
LIFETIME_SECONDS = 300
"""How long a challenge may be answered: looking for the phone is part of it."""

_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}
"""No secret of ours, and no PYTHONOPTIMIZE: libraries are compiled at installation without it."""

Turn = Callable[[], AbstractContextManager[None]]
Check = Callable[[Mapping[str, Any]], NewPasskey]
"""Checks one answer of an authenticator; raises WrongPasskey, Busy."""


def checker(turn: Turn, command: tuple[str, ...] = COMMAND) -> Check:
    """Return a check that waits for its turn and asks a process of its own."""

    def check(question: Mapping[str, Any]) -> NewPasskey:
        with turn():
            return _parsed(_ask(command, json.dumps(dict(question)).encode()))

    return check


def _ask(command: tuple[str, ...], question: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of the request is in the command.
            command,
            check=False,
            input=question,
            capture_output=True,
            cwd=HOME,
            env=_ENVIRONMENT,
            timeout=WALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("A passkey could not be checked: %s", error)
        raise Busy from error
    if done.returncode != 0:
        log.warning("A passkey could not be checked: %d %s", done.returncode, done.stderr[-300:])
        raise Busy if done.returncode < 0 else WrongPasskey
    return done.stdout


def _parsed(answer: bytes) -> NewPasskey:
    found = json.loads(answer)
    if "refused" in found:
        log.info("A passkey was refused: %s", found["refused"])
        raise WrongPasskey
    return NewPasskey(found["credential_id"], found["public_key"], found["sign_count"])
