"""Who holds the limit here: the first way that is to be had, and why the others are not."""

import sys
from collections.abc import Sequence

from tools.prove.container import Docker
from tools.prove.held import NotHere, Way
from tools.prove.own_group import OwnGroup
from tools.prove.scope import Scope


def known(python: str = sys.executable) -> tuple[Way, ...]:
    """Return every way, in the order in which they are tried; `python` runs the usual way."""
    return Docker(), Scope(python), OwnGroup(python)


def choose(ways: Sequence[Way], wanted: str = "") -> tuple[Way, tuple[str, ...]]:
    """Return the first way that is here (or the wanted one), and what the ones before it lack.

    Raises NotHere with all reasons.
    """
    lacking: list[str] = []
    for way in ways:
        if wanted and way.name != wanted:
            continue
        try:
            way.check()
        except NotHere as reason:
            lacking.append(f"{way.name}: {reason}")
        else:
            return way, tuple(lacking)
    names = ", ".join(way.name for way in ways)
    raise NotHere("\n".join(lacking) or f"{wanted} is none of {names}")
