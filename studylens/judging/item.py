"""What is judged, against what, and what comes of it: frozen values that every room can build."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from studylens.judging.languages import detect
from studylens.judging.text import folded, normalised, stems

DEFINITION, CLOZE, SHORT_ANSWER, CHOICE = "definition", "cloze", "short_answer", "choice"
KEEP, MEND, MARK, DROP = "keep", "mend", "mark", "drop"


@dataclass(frozen=True)
class Item:
    """A card or a question; of a CHOICE `answer` is the right option, which `options` hold too.

    `protected`: the student wrote, edited or imported it, so that it is only ever marked.
    """

    asks: str
    answer: str
    kind: str
    options: tuple[str, ...] = ()
    explanation: str = ""
    source_line: int | None = None
    origin: str = ""
    rule: str = ""
    protected: bool = False


@dataclass(frozen=True)
class Page:
    """The transcript that items are held against; `numbers` are the lines' own."""

    lines: tuple[str, ...]
    numbers: tuple[int, ...]

    @cached_property
    def language(self) -> str:
        """Code of its language, or nothing."""
        return detect("\n".join(self.lines))

    @cached_property
    def whole(self) -> str:
        """All lines as one folded text."""
        return folded("\n".join(self.lines))

    @cached_property
    def plain(self) -> str:
        """All words of all lines, with a space at both ends."""
        return f" {normalised(self.whole)} "

    @cached_property
    def stems(self) -> frozenset[str]:
        """Beginnings of all its telling words."""
        return stems(self.whole)

    def line(self, number: int | None) -> str:
        """Return the text of a line, or nothing."""
        return self.lines[self.numbers.index(number)] if number in self.numbers else ""


@dataclass(frozen=True)
class Verdict:
    """What becomes of an item; `item` is as it is now, mended or not."""

    item: Item
    action: str = KEEP
    reasons: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Count:
    """How many items of one rule and origin a reason concerned."""

    reason: str
    rule: str
    origin: str
    count: int


def tally(verdicts: Sequence[Verdict], action: str) -> tuple[Count, ...]:
    """Return the counts of all verdicts with `action`, most frequent first; an item counts once a reason."""
    found: dict[tuple[str, str, str], int] = {}
    for verdict in verdicts:
        for reason in verdict.reasons if verdict.action == action else ():
            key = (reason, verdict.item.rule, verdict.item.origin)
            found[key] = found.get(key, 0) + 1
    ordered = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(Count(*key, count) for key, count in ordered)
