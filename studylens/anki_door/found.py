"""The cards that a search of Anki's language finds: narrowed by the service, then looked at one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from studylens.anki_door.asking import WORD, Term, read
from studylens.anki_door.decks import Decks
from studylens.anki_door.notetypes import BASIC, text_of
from studylens.anki_door.service import Card, Service

MOST_PACKS = 5
"""Packs that are asked for one by one; of more decks all cards are looked at."""
_FRONTS = {"front", "text"}
_NUMBERS = {"nid", "cid"}
_IN_STEPS = {"learning", "relearning"}
Test = Callable[[Card], bool]


@dataclass(frozen=True)
class Finding:
    """What a search needs: the service and its decks."""

    service: Service
    decks: Decks

    def cards(self, query: str) -> list[Card]:
        """Return the cards in the order of their numbers. Raises DoorFault and RemoteFault."""
        terms = read(query)
        tests = [self._test(term) for term in terms]
        found = (card for card in self._candidates(terms) if all(test(card) for test in tests))
        return sorted({card.number: card for card in found}.values(), key=lambda card: card.number)

    def _candidates(self, terms: list[Term]) -> Iterator[Card]:
        """Yield at least all cards that are wanted, asking for as few as the service can tell apart."""
        asked = [term for term in terms if not term.negated]
        for term in asked:
            if term.key in _NUMBERS:
                return self.service.cards(numbers=term.numbers) if term.numbers else iter(())
        for term in asked:
            if term.key in _FRONTS and term.plain:
                return self.service.cards(fronts=_written(term.plain))
        words = " ".join(term.plain for term in asked if term.key == WORD and term.plain)
        for term in asked:
            if term.key == "deck" and term.plain is not None:
                packs = [pack.id for deck in self.decks.like(term.value) for pack in deck.packs]
                if len(packs) <= MOST_PACKS:
                    return (card for pack in packs for card in self.service.cards(words=words, pack=pack))
        return self.service.cards(words=words)

    def _test(self, term: Term) -> Test:
        test = self._positive(term)
        return (lambda card: not test(card)) if term.negated else test

    def _positive(self, term: Term) -> Test:
        if term.key in _NUMBERS:
            numbers = frozenset(term.numbers)
            return lambda card: card.number in numbers
        if term.key == "deck":
            packs = {pack.id for deck in self.decks.like(term.value) for pack in deck.packs}
            return lambda card: card.pack in packs
        if term.key == "is":
            return is_in(term.value.lower(), datetime.now(UTC))
        if term.key == "tag":
            return lambda card: any(map(term.fits, self.decks.of_card(card.pack)[1]))
        return _words(term)


def _written(value: str) -> list[str]:
    """Return how a front may be stored: a program asks with the HTML that it would send."""
    return list(dict.fromkeys(filter(None, (text_of(value), value.strip()))))


def _words(term: Term) -> Test:
    """Return the test of what a card says."""
    if term.key == "note":
        return lambda _card: term.fits(BASIC)
    if term.key == WORD:
        return lambda card: term.fits(card.front) or term.fits(card.back)
    alike = {one.casefold() for one in _written(term.plain)} if term.plain else set()
    is_front = term.key in _FRONTS

    def says(card: Card) -> bool:
        side = card.front if is_front else card.back
        return side.casefold() in alike or term.fits(side)

    return says


def is_in(state: str, at: datetime) -> Test:
    """Return the test for cards in a state of `is:`."""
    tests: dict[str, Test] = {
        "new": lambda card: card.state == "new",
        "learn": lambda card: card.state in _IN_STEPS,
        "review": lambda card: card.state == "review",
        "suspended": lambda card: card.suspended,
        "due": lambda card: card.state in {"review", *_IN_STEPS} and bool(card.due_at and card.due_at <= at),
    }
    return tests[state]
