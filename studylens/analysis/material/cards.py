"""Flashcards from what was found on a page; each back stands on the page word for word."""

import re
from collections.abc import Iterator, Sequence

from studylens.analysis.material.clozes import Cloze, words_in
from studylens.analysis.material.definitions import Definition
from studylens.analysis.material.facts import Cell, Event, Formula, Listing
from studylens.analysis.material.phrases import root
from studylens.analysis.material.words import Language
from studylens.analysis.protocol.result import Card
from studylens.config import MATERIAL_CARDS

MEMBERS = "; "
"""Stands between the members of a list on the back of its card."""
_MANY_CELLS = 12


def definition_cards(definitions: Sequence[Definition], language: Language) -> Iterator[Card]:
    """Yield a card for each definition whose text does not begin by saying the term again."""
    for definition in definitions:
        if root(definition.text) not in root(definition.term):
            yield Card(_ask(definition, language), definition.text, "definition", definition.n)


def _ask(definition: Definition, language: Language) -> str:
    """Return "What is a cell?" when the page has a verb for it, else the form that fits any term."""
    if not definition.verb:
        return language.phrases.meaning.format(term=definition.term)
    article = definition.article.lower()
    term = f"{article} {definition.term}" if article else definition.term
    named = re.fullmatch(r"[A-ZÀ-Þ]\S+ [A-ZÀ-Þ]\S+", definition.term) and not article
    phrase = language.phrases.who if named else language.phrases.what
    return phrase.format(verb=definition.verb, term=term)


def formula_cards(formulas: Sequence[Formula], language: Language) -> Iterator[Card]:
    """Yield name -> formula."""
    for formula in formulas:
        yield Card(
            language.phrases.formula.format(term=formula.name), formula.text, "short_answer", formula.n
        )


def event_cards(events: Sequence[Event], language: Language) -> Iterator[Card]:
    """Yield event -> year; the other way round would have several answers."""
    for event in events:
        yield Card(language.phrases.which_year.format(text=event.text), event.year, "short_answer", event.n)


def list_cards(lists: Sequence[Listing], language: Language) -> Iterator[Card]:
    """Yield heading -> members."""
    for listing in lists:
        front = language.phrases.name_all.format(head=listing.head, count=len(listing.members))
        if not all(set(words_in(member)) <= set(words_in(listing.head)) for member in listing.members):
            yield Card(front, MEMBERS.join(listing.members), "short_answer", listing.n)


def cell_cards(cells: Sequence[Cell], language: Language) -> Iterator[Card]:
    """Yield row and column -> entry."""
    for cell in cells[:_MANY_CELLS]:
        yield Card(
            language.phrases.cell.format(row=cell.row, column=cell.column), cell.text, "short_answer", cell.n
        )


def cloze_cards(clozes: Sequence[Cloze]) -> Iterator[Card]:
    """Yield sentence with a blank -> what was left out."""
    for cloze in clozes:
        yield Card(cloze.front, cloze.answer, "cloze", cloze.n)


def distinct(cards: Sequence[Card]) -> tuple[Card, ...]:
    """Return the first card for each front, in the order of the page, at most MATERIAL_CARDS."""
    kept = list({card.front.casefold(): card for card in reversed(cards)}.values())[::-1]
    laid_out = [card for card in kept if card.kind != "cloze"][:MATERIAL_CARDS]
    clozes = [card for card in kept if card.kind == "cloze"]
    room = min(MATERIAL_CARDS - len(laid_out), len(clozes))
    # Taken evenly, so that a long page is not asked about at its beginning only.
    chosen = laid_out + [clozes[i * len(clozes) // room] for i in range(room)]
    return tuple(sorted(chosen, key=lambda card: card.source_line or 0))
