"""A page that has been read: language, rows, sentences and tables, from which all material is made."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from studylens.analysis.material.language import detect_language
from studylens.analysis.material.rows import BULLET, CODE, HEADING, NOISE, Row, read_rows
from studylens.analysis.material.sentences import Sentence, read_sentences
from studylens.analysis.material.tables import Table, read_tables
from studylens.analysis.material.words import LABELS, Language
from studylens.analysis.protocol.result import Line


@dataclass(frozen=True)
class Page:
    """What is known of a page before anything is made of it."""

    language: Language
    rows: tuple[Row, ...]
    sentences: tuple[Sentence, ...]
    tables: tuple[Table, ...]

    @cached_property
    def is_test(self) -> bool:
        """Whether it asks more than it tells; then its lines are tasks, not facts."""
        asked = sum(row.text.endswith("?") or (row.kind == NOISE and "(" in row.text) for row in self.rows)
        return asked >= 3 and asked >= 0.25 * len(self.rows)

    @property
    def title(self) -> str:
        """The first heading that says something; empty when there is none."""
        for row in self.rows[:6]:
            if row.kind == HEADING and row.trusted and _says_something(row.text):
                return row.text.rstrip(":")
        return ""


def read_page(lines: Sequence[Line]) -> Page:
    """Read the lines of a transcript."""
    tables = tuple(read_tables(lines))
    in_tables = frozenset().union(*(table.lines for table in tables))
    rows = tuple(row for row in read_rows(lines) if row.n not in in_tables)
    words = [row.text for row in rows if row.kind not in {CODE, NOISE}]
    cells = [cell for table in tables for _, cells in table.rows for cell in cells]
    return Page(detect_language(words + cells), rows, tuple(read_sentences(rows)), tables)


def _says_something(text: str) -> bool:
    """Whether a heading is more than "Chapter 5", "Lesson 7" or a course's code."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if word.lower() not in LABELS]
    numbered = re.search(r"\b(?:lesson|lektion|lección|class|klasse)\b", text, re.IGNORECASE)
    return bool(words) and not numbered and any(len(word) > 2 for word in words)


def bullets_under(page: Page, head: int) -> list[Row]:
    """Return the bullets that directly follow row number `head` (an index into `page.rows`)."""
    under = []
    for row in page.rows[head + 1 :]:
        if row.kind != BULLET:
            break
        under.append(row)
    return under
