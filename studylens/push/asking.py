"""Asks a short process for what needs cryptography: 20 MB that the web process does not carry."""

import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from studylens.aside import asking as aside
from studylens.aside.asking import NoAnswer
from studylens.errors import Busy

COMMAND = (sys.executable, "-m", "studylens.push")
WALL_SECONDS = 75.0
"""Its own bound is 40 s and one message more; a tenth of a processor takes 3 s to begin."""

Ask = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Answers a question as `__main__` says. Raises Busy."""


def ask(question: Mapping[str, Any], command: tuple[str, ...] = COMMAND) -> dict[str, Any]:
    """Return the process's answer. Raises Busy where it has none."""
    try:
        return aside.ask(command, question, WALL_SECONDS)
    except NoAnswer as error:
        raise Busy from error


@lru_cache(maxsize=2)
def public_key(private: str) -> str:
    """Return what browsers are told of the operator's key; asked for once. Raises Busy."""
    found: str = ask({"ask": "public", "key": private})["public"]
    return found
