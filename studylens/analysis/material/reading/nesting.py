"""Which bullet another one stands below: by their left edges on a photo, by their signs in a text."""

import re
from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import BULLET, HEADING, Block, runs

INDENT = 0.012
"""Of a picture's width: a bullet so much further right stands below the one above it."""
COLUMN = 0.2
"""Of a picture's width: a bullet so much further right stands in another column."""
_RANKS = {**dict.fromkeys("•●■◆❒□➢✓✔→►❑▶", 0), **dict.fromkeys("◦▪‣∙·o", 1), **dict.fromkeys("–—-*+", 2)}
"""How deep a sign usually stands; a dot is never below a dash."""
_DOT = re.compile(r"[•●❒□■◆➢▪◦‣∙·*–—-]\s*\S")
_FIRST = frozenset({"1", "a", "i"})


def heads_bullets(number: str | None, blocks: Sequence[Block], after: str) -> bool:
    """Say whether the number of a short line counts headings: dots follow, and it counts no list on.

    `blocks` are those above the line, `after` is the text below it.
    """
    told = re.search(r"\d+", blocks[-1].sign) if blocks else None
    counts_on = told is not None and int(number or 0) - int(told[0]) in {0, 1}
    return number is not None and _DOT.match(after) is not None and not counts_on


def nest(blocks: Sequence[Block]) -> None:
    """Set the parent of each bullet of a page's `blocks`, which stand in reading order."""
    _lift(blocks)
    for start, end in runs(blocks, BULLET):
        above: list[Block] = []
        for block in blocks[start:end]:
            _close(above, block)
            block.parent = above[-1] if above else None
            above.append(block)


def _lift(blocks: Sequence[Block]) -> None:
    """Take what counts on from a numbered heading out from below it: "2." does not stand below "1."."""
    heading, outer = None, None
    for block in blocks:
        if block.kind == HEADING:
            heading, outer = (block if block.sign else None), None
        elif heading and block.kind == BULLET and _counts_on(block.sign, heading.sign):
            outer = heading.head
        if outer is not None:
            block.head = outer


def _counts_on(sign: str, before: str) -> bool:
    after, first = re.search(r"\d+", sign), re.search(r"\d+", before)
    return bool(after and first and _shape(sign) == _shape(before) and int(after[0]) > int(first[0]))


def _close(above: list[Block], block: Block) -> None:
    """Take the bullets off `above` that `block` does not stand below."""
    if block.boxes and all(other.boxes for other in above):
        left = block.boxes[0][0]
        while above and not INDENT < left - above[-1].boxes[0][0] < COLUMN:
            above.pop()
        return
    shapes = [_shape(other.sign) for other in above]
    if _shape(block.sign) in shapes:
        del above[shapes.index(_shape(block.sign)) :]
    elif above and not _may_stand_below(block.sign, above[-1].sign):
        above.clear()


def _shape(sign: str) -> str:
    """Return a sign without its count: "1." of "12.", "a)" of "b)"."""
    return "".join("1" if c.isdigit() else "a" if c.isalpha() else c for c in sign).replace("11", "1")


def _may_stand_below(sign: str, upper: str) -> bool:
    bare = sign.strip("().）（")
    if bare[:1].isalnum():
        return bare.lower() in _FIRST
    return upper.strip("().）（")[:1].isalnum() or _RANKS.get(sign, 2) >= _RANKS.get(upper, 0)
