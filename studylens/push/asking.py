"""Asks a short process for what needs cryptography: 20 MB that the web process does not carry."""

import sys
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from studylens.aside import asking as aside
from studylens.aside.asking import NoAnswer
from studylens.errors import Busy

COMMAND = (sys.executable, "-m", "studylens.push")
WALL_SECONDS = 75.0
"""Its own bound is 40 s and one message more; a tenth of a processor takes 3 s to begin."""
PATIENCE_SECONDS = 10.0
"""For somebody else's question; the page says that we are busy before a browser gives up."""
_one_asks = threading.Lock()

Ask = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Answers a question as `__main__` says. Raises Busy."""


def ask(question: Mapping[str, Any], command: tuple[str, ...] = COMMAND) -> dict[str, Any]:
    """Return the process's answer. Raises Busy where it has none."""
    try:
        return aside.ask(command, question, WALL_SECONDS)
    except NoAnswer as error:
        raise Busy from error


def public_key(private: str, ask: Ask = ask) -> str:
    """Return what browsers are told of the operator's key; asked for once. Raises Busy.

    A class that opens the page at once waits for one process: thirty of them would have no memory.
    """
    if not _one_asks.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        return _public_key(private, ask)
    finally:
        _one_asks.release()


@lru_cache(maxsize=2)
def _public_key(private: str, ask: Ask) -> str:
    found: str = ask({"ask": "public", "key": private})["public"]
    return found
