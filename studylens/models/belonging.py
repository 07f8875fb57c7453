"""What belongs to a pack, said once beside each table; study/packs/belongings.py acts on it.

A table that names a pack has `belongs(...)` in its `info`; its columns say with the words of columns.py which
of their numbers are lines or pages of that pack. Each column of the pack itself says with `joins(...)` what
two packs make of it. tests/study/packs/test_belongings.py finds what says nothing.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

BELONGING, JOINING, SERVICE = "belonging", "joining", "service"
"""Keys of a table's and of a column's `info`."""


class Merging(StrEnum):
    """What becomes of a pack's rows when it is merged into another."""

    MOVE = "move"
    """They go along, their lines and pages counted on."""
    UNITE = "unite"
    """They go along, except those that the other pack has already."""
    DROP = "drop"
    """They end in both packs: they were made from a text that is no longer whole."""
    REMADE = "remade"
    """They are made from other tables, after every change of the pack and after a restore."""


@dataclass(frozen=True)
class Words:
    """Columns with a pack's words in rows that outlive it: they are emptied when the pack is erased.

    `done_by`: rows stay once this column is not NULL; others, a quiz's open questions, go. Empty: all stay.
    """

    columns: tuple[str, ...] = ()
    done_by: str = ""


@dataclass(frozen=True)
class Belonging:
    """How the rows of a table follow the pack that they name.

    `stays`: why rows outlive their pack; empty: they go with it. `listed`: the name of their list inside a
    pack of an account file; empty: they travel in entries of their own, or `travels` is False. `known_by`:
    the columns that make two rows of one pack the same, for restoring and uniting. `words`: what rows that
    stay hold of the pack's words.
    """

    merging: Merging = Merging.MOVE
    stays: str = ""
    listed: str = ""
    known_by: tuple[str, ...] = ()
    travels: bool = True
    words: Words = Words()


def belongs(
    merging: Merging = Merging.MOVE,
    *,
    stays: str = "",
    listed: str = "",
    known_by: tuple[str, ...] = (),
    travels: bool = True,
    words: Words = Words(),
) -> dict[str, Any]:
    """Return the `info` of a table whose rows belong to a pack."""
    return {BELONGING: Belonging(merging, stays, listed, known_by, travels, words)}


def of_service(why: str) -> dict[str, Any]:
    """Return the `info` of a table that holds nothing of a student's: it stays when one leaves."""
    return {SERVICE: why}


class Joining(StrEnum):
    """What a column of the pack becomes when another pack is merged into it."""

    FIRST = "first"
    """As in the first pack."""
    FILLED = "filled"
    """As in the first pack in which it is not empty."""
    BEHIND = "behind"
    """One text behind the other."""
    UNION = "union"
    """One list behind the other, nothing twice."""
    WRITTEN = "written"
    """Merging has a sentence of its own for it."""


def joins(rule: Joining) -> dict[str, Any]:
    """Return the `info` of a column of the pack."""
    return {JOINING: rule}


FIRST, FILLED, BEHIND = joins(Joining.FIRST), joins(Joining.FILLED), joins(Joining.BEHIND)
UNION, WRITTEN = joins(Joining.UNION), joins(Joining.WRITTEN)
