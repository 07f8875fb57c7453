"""Asks a short process for what needs cryptography: 20 MB that the web process does not carry."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from studylens.errors import Busy
from studylens.places import HOME

log = logging.getLogger("studylens.push")

COMMAND = (sys.executable, "-m", "studylens.push")
WALL_SECONDS = 75.0
"""Its own bound is 40 s and one message more; a tenth of a processor takes 3 s to begin."""
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}
"""No secret of ours, and no PYTHONOPTIMIZE: libraries are compiled at installation without it."""

Ask = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Answers a question as `__main__` says. Raises Busy."""


def ask(question: Mapping[str, Any], command: tuple[str, ...] = COMMAND) -> dict[str, Any]:
    """Return the process's answer. Raises Busy where it has none."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of a request is in the command.
            command,
            check=False,
            input=json.dumps(dict(question)).encode(),
            capture_output=True,
            cwd=HOME,
            env=_ENVIRONMENT,
            timeout=WALL_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning(
            "The process for reminders failed: %s", type(error).__name__
        )  # Its text may have the key.
        raise Busy from error
    if done.returncode != 0:
        log.warning("The process for reminders failed: %d %s", done.returncode, done.stderr[-300:])
        raise Busy
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@lru_cache(maxsize=2)
def public_key(private: str) -> str:
    """Return what browsers are told of the operator's key; asked for once. Raises Busy."""
    found: str = ask({"ask": "public", "key": private})["public"]
    return found
