"""Asks a short process one question."""

import json
import logging
import subprocess
from collections.abc import Mapping
from typing import Any

from studylens.errors import Busy
from studylens.places import HOME

log = logging.getLogger("studylens.aside")

_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2"}
"""No secret of ours, and no PYTHONOPTIMIZE: libraries are compiled at installation without it."""


class NoAnswer(Exception):
    """The process ended with an error of its own."""


def ask(command: tuple[str, ...], question: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """Return its answer. Raises NoAnswer; Busy where it did not begin, was killed or took too long.

    What is logged names the command, and what the process said; never the question, which may have a key.
    """
    told = json.dumps(dict(question)).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of a request is in the command.
            command, check=False, input=told, capture_output=True, cwd=HOME, env=_ENVIRONMENT, timeout=seconds
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warning("%s failed: %s", command[-1], type(error).__name__)
        raise Busy from error
    if done.returncode != 0:
        log.warning("%s failed: %d %s", command[-1], done.returncode, done.stderr[-300:])
        raise Busy if done.returncode < 0 else NoAnswer
    found: dict[str, Any] = json.loads(done.stdout)
    return found
