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


def with_subject(fact: Found, block: Block, head: str) -> Found | None:
    """Return a gap of a note with its heading in front, if the note needs one; None where there is none."""
    if block.kind != BULLET or fact.kind != "cloze" or not _SUBJECTLESS.match(fact.front):
        return fact
    return replace(fact, front=f"{head} – {fact.front}") if head else None


def find_noted(block: Block, head: str, language: str) -> Found | None:
    """Return the year or the measure of a note, a bullet without a subject, with its heading in front."""
    text = re.sub(r"(?<![A-Z])[.;,]+$", "", CITATION.sub("", block.text).strip())
    found_words = words(text)
    if (
        not head
        or not 3 <= len(found_words) <= 26
        or found_words[0] in POINTERS.get(language, ())
        or text.endswith((":", "?"))
    ):
        return None
    if (
        CODE.search(text)
        or BOILERPLATE.search(text)
        or ELSEWHERE.search(text)
        or points_elsewhere(text, language)
        or EMOJI.search(text)
    ):
        return None
    years = list(YEAR.finditer(text))
    if len(years) != 1 or len(re.findall(r"\d+", text)) > 2 or not tells(text, language, 2) or ":" in text:
        return None
    year = years[0]
    if set(found_words) & PRONOUNS.get(language, frozenset()) - {"die", "esta", "este", "questo"}:
        return None
    if (
        not BEFORE_YEAR[language].search(text[: year.start()])
        or UNIT_AFTER_YEAR.match(text, year.end())
        or year[0] in head
    ):
        return None
    front = f"{head} – {text[: year.start()]}{GAP}{text[year.end() :]}"
    return Found(front, year[0], "cloze", block.line_at(year.start()), "year", 0.7)
