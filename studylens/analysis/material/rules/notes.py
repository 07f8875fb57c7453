"""Notes without a subject, as students write them below a heading: the heading says whom they are about."""

import re
from dataclasses import replace

from studylens.analysis.material.reading.blocks import BULLET, Block
from studylens.analysis.material.reading.sentences import (
    BOILERPLATE,
    CITATION,
    CODE,
    ELSEWHERE,
    EMOJI,
    points_elsewhere,
)
from studylens.analysis.material.rules.facts import UNIT_AFTER_YEAR, YEAR
from studylens.analysis.material.rules.found import Found, tells
from studylens.analysis.material.wording.patterns import BEFORE_YEAR
from studylens.analysis.material.wording.phrases import GAP
from studylens.judging.languages import POINTERS, PRONOUNS
from studylens.judging.text import words

_SUBJECTLESS = re.compile(
    r"(?:[A-Z][a-z]{2,}ed|Is|Was|Were|Are|Has|Had|Made|Led|Wrote|Became|Built|Won|Began|Fought|Took)\s(?!by\b|in\b)"
)
"""A note that begins with its verb: "Believed that everything above the earth was perfect"."""


_MOST_WORDS = 26
_DATED = re.compile(r"(?P<year>[1-9]\d{2,3}(?:[–-]\d{2,4})?)\s?(?::|\s[–—-])\s+(?P<event>\S.{12,120})")
"""A line of a timeline: "1791: Slave uprising begins"."""


def with_subject(fact: Found, block: Block, head: str) -> Found | None:
    """Return a gap of a note with its heading in front, if the note needs one; None where there is none."""
    if block.kind != BULLET or fact.kind != "cloze" or not _SUBJECTLESS.match(fact.front):
        return fact
    return replace(fact, front=f"{head} – {fact.front}") if head else None


def _dated(block: Block, head: str, text: str, language: str) -> Found | None:
    found = _DATED.fullmatch(text)
    if not found or re.search(r"\d", found["event"]) or not tells(found["event"], language, 3):
        return None
    front = f"{head} – {GAP}: {found['event']}"
    return Found(front, found["year"], "cloze", block.n, "year", 0.7)


def find_noted(block: Block, head: str, language: str) -> Found | None:
    """Return the year of a note, a bullet without a subject, with its heading in front."""
    text = re.sub(r"(?<![A-Z])[.;,]+$", "", CITATION.sub("", block.text).strip())
    if not head or not _is_plain(text, language):
        return None
    return _dated(block, head, text, language) or _within(block, head, text, language)


def _is_plain(text: str, language: str) -> bool:
    """Say whether a note is short and understood below its heading."""
    found = words(text)
    if (
        not 3 <= len(found) <= _MOST_WORDS
        or found[0] in POINTERS.get(language, ())
        or text.endswith((":", "?"))
    ):
        return False
    signs = CODE.search(text) or BOILERPLATE.search(text) or ELSEWHERE.search(text) or EMOJI.search(text)
    return not signs and not points_elsewhere(text, language)


def _within(block: Block, head: str, text: str, language: str) -> Found | None:
    """Return the one year that stands within a note."""
    years = list(YEAR.finditer(text))
    if len(years) != 1 or len(re.findall(r"\d+", text)) > 2 or not tells(text, language, 2) or ":" in text:
        return None
    pronouns = PRONOUNS.get(language, frozenset()) - {"die", "esta", "este", "questo"}
    year = years[0]
    dates = BEFORE_YEAR[language].search(text[: year.start()]) and not UNIT_AFTER_YEAR.match(text, year.end())
    if set(words(text)) & pronouns or not dates or year[0] in head:
        return None
    front = f"{head} – {text[: year.start()]}{GAP}{text[year.end() :]}"
    return Found(front, year[0], "cloze", block.line_at(year.start()), "year", 0.7)
