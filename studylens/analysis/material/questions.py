"""Multiple-choice questions whose wrong options are other terms, years or formulas of the same page."""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from studylens.analysis.material.clozes import NUMBER, YEAR_KIND, Cloze, words_in
from studylens.analysis.material.definitions import Definition
from studylens.analysis.material.facts import Cell, Event, Formula
from studylens.analysis.material.phrases import root
from studylens.analysis.material.terms import Term
from studylens.analysis.material.words import Language
from studylens.analysis.protocol.result import Question
from studylens.config import MATERIAL_QUESTIONS

_WRONG = 3
"""Wrong options at most; at least two, else there is no question."""


def definition_questions(
    definitions: Sequence[Definition], terms: Sequence[Term], language: Language
) -> Iterator[Question]:
    """Yield "Which term fits: ...?", with defined terms before others as wrong options."""
    pool = [definition.term for definition in definitions] + [term.text for term in terms]
    for i, definition in enumerate(definitions):
        question = language.phrases.which_term.format(text=definition.text)
        # From the next definition on, so that not every question offers the same three.
        turned = pool[i + 1 : len(definitions)] + pool[:i] + pool[len(definitions) :]
        stems = _stems(f"{definition.text} {definition.term}")
        wrong = (_capital(other) for other in turned if _may_be_wrong(other, stems))
        if not _hints(definition.term, definition.text):
            yield from _question(
                question, _capital(definition.term), wrong, (definition.source, definition.n)
            )


def cloze_questions(
    clozes: Sequence[Cloze], terms: Sequence[Term], years: Sequence[str], language: Language
) -> Iterator[Question]:
    """Yield each cloze with other answers of its own kind."""
    for cloze in clozes:
        if cloze.kind == YEAR_KIND:
            wrong = _near([year for year in years if year != cloze.answer], cloze.answer)
        elif cloze.kind == NUMBER:
            alike = [other for other in clozes if other.kind == NUMBER and other.unit == cloze.unit]
            wrong = [other.answer for other in alike if other.answer != cloze.answer]
        else:
            alike_terms = [term.text for term in terms if term.proper == cloze.proper]
            stems = _stems(cloze.source)
            turned = _defined_first(_turned(alike_terms, cloze.front), cloze.answer, terms)
            wrong = [_cased(text, cloze, language) for text in turned if _may_be_wrong(text, stems)]
        yield from _question(cloze.front, cloze.answer, wrong, (cloze.source, cloze.n))


def event_questions(events: Sequence[Event], years: Sequence[str], language: Language) -> Iterator[Question]:
    """Yield event -> year."""
    for event in events:
        question = language.phrases.which_year.format(text=event.text)
        wrong = _near([year for year in years if year != event.year], event.year)
        yield from _question(question, event.year, wrong, (f"{event.year}: {event.text}", event.n))


def formula_questions(formulas: Sequence[Formula], language: Language) -> Iterator[Question]:
    """Yield name -> formula."""
    for formula in formulas:
        question = language.phrases.which_formula.format(term=formula.name)
        wrong = [
            other.text for other in formulas if other.text != formula.text and other.name != formula.name
        ]
        yield from _question(question, formula.text, wrong, (f"{formula.name}: {formula.text}", formula.n))


def cell_questions(cells: Sequence[Cell], language: Language) -> Iterator[Question]:
    """Yield row and column -> entry, with other entries of the column as wrong options."""
    for cell in cells:
        question = language.phrases.cell.format(row=cell.row, column=cell.column)
        explanation = f"{cell.row}: {cell.text}"
        yield from _question(question, cell.text, list(cell.others), (explanation, cell.n))


def choose(groups: Sequence[Iterator[Question]]) -> tuple[Question, ...]:
    """Return at most MATERIAL_QUESTIONS from the groups in turn, no answer asked for twice, by line."""
    waiting = [_first(group) for group in groups]
    chosen: dict[str, Question] = {}
    for turn in range(max(map(len, waiting), default=0)):
        for group in waiting:
            if turn < len(group) and len(chosen) < MATERIAL_QUESTIONS:
                chosen.setdefault(root(group[turn].options[group[turn].answer_index]), group[turn])
    return tuple(sorted(chosen.values(), key=lambda question: question.source_line or 0))


def _first(group: Iterator[Question]) -> list[Question]:
    """Return enough questions to choose from, one for each sentence."""
    by_source: dict[str, Question] = {}
    for question in islice(group, 4 * MATERIAL_QUESTIONS):
        by_source.setdefault(question.explanation, question)
    return list(by_source.values())


def _question(
    question: str, answer: str, wrong: Iterable[str], source: tuple[str, int]
) -> Iterator[Question]:
    """Yield the question, its answer at a place that follows from its text; none under two wrong options."""
    asked = _plain(question)
    options: list[str] = []
    for option in wrong:
        apart = all(_apart(option, other) for other in [answer, *options])
        if apart and _plain(option) not in asked:
            options.append(option)
        if len(options) == _WRONG:
            break
    if len(options) >= 2 and _plain(answer) not in asked:
        # hash() differs from one process to the next; this does not.
        place = zlib.crc32(question.encode()) % (len(options) + 1)
        options.insert(place, answer)
        yield Question(question, tuple(options), place, source[0], source[1])


def _turned(texts: Sequence[str], by: str) -> list[str]:
    """Return `texts` turned by a number that follows from `by`, so that questions differ in their options."""
    place = zlib.crc32(by.encode()) % max(1, len(texts))
    return [*texts[place:], *texts[:place]]


def _defined_first(texts: Sequence[str], answer: str, terms: Sequence[Term]) -> list[str]:
    """Return `texts` with those that are defined on the page before the others when the answer is too."""
    defined = {root(term.text) for term in terms if term.definition is not None}
    if root(answer) not in defined:
        return list(texts)
    return sorted(texts, key=lambda text: root(text) not in defined)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _cased(text: str, cloze: Cloze, language: Language) -> str:
    """Return an option whose first letter does not tell it from the answer."""
    plain = not cloze.proper and language.code != "de" and text[1:].islower()
    if not plain:
        return text
    return _capital(text) if cloze.answer[0].isupper() else text[0].lower() + text[1:]


def _plain(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def _apart(option: str, other: str) -> bool:
    """Whether neither is part of the other, nor its plural."""
    one, two = _plain(option), _plain(other)
    if re.search(r"[=→]|->", option):
        return option.replace(" ", "") != other.replace(" ", "")
    return one not in two and two not in one and root(option) != root(other)


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in words_in(text)}


def _may_be_wrong(option: str, stems: set[str]) -> bool:
    """Whether `option` is surely not right: no word of it, by stem, among those of sentence and answer."""
    words = words_in(option)
    return bool(words) and not any(_stem(word) in stems for word in words if len(word) > 3)


def _hints(term: str, text: str) -> bool:
    """Whether the text gives the term away."""
    stems = {_stem(word) for word in words_in(text)}
    return any(_stem(word) in stems for word in words_in(term) if len(word) > 3)


def _stem(word: str) -> str:
    """Return the beginning that a word shares with its other forms; the plural's ending goes first."""
    plain = root(word)
    return plain[: max(4, len(plain) - 3)]


def _near(years: Sequence[str], answer: str) -> list[str]:
    """Return the years, nearest first: a wrong year far away is no question."""
    key: Callable[[str], tuple[int, str]] = lambda year: (abs(int(year[:4]) - int(answer[:4])), year)  # noqa: E731
    return sorted(dict.fromkeys(years), key=key)
