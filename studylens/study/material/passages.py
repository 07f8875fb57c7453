"""Passages of a page from which a student can make a card: a transcript line, or a sentence with a fact."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from studylens.errors import NotFound
from studylens.judging import marking
from studylens.judging.coverage import FactSpan
from studylens.models import Pack, TranscriptLine
from studylens.study.packs.parts import LINES, find_part

FACTS = "facts"
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")
"""Chinese and Japanese are written without spaces: there each sign can be chosen."""


@dataclass(frozen=True)
class Word:
    """A word of a passage; `first` and `last` are its characters, `last` excluded."""

    text: str
    first: int
    last: int


@dataclass(frozen=True)
class Passage:
    """A text of the page, and the transcript line on which it begins."""

    text: str
    line: int

    @property
    def words(self) -> tuple[Word, ...]:
        """Its words in order."""
        return tuple(Word(found[0], found.start(), found.end()) for found in _WORD.finditer(self.text))

    @property
    def label(self) -> tuple[str, str] | None:
        """Front and back of a card such as "term: text"; None when it has no colon."""
        return marking.label_card(self.text)


def find_passage(session: Session, pack: Pack, kind: str, number: int) -> Passage:
    """Return the line with this id, or the pack's fact with this number from 0. Raises NotFound."""
    if kind == LINES:
        line = find_part(session, pack, LINES, number)
        if not isinstance(line, TranscriptLine) or line.deleted_at or not line.text.strip():
            raise NotFound
        return Passage(line.text, line.n)
    facts = facts_of(pack)
    if kind != FACTS or not 0 <= number < len(facts):
        raise NotFound
    return Passage(facts[number].text, facts[number].first)


def facts_of(pack: Pack) -> Sequence[FactSpan]:
    """Return the sentences of the page that bear a fact, in their order."""
    kept = (pack.judged or {}).get("facts", [])
    return [FactSpan(fact["first"], fact["last"], fact["text"]) for fact in kept]
