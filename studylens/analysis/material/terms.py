"""Key terms of a page: yake ranks the candidates; where one stands says if it is the name of something."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studylens.analysis.material.definitions import Definition
from studylens.analysis.material.page import Page
from studylens.analysis.material.patterns import NAMED
from studylens.analysis.material.phrases import (
    is_name,
    is_named,
    root,
    stands_alone,
    strip_article,
    trimmed,
)
from studylens.analysis.material.rows import BULLET, LABEL
from studylens.analysis.material.sentences import Sentence
from studylens.analysis.material.words import LABELS, UNKNOWN, Language
from studylens.config import MATERIAL_TERMS

_CAPITAL = r"[A-ZÀ-Þ][\w’-]+"
_NAME = re.compile(
    rf"(?:(?<=[\w,;] )|^(?={_CAPITAL} [A-ZÀ-Þ])){_CAPITAL}"
    r"(?: (?:(?:of|of the|and of the|de|del|de la|da|von|van) )?[A-ZÀ-Þ0-9][\w’-]*)*"
)
_CANDIDATES = 100


@dataclass(frozen=True)
class Term:
    """A term as the page writes it, the line where it first stands, and whether it is a proper name."""

    text: str
    n: int
    proper: bool
    definition: str | None = None


def find_terms(
    page: Page, definitions: Sequence[Definition], labels: Sequence[tuple[str, int]]
) -> list[Term]:
    """Return the terms worth knowing: defined ones first (in their order), then the best ranked others.

    `labels` are names that the page gives to formulas, with their lines.
    """
    found = [Term(d.term, d.n, _proper(d.term, page), d.text) for d in definitions]
    found += [Term(name, n, _proper(name, page)) for name, n in labels if len(name.split()) <= 6]
    if page.language is UNKNOWN or page.is_test:
        return _distinct(found)
    found += _short_bullets(page)
    # A page that defines its terms itself needs few others.
    room = max(2, min(MATERIAL_TERMS, 3 + _size(page) // 10) - len(found) // 2)
    ranked = [term for text in _candidates(page) if (term := _placed(text, page)) is not None]
    # Words that only serve to define another term come after those that the page speaks of.
    defining = {d.n for d in definitions}
    ranked.sort(key=lambda term: term.n in defining)
    return _distinct([*found, *ranked], room=len(found) + room)


def _size(page: Page) -> int:
    return sum(len(sentence.text.split()) for sentence in page.sentences if sentence.trusted)


def _candidates(page: Page) -> Iterator[str]:
    """Yield proper names, then yake's phrases, best first."""
    texts = [s.text for s in _sentences(page)]
    named = NAMED.get(page.language.code)
    yield from (match["term"] for text in texts for match in (named.finditer(text) if named else ()))
    ranked = _ranked(texts, page.language)
    whole = "\n".join(texts)
    found = {name for text in texts for name in _names(text) if page.language.code != "de"}
    # Of "King Louis XVI" and "Louis XVI" the one that stands more often; a single word only for itself.
    names = {name: whole.count(name) if " " in name else 1 for name in found}
    order = {text.lower(): i for i, text in enumerate(ranked)}
    yield from sorted(
        names, key=lambda name: (-names[name], order.get(name.lower(), _CANDIDATES), -len(name), name)
    )
    yield from ranked
    if page.language.code == "de":
        yield from (word for phrase in ranked for word in phrase.split() if word[0].isupper())


def _sentences(page: Page) -> list[Sentence]:
    """Return the sentences that teach: no questions, no examples, none that was badly read."""
    return [s for s in page.sentences if s.trusted and not s.text.endswith(("?", ":")) and not _aside(s.text)]


def _aside(text: str) -> bool:
    label = LABEL.match(text)
    return label is not None and label["label"].lower() in LABELS


def _names(text: str) -> Iterator[str]:
    """Yield what is written like a proper name of at most six words."""
    yield from (match[0] for match in _NAME.finditer(text) if len(match[0].split()) <= 6)


def _ranked(texts: Sequence[str], language: Language) -> list[str]:
    """Return yake's key phrases of up to three words, best first."""
    if sum(map(len, texts)) < 30:
        return []
    from yake import KeywordExtractor  # noqa: PLC0415  (brings numpy and networkx: only when there is a text)

    extractor = KeywordExtractor(lan=language.code, n=3, top=_CANDIDATES, dedup_lim=0.95)
    return [phrase for phrase, _ in extractor.extract_keywords("\n".join(_ended(text) for text in texts))]


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _short_bullets(page: Page) -> list[Term]:
    """Return the bullets of up to three words: what a list lists is worth knowing."""
    found = []
    for row in page.rows:
        text = strip_article(row.text.rstrip("."), page.language)
        short = len(text.split()) <= 3 and not {"the", "la", "el", "los", "las"} & set(text.split())
        if row.kind == BULLET and row.trusted and short and is_named(text, page.language):
            found.append(Term(text, row.n, _proper(text, page)))
    return found


def _placed(text: str, page: Page) -> Term | None:
    """Return the term where it first stands as the name of something, or None when it never does."""
    text = trimmed(text, page.language)
    if not is_named(text, page.language):
        return None
    pattern = re.compile(rf"(?<![\w-]){re.escape(text)}(?![\w-])", re.IGNORECASE)
    for sentence in _sentences(page):
        for match in pattern.finditer(sentence.text):
            if _verbal_start(match[0], match.start(), page.language):
                continue
            if stands_alone(sentence.text, match.start(), match.end(), page.language):
                shown = _uncapitalised(match[0], match.start(), page)
                return Term(shown, sentence.line_at(match.start()), _proper(shown, page))
    return None


def _verbal_start(text: str, start: int, language: Language) -> bool:
    """Whether it is an "-ing" word that begins a sentence, where its capital says nothing."""
    return start == 0 and " " not in text and not is_named(text.lower(), language) and language.code != "de"


def _uncapitalised(text: str, start: int, page: Page) -> str:
    """Return a word that is capital only because it begins a sentence the way it stands elsewhere."""
    small = text[0].lower() + text[1:]
    elsewhere = any(re.search(rf"(?<![\w-]){re.escape(small)}(?![\w-])", s.text) for s in page.sentences)
    return small if start == 0 and elsewhere else text


def _proper(text: str, page: Page) -> bool:
    """Whether it is a proper name: a capital inside a sentence (in German nouns too, so never told apart)."""
    if page.language.code == "de" or not text[0].isupper():
        return False
    if " " in text and is_name(text):
        return True
    return any(s.text.find(text) > 0 and s.text[s.text.find(text) - 1] == " " for s in page.sentences)


def _distinct(terms: Sequence[Term], room: int = 1 << 30) -> list[Term]:
    """Return the first of each; a term inside of one that is kept stays out unless it is defined itself."""
    kept: list[Term] = []
    for term in terms:
        roots = [re.sub(r"['’]s\b", "", root(one.text)) for one in kept]
        mine = re.sub(r"['’]s\b", "", root(term.text))
        # "Working memory" may follow "memory", but not the other way round.
        inside = any(
            f" {mine} " in f" {other} " or (" " in other and f" {other} " in f" {mine} ") for other in roots
        )
        if mine not in roots and (term.definition is not None or not inside) and len(kept) < room:
            kept.append(term)
    return kept
