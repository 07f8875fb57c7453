"""Definitions that a page gives in so many words: by a sentence, a label, a glossary or a table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studylens.analysis.material.page import Page
from studylens.analysis.material.patterns import PATTERNS, WHICH
from studylens.analysis.material.rows import HEADING, LABEL, PROSE, is_formula
from studylens.analysis.material.sentences import Sentence
from studylens.analysis.material.tables import Table
from studylens.analysis.material.words import LABELS, Language, word_set

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_LONGEST_SENTENCE = 320
"""Characters; longer ones are no definition, and the patterns need not be tried on them."""
_LONGEST_TEXT = 280
_EMPTY_HEADS = word_set(
    """
    example result reason problem question answer aim goal difference rest first second third last most
    thing point idea advantage disadvantage task purpose following former latter one there ones fact case
    best beispiel grund ergebnis ziel unterschied vorteil nachteil aufgabe erste zweite letzte ejemplo
    resultado razón objetivo diferencia ventaja primero segundo último
    """
)
"""First or last words of what a sentence is about that is no term: "The main reason is the..."."""


@dataclass(frozen=True)
class Definition:
    """A term and what the page says it is; `source` is the whole sentence or line."""

    term: str
    text: str
    n: int
    source: str
    verb: str = ""
    article: str = ""


def find_definitions(page: Page) -> list[Definition]:
    """Return the definitions of `page` by line, one for each term: the first that is given."""
    found = [*_from_tables(page), *_from_glossary(page), *_from_sentences(page)]
    kept: dict[str, Definition] = {}
    for definition in sorted(found, key=lambda one: one.n):
        key = definition.term.lower()
        if key not in kept and not is_formula(definition.text):
            kept[key] = definition
    return list(kept.values())


# --- Sentences and labels --------------------------------------------------------------------------


def _from_sentences(page: Page) -> Iterator[Definition]:
    labels = [s for s in page.sentences if s.trusted and LABEL.match(s.text)]
    for sentence in page.sentences:
        if not sentence.trusted or len(sentence.text) > _LONGEST_SENTENCE or sentence.text.endswith("?"):
            continue
        if sentence in labels:
            yield from _from_label(sentence, page.language, vocabulary=len(labels) >= 3)
        for begin, part in _clauses(sentence.text):
            yield from _from_clause(sentence, begin, part, page.language)


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    """Yield the sentence without its end, or its halves when both define ("X is the a, and Y is the b")."""
    plain = text.rstrip(" .!")
    halves = re.match(r"(.{15,}?), (?:and|while|whereas|but) (?=[\w-]+ is (?:a|an|the) )", plain)
    if halves:
        yield 0, halves[1]
        yield halves.end(), plain[halves.end() :]
    else:
        yield 0, plain


def _from_clause(sentence: Sentence, begin: int, part: str, language: Language) -> Iterator[Definition]:
    for pattern in PATTERNS.get(language.code, ()):
        match = pattern.match(part)
        if match and _fits(match["term"], match["text"], language):
            yield _definition(sentence, begin, match)
            return
    match = WHICH.search(part) if language.code == "en" else None
    if match and _fits(match["term"], match["text"], language):
        yield _definition(sentence, begin, match)


def _definition(sentence: Sentence, begin: int, match: re.Match[str]) -> Definition:
    line = sentence.line_at(begin + match.start("term"))
    groups = match.groupdict()
    verb, article = groups.get("verb") or "", groups.get("article") or ""
    return Definition(match["term"], match["text"], line, sentence.text, verb, article)


def _from_label(sentence: Sentence, language: Language, *, vocabulary: bool) -> Iterator[Definition]:
    match = LABEL.match(sentence.text.rstrip("."))
    if match is None or is_formula(sentence.text) or _ARROWS.search(sentence.text):
        return
    label = re.sub(r"\s*\([^()]*\)$", "", match["label"])
    words = len(_WORD.findall(match["text"]))
    if (
        (words >= 3 or (vocabulary and words))
        and _is_term(label, language, words=6)
        and _lettered(match["text"])
    ) and len(match["text"]) <= _LONGEST_TEXT:
        yield Definition(label, match["text"], sentence.line_at(0), sentence.text)


_ARROWS = re.compile(r"->|→|=>")


def _lettered(text: str) -> bool:
    return sum(c.isalpha() for c in text) >= 0.6 * len(text.replace(" ", ""))


# --- Glossaries and tables -------------------------------------------------------------------------


def _from_glossary(page: Page) -> list[Definition]:
    """A short heading with one phrase under it, at least three times."""
    found = []
    phrases = {s.starts[0][1]: s for s in page.sentences if s.trusted and not s.bulleted}
    for head, below in zip(page.rows, page.rows[1:], strict=False):
        sentence = phrases.get(below.n)
        if (
            head.kind != HEADING
            or below.kind != PROSE
            or sentence is None
            or len(sentence.text) > _LONGEST_TEXT
        ):
            continue
        if _is_term(head.text, page.language, words=4) and not list(
            _from_clause(sentence, 0, sentence.text, page.language)
        ):
            text = sentence.text.rstrip(".")
            if len(_WORD.findall(text)) >= 3:
                found.append(Definition(head.text, text, head.n, f"{head.text}: {sentence.text}"))
    return found if len(found) >= 3 else []


def _from_tables(page: Page) -> Iterator[Definition]:
    """Two columns, of which the second explains: three words a cell on average."""
    for table in page.tables:
        if len(table.rows[0][1]) == 2 and _explains(table):
            for n, (term, text) in table.rows:
                if _is_term(term, page.language, words=6) and _lettered(text):
                    yield Definition(term, text.rstrip("."), n, f"{term}: {text}")


def _explains(table: Table) -> bool:
    return sum(len(cells[1].split()) for _, cells in table.rows) >= 3 * len(table.rows)


# --- What a term is --------------------------------------------------------------------------------


def _fits(term: str, text: str, language: Language) -> bool:
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < 3 or len(text) > _LONGEST_TEXT or not _balanced(text):
        return False
    last_clause = text.rsplit(",", 1)[-1].lower().split()
    while last_clause and last_clause[0] in {"and", "but", "und", "y"}:
        last_clause.pop(0)
    points = words[0] in language.pointers or (
        bool(last_clause) and last_clause[0] in {"this", "it", "dies", "esto"}
    )
    return not points and _is_term(term, language, words=5) and not _same(term, words)


def _same(term: str, words: Sequence[str]) -> bool:
    """Whether the text only says the term again ("a cell is a cell that...")."""
    return {word.lower() for word in _WORD.findall(term)} >= set(words[1:3])


def _is_term(text: str, language: Language, *, words: int) -> bool:
    """Whether `text` can be the name of something: few words, no small word at an end, no label of a form."""
    parts = [word.lower() for word in _WORD.findall(text)]
    if not 1 <= len(parts) <= words or len(text) > 60 or not re.search(r"[^\W\d_]{2}|^[^\W\d_]$", text):
        return False
    if (
        any(part in language.pointers for part in parts)
        or parts[0] in _EMPTY_HEADS
        or parts[-1] in _EMPTY_HEADS
    ):
        return False
    ends = {parts[0], parts[-1]} & language.function_words
    return not ends and not LABELS & {parts[0]} and not parts[0].isdigit() and _balanced(text)


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count('"') % 2 == 0
