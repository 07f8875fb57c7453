"""Asks a short process whether a passkey's answer is right: 20 MB of cryptography live no longer."""

import logging
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

from studylens.accounts.people import NewPasskey
from studylens.aside import asking as aside
from studylens.aside.asking import NoAnswer
from studylens.errors import WrongPasskey

log = logging.getLogger("studylens.accounts")

COMMAND = (sys.executable, "-m", "studylens.passkeys")
WALL_SECONDS = 20.0
"""At a tenth of a processor it takes 2 to 3 s."""
LIFETIME_SECONDS = 300
"""How long a challenge may be answered: looking for the phone is part of it."""

Turn = Callable[[], AbstractContextManager[None]]
Check = Callable[[Mapping[str, Any]], NewPasskey]
"""Checks one answer of an authenticator; raises WrongPasskey, Busy."""


def checker(turn: Turn, command: tuple[str, ...] = COMMAND) -> Check:
    """Return a check that waits for its turn and asks a process of its own."""

    def check(question: Mapping[str, Any]) -> NewPasskey:
        with turn():
            return _parsed(_ask(command, question))

    return check


def _ask(command: tuple[str, ...], question: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return aside.ask(command, question, WALL_SECONDS)
    except NoAnswer as error:
        raise WrongPasskey from error


def _parsed(found: Mapping[str, Any]) -> NewPasskey:
    if "refused" in found:
        log.info("A passkey was refused: %s", found["refused"])
        raise WrongPasskey
    return NewPasskey(found["credential_id"], found["public_key"], found["sign_count"])
