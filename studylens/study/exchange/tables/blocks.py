"""Lists whose cards have lines of their own: a definition of several lines, or no separator at all."""

import re
from collections.abc import Iterator

from studylens.study.exchange.tables.lines import Lines

_LEAST = 2
"""Blocks that make a list, and lines of a block that is a card."""


_FIRST_LINES = 20
"""Lines that tell which kind of list it is."""
_ASKS, _TELLS = re.compile(r"\s*q: *", re.IGNORECASE), re.compile(r"\s*a: *", re.IGNORECASE)
"""What SuperMemo's text has in front of a question and of its answer."""


def pairs(lines: Lines) -> Iterator[list[str]]:
    """Yield front and back of each card, in lines without a separator; the front alone where nothing follows.

    The front stands above the back, with a blank line behind it, or with none anywhere; or SuperMemo's signs
    say which is which.
    """
    first = lines.first(_FIRST_LINES)
    if is_asked(first):
        yield from _asked(lines)
    elif len([line for line in first if line.strip()]) == len(first):
        while (front := lines.take()) is not None:
            yield list(filter(None, [front, lines.take()]))
    else:
        yield from ([block[0], *filter(None, ["".join(block[1:])])] for block in blocks(lines))


def is_asked(first: list[str]) -> bool:
    """Say whether the first line asks, as SuperMemo writes it, and a later one tells."""
    full = [line for line in first if line.strip()]
    return bool(full) and bool(_ASKS.match(full[0])) and any(map(_TELLS.match, full))


def _asked(lines: Lines) -> Iterator[list[str]]:
    """Yield a card for each question; lines without a sign go on with what was before."""
    sides: list[list[str]] = []
    while (line := lines.take()) is not None:
        if asks := _ASKS.match(line):
            if len(sides) > 1:
                yield ["".join(side) for side in sides]
                sides = []
            sides = sides or [[]]
        elif (tells := _TELLS.match(line)) and len(sides) == 1:
            sides.append([])
        sign = asks or tells
        if sides:
            sides[-1].append(line[sign.end() :] if sign else line)
    if sides:
        yield ["".join(side) for side in sides]


def blocks(lines: Lines) -> Iterator[list[str]]:
    """Yield the lines of each block, without the blank ones around it."""
    block: list[str] = []
    while (line := lines.take()) is not None:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def is_paired(first: list[str]) -> bool:
    """Say whether each block is a front and, on the lines below, its back; the last may be cut off."""
    found = list(blocks(Lines(iter(first))))
    return len(found) >= _LEAST and all(len(block) >= _LEAST for block in found[:-1])


def is_spaced(first: list[str], sign: str) -> bool:
    """Say whether each block is one row whose last cell goes on for some lines."""
    found = list(blocks(Lines(iter(first))))
    begin = all(sign in block[0] for block in found)
    return len(found) >= _LEAST and begin and not any(sign in line for block in found for line in block[1:])


def joined(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Yield the rows, each with the lines below it in its last cell; an empty row ends one."""
    row: list[str] = []
    below: list[str] = []
    for found in rows:
        if row and len(found) == 1:
            below += found
            continue
        if row:
            yield [*row[:-1], "\n".join([row[-1], *below])]
        row, below = found, []
    if row:
        yield [*row[:-1], "\n".join([row[-1], *below])]
