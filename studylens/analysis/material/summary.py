"""A summary in the page's own words, of sentences that stand alone; none where there are none."""

from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import PROSE
from studylens.analysis.material.reading.page import Page
from studylens.analysis.material.reading.sentences import Sentence, sentences, stands_alone
from studylens.analysis.material.rules.found import Found
from studylens.analysis.material.rules.labels import LABEL
from studylens.judging.languages import EAST
from studylens.judging.text import content, normalised

MOST_SENTENCES = 2
"""Read at a glance."""
_LEAST_SHARED = 2
"""Telling words that a sentence shares with the page's title and terms."""
FROM_THE_PAGE = "From the page: "


def summarise(page: Page, facts: Sequence[Found], title: str) -> str:
    """Return up to two sentences of prose about the page's subject, quoted word for word, or nothing."""
    if page.refused or page.language in EAST:
        return ""
    about = set(content(title, page.language)) | {
        word for fact in facts for word in content(fact.term, page.language)
    }
    found = [
        sentence
        for block in page.telling
        if block.kind == PROSE and block.trusted and not LABEL.match(block.text)
        for sentence in sentences(block, page.language)
        if stands_alone(sentence, page.language, 8, 32)
    ]
    scores = [_shared(sentence, about, page.language) + _opens(sentence, title) for sentence in found]
    best = sorted(range(len(found)), key=lambda place: -scores[place])[:MOST_SENTENCES]
    kept = [found[place] for place in sorted(best) if scores[place] >= _LEAST_SHARED]
    return FROM_THE_PAGE + " … ".join(f"“{sentence.text}”" for sentence in kept) if kept else ""


def _opens(sentence: Sentence, title: str) -> bool:
    """Say whether the sentence speaks of the page's subject from its first word on."""
    return bool(title) and normalised(sentence.text).startswith(normalised(title))


def _shared(sentence: Sentence, about: set[str], language: str) -> int:
    return len(set(content(sentence.text, language)) & about)
