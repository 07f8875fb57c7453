"""The sentences of a page, each knowing on which line each of its characters stands."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studylens.analysis.material.rows import BULLET, LABEL, PROSE, Row, line_width

_END = re.compile(r"[.!?…]+[\"”’»)\]]*(?:\s+(?=[\"“„«(¿¡]?[A-ZÀ-ÞА-Я0-9])|(?=[A-Z][a-z]))|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|z\.\s?B|d\.\s?h|u\.\s?a|p\.\s?ej|etc|vs|Dr|Mr|Mrs|Ms|Prof|St|Sr|Sra|No|Nr|Fig|ca|bzw|usw|approx|Abb|Vol|Jr|cf|vgl)"
    r"|\b[A-ZÄÖÜ]|(?<![\d.])\b\d{1,2})\.$"
)
_HYPHEN = re.compile(r"[^\W\d_]-$")
_AND = re.compile(r"(?:und|oder|and|or|y|o|e)\b")
_ARROW = re.compile(r"->|→|=>")


@dataclass(frozen=True)
class Sentence:
    """One sentence: `starts` holds for each line that it covers (offset in `text`, line number)."""

    text: str
    starts: tuple[tuple[int, int], ...]
    trusted: bool
    bulleted: bool

    def line_at(self, offset: int) -> int:
        """Return the number of the line that holds the character at `offset`."""
        return self.starts[max(0, bisect_right(self.starts, (offset, 1 << 30)) - 1)][1]

    @property
    def complete(self) -> bool:
        """Whether it ends as a sentence does."""
        return self.text.rstrip('"”’»)]').endswith((".", "!", "…"))


def read_sentences(rows: Sequence[Row]) -> list[Sentence]:
    """Return the sentences of prose and bullets in order; lines that belong together are joined first."""
    return [sentence for paragraph in _paragraphs(rows) for sentence in _split(paragraph)]


def _paragraphs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    width = line_width(rows)
    paragraph: list[Row] = []
    for row in rows:
        if paragraph and not _continues(paragraph, row, width=width):
            yield paragraph
            paragraph = []
        if row.kind in {PROSE, BULLET}:
            paragraph.append(row)
    if paragraph:
        yield paragraph


def _continues(paragraph: Sequence[Row], row: Row, *, width: int) -> bool:
    """Whether `row` goes on with what `paragraph` began."""
    last = paragraph[-1]
    if row.kind != PROSE or row.n != last.n + 1 or not (row.trusted and last.trusted):
        return False
    if _HYPHEN.search(last.text[-2:]):
        return True
    if LABEL.match(row.text) or _ARROW.search(row.text):
        return False
    if row.text[0].islower():
        return len(last.text) >= 0.55 * width
    return paragraph[0].kind == PROSE and len(last.text) >= 0.55 * width and not LABEL.match(last.text)


def _split(paragraph: Sequence[Row]) -> Iterator[Sentence]:
    text, starts = _join(paragraph)
    trust = {row.n: row.trusted for row in paragraph}
    begin = 0
    for end in [*_ends(text), len(text)]:
        part = text[begin:end]
        lead = begin + len(part) - len(part.lstrip())
        covered = [(max(0, offset - lead), n) for offset, n in _covering(starts, lead, end)]
        if part.strip():
            trusted = all(trust[n] for _, n in covered)
            yield Sentence(part.strip(), tuple(covered), trusted, paragraph[0].kind == BULLET)
        begin = end


def _join(paragraph: Sequence[Row]) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of all rows, words hyphenated at a line's end joined, and where each row starts."""
    text, starts = "", []
    for row in paragraph:
        if _HYPHEN.search(text[-2:]) and row.text[0].islower() and not _AND.match(row.text):
            text = text[:-1]
            # The word began on the line before: what follows it counts for this line.
            starts.append((len(text) + len(row.text.split(maxsplit=1)[0]), row.n))
        else:
            text += " " if text else ""
            starts.append((len(text), row.n))
        text += row.text
    return text, starts


def _covering(starts: Sequence[tuple[int, int]], begin: int, end: int) -> list[tuple[int, int]]:
    first = max(0, bisect_right(starts, (begin, 1 << 30)) - 1)
    return [*starts[first : bisect_left(starts, (end, 0))]]


def _ends(text: str) -> Iterator[int]:
    for match in _END.finditer(text):
        mark = match.start() + len(match[0].rstrip())
        if text[match.start()] != "." or not _ABBREVIATION.search(
            text[max(0, match.start() - 12) : match.start() + 1]
        ):
            yield mark
