"""Checks against the page: does it say so, in its language, with its numbers."""

from studylens.judging.item import CHOICE, CLOZE, Item, Page
from studylens.judging.languages import EAST, detect, small_words
from studylens.judging.text import (
    GAP,
    NUMBER,
    contains,
    content,
    count_words,
    filled,
    folded,
    normalised,
    shared,
    stems,
)

LEAST_ANSWER_SHARE = 0.6
"""Share of an answer's telling words that must be on the page, else it is marked as not from there."""
LEAST_CLOZE_SHARE = 0.7
"""The same of a filled cloze sentence, which is said to be a sentence of the page."""
_SURE_HITS = 4
"""Small words of another language, and twice as many as of the page's, before an item is told to be
foreign."""
_LANGUAGE_WORDS = 8
"""Words below which a language is not told for sure."""


def on_page(item: Item, page: Page | None) -> str:
    """An answer from elsewhere is marked; a gap's answer and a number must be on the page."""
    if page is None:
        return ""
    if item.kind == CLOZE:
        return _cloze_on_page(item, page)
    numbers = [number for number in NUMBER.findall(folded(item.answer)) if len(number) > 1]
    if item.source_line is not None and any(number not in page.whole for number in numbers):
        return "number_not_on_page"
    if f" {normalised(item.answer)} " in page.plain:
        return ""
    answer = stems(item.answer)
    told = shared(answer, page.stems) if answer else 1.0
    return (
        "not_on_page"
        if told < LEAST_ANSWER_SHARE or (item.kind != CHOICE and _asks_elsewhere(item, page))
        else ""
    )


def _cloze_on_page(item: Item, page: Page) -> str:
    if normalised(item.answer) not in page.plain and folded(item.answer) not in page.whole:
        return "gap_not_on_page"
    told = shared(stems(filled(item.asks, item.answer)), page.stems)
    return "not_on_page" if told < LEAST_CLOZE_SHARE else ""


def _asks_elsewhere(item: Item, page: Page) -> bool:
    """Say whether nothing of what is asked is on the page."""
    asked = stems(GAP.sub(" ", item.asks))
    return bool(asked) and not asked & page.stems


def language(item: Item, page: Page | None) -> str:
    """An item is written in the language of the page."""
    if page is None or not page.language:
        return ""
    text = f"{item.asks} {item.answer}"
    found, hits = detect(text), small_words(text)
    if not found or found == page.language or count_words(text) < _LANGUAGE_WORDS:
        return ""
    if found not in EAST and (hits[found] < _SURE_HITS or hits[found] < 2 * hits.get(page.language, 0)):
        return ""
    if found not in EAST and page.language not in EAST and _mostly_quoted(text, page):
        return ""
    return "language"


def _mostly_quoted(text: str, page: Page) -> bool:
    """Say whether the words are the page's own after all: a page may quote another language."""
    telling = content(text)
    return bool(telling) and sum(contains(page.whole, word) for word in telling) > 0.8 * len(telling)
