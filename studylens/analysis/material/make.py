"""Study material from a transcript alone, without a model: only what the page itself says. Pure.

The rooms are text_*.py beside this file, in the order in which a page walks through them: rows, sentences,
tables, language (together a text_page.Page), definitions, facts, terms, clozes; cards, questions, summary.
How good it is: docs/material-scoring.md.
"""

from collections.abc import Sequence

from studylens.analysis.material.cards import (
    cell_cards,
    cloze_cards,
    definition_cards,
    distinct,
    event_cards,
    formula_cards,
    list_cards,
)
from studylens.analysis.material.clozes import YEAR_KIND, find_clozes
from studylens.analysis.material.definitions import Definition, find_definitions
from studylens.analysis.material.facts import (
    Event,
    find_cells,
    find_events,
    find_formulas,
    find_lists,
)
from studylens.analysis.material.page import Page, read_page
from studylens.analysis.material.questions import (
    cell_questions,
    choose,
    cloze_questions,
    definition_questions,
    event_questions,
    formula_questions,
)
from studylens.analysis.material.summary import summarise
from studylens.analysis.material.terms import find_terms
from studylens.analysis.protocol.result import KeyTerm, Line, Material


def make_material(lines: Sequence[Line]) -> Material:
    """Return what a student can study from `lines`, any text in reading order; what a page lacks is empty.

    Every back, right option and definition stands on the page word for word, and `source_line` is the `n` of
    the line that holds it (for a definition or a list: the term or the heading). `explanation` is always
    empty: it needs a model.
    """
    page = read_page(lines)
    language = page.language
    definitions = find_definitions(page)
    formulas, events = find_formulas(page), find_events(page)
    defined = {definition.n for definition in definitions}
    cells = [cell for cell in find_cells(page) if cell.n not in defined]
    lists = list(find_lists(page))
    terms = find_terms(page, definitions, [(formula.name, formula.name_n) for formula in formulas])
    taken = _taken(page, definitions, events)
    clozes = [] if page.is_test else find_clozes(page, terms, taken)
    years = [event.year for event in events] + [cloze.answer for cloze in clozes if cloze.kind == YEAR_KIND]
    cards = [
        *definition_cards(definitions, language),
        *formula_cards(formulas, language),
        *event_cards(events, language),
        *cell_cards(cells, language),
        *list_cards(lists, language),
        *cloze_cards(clozes),
    ]
    quiz = choose([
        definition_questions(definitions, terms, language),
        formula_questions(formulas, language),
        event_questions(events, years, language),
        cell_questions(cells, language),
        cloze_questions(clozes, terms, years, language),
    ])
    return Material(
        title=page.title,
        summary=summarise(page, terms, _glossary(page, definitions)),
        key_terms=tuple(KeyTerm(term.text, term.definition, term.n) for term in terms),
        cards=distinct(cards),
        quiz=quiz,
    )


def _glossary(page: Page, definitions: Sequence[Definition]) -> frozenset[str]:
    """Return the sentences that define the heading above them, and say nothing without it."""
    sources = {definition.source for definition in definitions}
    below = [s.text for s in page.sentences if s.text not in sources]
    return frozenset(text for text in below if any(source.endswith(text) for source in sources))


def _taken(page: Page, definitions: Sequence[Definition], events: Sequence[Event]) -> frozenset[str]:
    """Return the sentences that already gave a card, so that none is asked for twice."""
    sources = [definition.source for definition in definitions] + [event.source for event in events]
    return frozenset(s.text for s in page.sentences if any(source.endswith(s.text) for source in sources))
