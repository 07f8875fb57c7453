"""Study material from a transcript alone, without a model: few cards, only what the page says. Pure.

A page is read into blocks (rows, breaks), refused if it is of a kind that teaches nothing (page), searched
by rules for single facts (definitions, labels, facts, people, lists, tables, east, formulas), and what they
find is judged (judging/). How good it is: docs/material-scoring.md.
"""

from collections.abc import Sequence
from dataclasses import replace

from studylens.analysis.material.cards import find_facts
from studylens.analysis.material.coverage import find_spans
from studylens.analysis.material.headings import find_title
from studylens.analysis.material.questions import find_questions
from studylens.analysis.material.reading.page import read_page
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.summary import summarise
from studylens.analysis.material.terms import find_terms
from studylens.analysis.protocol.judged import judged
from studylens.analysis.protocol.result import Card, Line, Material

KINDS = {"cards": "cards", "quiz": "questions", "key_terms": "key terms"}
"""Parts of material that are lists, and what a student calls them."""


def make_material(lines: Sequence[Line], *, trusted: bool = True) -> Material:
    """Return what a student can study from `lines`, any text in reading order; what a page lacks is empty.

    `source_line` is the `n` of the line that holds the answer or the term. Below trust (`trusted` False)
    there are no cards, questions and terms. `explanation` is always empty: it needs a model.
    """
    page = read_page(lines)
    refused = page.refused or ("" if trusted else "not_trusted")
    facts = find_facts(page) if not refused else []
    title = find_title(page, facts)
    made = Material(
        title=title,
        summary=summarise(page, facts, title) if trusted else "",
        key_terms=find_terms(page, facts, title) if trusted else (),
        cards=tuple(_card(fact) for fact in facts),
        quiz=find_questions(facts, page.language),
    )
    return judged(made, lines, facts=find_spans(page, facts) if trusted else (), no_cards=refused)


def with_facts(material: Material, lines: Sequence[Line]) -> Material:
    """Return a model's `material` with the facts of its page, so that what it left out can be seen."""
    return replace(material, judged=replace(material.judged, facts=find_spans(read_page(lines))))


def filled(given: Material, own: Material) -> tuple[Material, tuple[str, ...]]:
    """Return a model's material with our own of each kind that it gave none of, and the kinds' names.

    What the judge did is told of both; the facts are those of the page.
    """
    taken = {name: getattr(own, name) for name in KINDS if not getattr(given, name) and getattr(own, name)}
    judged_too = any(name in taken for name in ("cards", "quiz"))
    told = replace(
        given.judged,
        dropped=(*given.judged.dropped, *(own.judged.dropped if judged_too else ())),
        facts=own.judged.facts or given.judged.facts,
        no_cards="" if given.cards or own.cards else own.judged.no_cards,
    )
    return replace(given, **taken, judged=told), tuple(KINDS[name] for name in taken)


def _card(fact: Found) -> Card:
    return Card(fact.front, fact.back, fact.kind, fact.n, rule=fact.rule, answer_box=fact.box)
