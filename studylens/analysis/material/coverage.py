"""The sentences of a page that bear a fact, asked or not: what its coverage is counted against."""

import re
from collections.abc import Iterator, Sequence

from studylens.analysis.material.reading.blocks import BULLET, GLOSSARY, PROSE, TABLE, Block, cells_of
from studylens.analysis.material.reading.page import Page
from studylens.analysis.material.reading.sentences import CODE, Sentence, sentences
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.rules.labels import LABEL
from studylens.analysis.material.wording.patterns import CAUSE, IS_A, MEANS, NAMED
from studylens.analysis.material.wording.phrases import GAP
from studylens.analysis.protocol.result import Fact
from studylens.judging.languages import EAST
from studylens.judging.text import content, words

_LEAST_WORDS, _MOST_WORDS = 4, 60
_NUMBER = re.compile(r"\b\d{2,}|\d[.,]\d|\d\s?%")
_EAST_FACT = re.compile(r"是|称为|叫做|指|とは|呼|である|\d{2,}|：")


def find_spans(page: Page, found: Sequence[Found] = ()) -> tuple[Fact, ...]:
    """Return each fact-bearing sentence, label and table row with its lines, and what else was `found`.

    None of a page that is refused.
    """
    if page.refused:
        return ()
    spans = list(_spans(page))
    more = [fact for fact in found if not any(span.first <= fact.n <= span.last for span in spans)]
    spans += [Fact(fact.n, fact.n, _told(fact)) for fact in more]
    return tuple(sorted(spans, key=lambda span: span.first))


def _told(fact: Found) -> str:
    if GAP in fact.front:
        return fact.front.replace(GAP, fact.back)
    return f"{fact.term or fact.front}: {fact.back}"


def _spans(page: Page) -> Iterator[Fact]:
    rows = 0
    for block in page.telling:
        if block.kind == TABLE:
            rows += 1
            if rows > 1 and len(cells_of(block.text)) >= 2:
                yield Fact(block.n, block.last, block.text)
            continue
        rows = 0
        if (block.kind == BULLET and LABEL.match(block.text)) or GLOSSARY.match(block.text):
            yield Fact(block.n, block.last, block.text)
        elif block.kind in {PROSE, BULLET}:
            yield from _sentences(block, page.language)


def _sentences(block: Block, language: str) -> Iterator[Fact]:
    for sentence in sentences(block, language):
        if _bears_fact(sentence, language):
            first, last = sentence.line_of(0), sentence.line_of(len(sentence.text) - 1)
            yield Fact(first, last, sentence.text)


def _bears_fact(sentence: Sentence, language: str) -> bool:
    text = sentence.text.rstrip(" .!")
    if language in EAST:
        return 10 <= len(text) <= 120 and _EAST_FACT.search(text) is not None
    if (
        CODE.search(text)
        or not _LEAST_WORDS <= len(words(text)) <= _MOST_WORDS
        or len(content(text, language)) < 3
    ):
        return False
    if _NUMBER.search(text) or NAMED[language].search(text) or CAUSE[language].search(text):
        return True
    return MEANS[language].match(text) is not None or (
        (IS_A[language].match(text) or {"a": ""})["a"] is not None and IS_A[language].match(text) is not None
    )
