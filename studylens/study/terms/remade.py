"""Terms that take the place of others stay explained. It needs no judge, which the service loads late."""

from collections.abc import Sequence

from studylens.models import PackTerm


def as_explained(terms: list[PackTerm], before: Sequence[PackTerm]) -> list[PackTerm]:
    """Return terms, each explained as the one of this name was before, if it has nothing of its own."""
    old = {_name(term): term for term in before if term.explained_on}
    for term in terms:
        if term.explained_on is None and (was := old.get(_name(term))) is not None:
            term.explained_on, term.explained, term.points = was.explained_on, was.explained, was.points
    return terms


def _name(term: PackTerm) -> str:
    return " ".join(term.term.casefold().split())
