"""Key terms: what the page defines or names, then its headings, and few of them."""

from collections.abc import Iterator, Sequence

from studylens.analysis.material.reading.blocks import HEADING
from studylens.analysis.material.reading.page import Page
from studylens.analysis.material.rules.found import Found, is_term
from studylens.analysis.material.wording.lexicon import EMPTY_HEADS
from studylens.analysis.material.wording.tasks import EXERCISE_HEADS
from studylens.analysis.protocol.result import KeyTerm
from studylens.judging.languages import EAST
from studylens.judging.text import normalised
from studylens.limits import MATERIAL_HEADING_TERMS, MATERIAL_TERMS

_DEFINING = {"definition", "acronym", "label", "cell"}


def find_terms(page: Page, facts: Sequence[Found], title: str) -> tuple[KeyTerm, ...]:
    """Return the terms of a page, each once; none of a page that is refused."""
    if page.refused:
        return ()
    kept: dict[str, KeyTerm] = {}
    for term in _told(facts):
        kept.setdefault(normalised(term.term), term)
    heads = 0
    for block in page.telling:
        text = block.text.strip(" :：")
        fit = block.kind == HEADING and block.trusted and text != title and _is_head_term(text, page)
        if fit and heads < MATERIAL_HEADING_TERMS and normalised(text) not in kept:
            kept[normalised(text)] = KeyTerm(text, None, block.n, rule="heading")
            heads += 1
    return tuple(list(kept.values())[:MATERIAL_TERMS])


def _told(facts: Sequence[Found]) -> Iterator[KeyTerm]:
    """Yield the terms that facts define, then those that they name."""
    for fact in facts:
        if fact.term and fact.rule in _DEFINING:
            yield KeyTerm(fact.term, fact.text.strip(" ;,.") or None, fact.n, rule=fact.rule)
    for fact in facts:
        if fact.term and fact.rule == "named":
            yield KeyTerm(fact.term, None, fact.n, rule=fact.rule)


def _is_head_term(text: str, page: Page) -> bool:
    if EMPTY_HEADS.match(text) or EXERCISE_HEADS.match(text) or text.endswith(("?", "？")):
        return False
    return len(text) <= 12 if page.language in EAST else is_term(text, page.language, 3)
