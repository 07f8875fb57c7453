"""The most central sentences of a page, word for word."""

from collections.abc import Sequence

from studylens.analysis.material.clozes import is_studiable, words_in
from studylens.analysis.material.page import Page
from studylens.analysis.material.phrases import root
from studylens.analysis.material.sentences import Sentence
from studylens.analysis.material.terms import Term
from studylens.analysis.material.words import UNKNOWN

_MOST = 3
_SHARE = 4
"""One sentence in so many: more would be the page again."""


def summarise(page: Page, terms: Sequence[Term], glossary: frozenset[str] = frozenset()) -> str:
    """Return one to three sentences in the page's order, marked as taken from it; empty when it has too few.

    `glossary` are sentences that say nothing without their heading.
    """
    sentences = [s for s in page.sentences if is_studiable(s, page.language) and s.text not in glossary]
    if len(sentences) < 3 or page.language is UNKNOWN or page.is_test:
        return ""
    count = max(1, min(_MOST, len(sentences) // _SHARE))
    order = sorted(
        range(len(sentences)), key=lambda i: (-_weight(sentences[i], terms, page.title, first=i == 0), i)
    )
    chosen = [sentences[i].text for i in sorted(order[:count])]
    return page.language.phrases.summary.format(text=" … ".join(f"“{text}”" for text in chosen))


def _weight(sentence: Sentence, terms: Sequence[Term], title: str, *, first: bool) -> float:
    """Return how much of what matters on the page a sentence names, for its length."""
    words = words_in(sentence.text)
    plain = f" {root(sentence.text)} "
    named = sum(1.0 for term in terms if f" {root(term.text)} " in plain)
    headed = len(set(root(title).split()) & {root(word) for word in words if len(word) > 3})
    length: float = (8 + len(words)) ** 0.5
    return (named + 0.7 * headed + 0.5 * first) / length
