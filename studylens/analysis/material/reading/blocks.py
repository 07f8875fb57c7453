"""What an author wrote, in one piece: a heading, a paragraph, a bullet or a row of a table."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from studylens.analysis.protocol.result import Box

HEADING, PROSE, BULLET, TABLE = "heading", "prose", "bullet", "table"
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_MARKDOWN = re.compile(r"\*\*|__(?=\w)|(?<=\w)__|`")
_BAR = re.compile(r"\s*[|\t]\s*|\s{3,}")
HEAD_NUMBER = re.compile(r"^(?:(?:\d{1,2}\.)*\d{1,2}[.)]?\s*|(?:[IVX]{1,4}\.|[A-Z][.)]|[a-z]\))\s+)(?=\D)")
"""The number of a heading."""
GLOSSARY = re.compile(r"[^:.!?]{2,48}\s:\s\S")
"""A glossary's line: the colon stands apart from its term."""


@dataclass
class Block:
    """A heading, paragraph, bullet or table row; `spans` are the places where its lines begin, with their
    `n`."""

    kind: str
    text: str
    spans: list[tuple[int, int]]
    head: str = ""
    """Heading that it stands below."""
    trusted: bool = True
    counted: bool = False
    """A bullet with a number or a letter, as options and steps have."""
    sign: str = ""
    """What a bullet begins with."""
    parent: "Block | None" = field(default=None, repr=False, compare=False)
    """Bullet that it stands below."""
    open: bool = False
    """It may go on over the leaf."""
    height: float = 0.0
    """Of its first line's box, in shares of the picture; 0 without boxes."""
    boxes: list[Box] = field(default_factory=list)

    @property
    def n(self) -> int:
        """Number of its first line."""
        return self.spans[0][1]

    @property
    def last(self) -> int:
        """Number of its last line."""
        return self.spans[-1][1]

    def line_at(self, place: int) -> int:
        """Return the number of the line that holds character `place` of the text."""
        return max((start, n) for start, n in self.spans if start <= max(0, place))[1]


def cells_of(text: str) -> list[str]:
    """Return the cells of a table row."""
    return [cell.strip() for cell in _BAR.split(text.strip().strip("|"))]


def clean(raw: str) -> str:
    """Return `raw` in composed form, without tags, marks of Markdown and invisible characters."""
    text = _MARKDOWN.sub("", _TAG.sub(" ", unicodedata.normalize("NFC", raw)))
    text = "".join(c for c in text if c in "\t " or c.isprintable() or c.isspace())
    text = re.sub(r"\s\^$", "", text)
    return text.strip().lstrip("> ") if not text.lstrip().startswith("|") else text.strip()


def runs(blocks: Sequence[Block], kind: str) -> Iterator[tuple[int, int]]:
    """Yield where blocks of `kind` follow each other: the first one's place and the place after the last."""
    start = None
    for place in range(len(blocks) + 1):
        inside = place < len(blocks) and blocks[place].kind == kind
        if inside and start is None:
            start = place
        elif not inside and start is not None:
            yield start, place
            start = None
