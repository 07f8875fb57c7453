"""Lists with a blank line between their cards: a definition of several lines, or no separator at all."""

from collections.abc import Iterator

from studylens.study.exchange.tables.lines import Lines

_LEAST = 2
"""Blocks that make a list, and lines of a block that is a card."""


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
