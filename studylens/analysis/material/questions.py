"""Multiple-choice questions: options of one kind, from the same list, table column or group of labels.

A fact without three good options makes none: its card is asked as a typed question instead.
"""

import zlib
from collections.abc import Iterator, Sequence

from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.wording.phrases import PHRASES
from studylens.analysis.protocol.result import Question
from studylens.judging.options import good_wrongs
from studylens.judging.text import content, normalised, shared, stems
from studylens.limits import MATERIAL_QUESTIONS

LEAST_WRONG = 2
"""Wrong options a question needs; three are wanted."""


def find_questions(facts: Sequence[Found], language: str) -> tuple[Question, ...]:
    """Return the questions of a page, no more than MATERIAL_QUESTIONS."""
    made = [question for fact in facts for question in _questions(fact, facts, language)]
    return tuple(made[:MATERIAL_QUESTIONS])


def _questions(fact: Found, facts: Sequence[Found], language: str) -> Iterator[Question]:
    if fact.rule in {"definition", "label", "cell"} and fact.term and fact.text:
        yield from _which_term(fact, facts, language)
    elif fact.rule in {"cell", "year", "person", "formula", "named"} and fact.box is None:
        pool = [other.back for other in _kin(fact, facts)]
        yield from _question(fact.front, fact.back, pool, fact)


def _kin(fact: Found, facts: Sequence[Found]) -> list[Found]:
    """Return the facts whose answers are of the same kind: the same column, group or rule."""
    place = list(facts).index(fact)
    # From the next fact on, so that not every question offers the same three.
    same = [other for other in [*facts[place + 1 :], *facts[:place]] if other.rule == fact.rule]
    return [other for other in same if other.group == fact.group] if fact.group else same


def _which_term(fact: Found, facts: Sequence[Found], language: str) -> Iterator[Question]:
    told = stems(fact.text)
    if shared(stems(fact.term), told) > 0 or len(content(fact.text, language)) < 2:
        return
    place = list(facts).index(fact)
    turned = [*facts[place + 1 :], *facts[:place]]
    kin = [other for other in turned if other.term and other.rule in {"definition", "label", "named", "cell"}]
    # Of the same list first; then whatever else the page defines.
    near = sorted(kin, key=lambda other: (other.group != fact.group, other.rule != fact.rule))
    pool = [other.term for other in near if shared(stems(other.term), told) == 0 and not _fits(other, told)]
    asks = PHRASES[language].which_term.format(text=fact.text.strip(" .;,"))
    yield from _question(asks, fact.term, pool, fact)


def _fits(other: Found, told: frozenset[str]) -> bool:
    """Say whether all that is asked is told of another term, too: a right answer must not count as wrong."""
    return told <= stems(other.text)


def _question(asks: str, right: str, pool: Sequence[str], fact: Found) -> Iterator[Question]:
    wrong = good_wrongs(asks, right, list(dict.fromkeys(pool)))
    if len(wrong) < LEAST_WRONG or len({normalised(option) for option in (right, *wrong)}) <= len(wrong):
        return
    place = zlib.crc32(asks.encode()) % (len(wrong) + 1)
    options = (*wrong[:place], right, *wrong[place:])
    yield Question(asks, options, place, "", fact.n, rule=fact.rule)
