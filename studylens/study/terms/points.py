"""What there is to say of a key term, and how much of it an explanation said: by words, as in telling."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from studylens.judging.coverage import FactSpan
from studylens.judging.telling import Told, compare
from studylens.study.terms.asking import Text, names_of
from studylens.study.terms.proof import Explained


class Explainable(Protocol):
    """The columns of PackTerm that this looks at."""

    term: Any
    definition: Any
    source_line: Any
    explained_on: Any
    explained: Any
    points: Any


_Term = TypeVar("_Term", bound=Explainable)


def explained_of(term: Explainable) -> Explained | None:
    """Return the explanation that is kept with a term."""
    if not (term.explained_on and term.points):
        return None
    return Explained(date.fromisoformat(term.explained_on), term.explained or 0, term.points)


def points_of(terms: Sequence[Explainable], facts: Sequence[FactSpan]) -> list[list[FactSpan]]:
    """Return of each term the page's facts that name it or stand on its line; without any, its definition."""
    texts = [Text.of(fact.text) for fact in facts]  # Once, and not for each of hundreds of terms.
    return [_points(term, list(zip(facts, texts, strict=True))) for term in terms]


def _points(term: Explainable, facts: Sequence[tuple[FactSpan, Text]]) -> list[FactSpan]:
    called, line = names_of(term.term), term.source_line or 0
    found = [fact for fact, text in facts if fact.first <= line <= fact.last or text.names(called)]
    if found or not (term.definition or "").strip():
        return found
    return [FactSpan(line, line, f"{term.term}: {term.definition}")]


def keep(terms: Sequence[_Term], facts: Sequence[FactSpan], text: str, day: date) -> list[_Term]:
    """Keep with each term how much of it the text says; return the terms that it says something of.

    A good explanation stays until a later good one: a weaker try takes nothing back, a forgotten card does.
    """
    points = points_of(terms, facts)
    every = list(dict.fromkeys(point for some in points for point in some))
    said = {told.fact for told in compare(every, text) if told.told == Told.FOUND}
    found = []
    for term, some in zip(terms, points, strict=True):
        new = Explained(day, sum(point in said for point in some), len(some))
        if new.said:
            found.append(term)
            _keep_better(term, new)
    return found


def _keep_better(term: Explainable, new: Explained) -> None:
    old = explained_of(term)
    if new.is_good or old is None or not old.is_good:
        term.explained_on = new.on.isoformat()
        term.explained, term.points = new.said, new.points
