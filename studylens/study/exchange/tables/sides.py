"""The sides of a card as Anki writes them into a table: gaps, and media that no table can bring."""

from collections.abc import Callable, Iterator

from studylens.study.exchange.counted import PICTURES, SOUNDS
from studylens.study.exchange.gaps import Gaps

CELL_CHARS = 10_000
"""A cell with gaps, as a field of a deck may be: each gap makes a card of all of it."""
_PICTURE = "[picture]"
"""What stands for a picture in text that was HTML."""


def gap_sides(cell: str, extra: str, read: Callable[[str], str]) -> Iterator[tuple[str, str, str]]:
    """Yield front, back and answer of each gap of a cell, if any; `extra` stands below the answer."""
    if "{{c" not in cell:
        return
    gaps = Gaps(cell)
    for number in sorted(gaps.numbers()):
        answer = ", ".join(filter(None, (" ".join(read(text).split()) for text in gaps.answers(number))))
        yield read(gaps.shown(number, is_answer=False)), "\n".join(filter(None, [answer, extra])), answer


def without_pictures(text: str) -> str:
    """Return text of an HTML cell without what stands for its pictures."""
    return "\n".join(line for line in text.replace(_PICTURE, "").splitlines() if line.strip()).strip()


def needs(front: str, back: str, *, has_front: bool, has_back: bool) -> str:
    """Return why a card of these cells, which are HTML, cannot come in without its media; "" when it can.

    A question that shows a picture needs it; an answer only when it says nothing beside.
    """
    if "<img" in front.lower():
        return PICTURES
    lacking = "" if has_front and has_back else (back if has_front else front).lower()
    return PICTURES if "<img" in lacking else SOUNDS if "[sound:" in lacking else ""
