"""All facts that the rules find on a page, the surest first, without those that say the same."""

from collections import Counter
from collections.abc import Iterator, Sequence

from studylens.analysis.material.reading.blocks import BULLET, HEADING, PROSE, Block
from studylens.analysis.material.reading.page import Page
from studylens.analysis.material.reading.sentences import Sentence, sentences
from studylens.analysis.material.rules.acronyms import find_acronyms
from studylens.analysis.material.rules.answered import find_answered, find_inline
from studylens.analysis.material.rules.definitions import find_definition, find_named
from studylens.analysis.material.rules.east import find_east
from studylens.analysis.material.rules.facts import (
    find_cause,
    find_kinds,
    find_members,
    find_number,
    find_superlative,
    find_year,
)
from studylens.analysis.material.rules.formulas import find_formulas
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.rules.headed import find_headed
from studylens.analysis.material.rules.labels import Labels
from studylens.analysis.material.rules.lists import find_lists
from studylens.analysis.material.rules.notes import find_noted, with_subject
from studylens.analysis.material.rules.people import find_largest, find_person
from studylens.analysis.material.rules.stated import find_stated
from studylens.analysis.material.rules.tables import find_cells
from studylens.analysis.material.rules.tails import find_tail
from studylens.judging.languages import EAST
from studylens.judging.text import normalised
from studylens.limits import MATERIAL_CARDS

MOST_OF_A_RULE = {
    "year": 4,
    "number": 3,
    "cause": 2,
    "cell": 16,
    "superlative": 3,
    "person": 4,
    "place": 3,
    "purpose": 3,
}
"""Cards of one rule on one page: more of the same kind is a drill of dates and figures."""
_LONGEST_FRONT, _LONGEST_BACK = 340, 300
_SENTENCE_RULES = (
    find_definition,
    find_named,
    find_kinds,
    find_members,
    find_person,
    find_largest,
    find_year,
    find_superlative,
    find_number,
    find_cause,
    find_tail,
)
"""In this order; the first that finds something has the sentence."""


def find_facts(page: Page) -> list[Found]:
    """Return the facts of a page in its own order; none of a page that is refused."""
    if page.refused:
        return []
    return _chosen(list(_all(page)))


def _all(page: Page) -> Iterator[Found]:
    blocks, language = page.telling, page.language
    labels = Labels(blocks, language)
    for place, block in enumerate(blocks):
        if not block.trusted or block.open:
            continue
        answered = find_answered(blocks, place, language)
        if answered:
            yield answered
        if block.kind == HEADING and language not in EAST:
            yield from find_acronyms(Sentence(block.text, block, 0), language)
        if block.kind in {PROSE, BULLET}:
            set_apart = _set_apart(blocks, place, language) if language not in EAST else None
            yield from [set_apart] if set_apart else _of_block(block, labels, language)
    yield from find_inline(blocks, language)
    yield from find_cells(blocks, language)
    yield from find_lists(blocks, language)
    yield from find_formulas(page.blocks, language)


def _set_apart(blocks: Sequence[Block], place: int, language: str) -> Found | None:
    """Return what a block says by its place: below its heading, or with a name and a number of its own."""
    return find_stated(blocks[place], language) or find_headed(blocks, place, language)


def _of_block(block: Block, labels: Labels, language: str) -> Iterator[Found]:
    label, head = labels.find(block), labels.head_of(block) if language not in EAST else ""
    told = [with_subject(fact, block, head) for fact in _of_sentences(block, language, labelled=bool(label))]
    found = [fact for fact in [label, *told] if fact]
    yield from found
    noted = block.kind == BULLET and not found and language not in EAST
    note = find_noted(block, head, language) if noted else None
    if note:
        yield note


def _of_sentences(block: Block, language: str, *, labelled: bool) -> Iterator[Found]:
    for place, sentence in enumerate(sentences(block, language)):
        if language in EAST:
            found = find_east(sentence, language) if not labelled else None
            if found:
                yield found
            continue
        yield from find_acronyms(sentence, language)
        if not (labelled and place == 0):
            found = _first(sentence, language)
            if found:
                yield found


def _first(sentence: Sentence, language: str) -> Found | None:
    return next(filter(None, (rule(sentence, language) for rule in _SENTENCE_RULES)), None)


def _chosen(found: Sequence[Found]) -> list[Found]:
    kept: list[Found] = []
    fronts: set[str] = set()
    backs: set[str] = set()
    rules: Counter[str] = Counter()
    for fact in sorted(found, key=lambda fact: -fact.sure):
        front, back = normalised(fact.front), normalised(fact.back)
        too_long = len(fact.front) > _LONGEST_FRONT or len(fact.back) > _LONGEST_BACK
        if (
            too_long
            or front in fronts
            or back in backs
            or rules[fact.rule] >= MOST_OF_A_RULE.get(fact.rule, MATERIAL_CARDS)
        ):
            continue
        fronts.add(front)
        backs.add(back)
        rules[fact.rule] += 1
        kept.append(fact)
    return sorted(kept[:MATERIAL_CARDS], key=lambda fact: fact.n)
