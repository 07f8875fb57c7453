"""Packs as Anki's decks: `Subject::Title`; packs of the same name are one deck."""

import fnmatch
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from studylens.anki_door.faults import DoorFault, no_deck
from studylens.anki_door.service import Pack, Service
from studylens.models import new_id
from studylens.study.exchange.deck_names import deck_of, place_of

KEPT_SECONDS = 10.0
"""For so long packs are not asked for again: a dictionary asks for each word that the mouse passes."""
DEFAULT = "Default"
"""A deck that is always there in Anki, and in many programs' settings; here it is begun by its first note."""
_DEFAULT_NUMBER = 1
_ID_DIGITS = 12
"""Hexadecimal digits of a deck's number: JavaScript's numbers hold 53 bits."""


@dataclass(frozen=True)
class Deck:
    """A deck and its packs, the newest first."""

    name: str
    packs: tuple[Pack, ...]

    @property
    def number(self) -> int:
        """Return what programs know it by: of its oldest pack, so that it stays."""
        return int(self.packs[-1].id[:_ID_DIGITS], 16) if self.packs else _DEFAULT_NUMBER


class Decks:
    """All decks of a student. Raises RemoteFault everywhere."""

    def __init__(self, service: Service, clock: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, Deck] = {}
        self._until = 0.0

    def all(self) -> dict[str, Deck]:
        """Return all decks by their names."""
        with self._lock:
            if self._clock() >= self._until:
                self._known = _by_name(self._service.packs())
                self._until = self._clock() + KEPT_SECONDS
            return self._known

    def get(self, name: str) -> Deck:
        """Return a deck, as capitals are written or not. Raises DoorFault."""
        for _again in range(2):
            found = self.all()
            wanted = _plain(name)
            for deck in found.values():
                if _plain(deck.name) == wanted:
                    return deck
            self.forget()  # It may have been made a moment ago, on another page.
        raise no_deck(name)

    def like(self, pattern: str) -> list[Deck]:
        """Return the decks of this name, with `*`, and those below them."""
        wanted = _plain(pattern)
        below = f"{wanted}::*"
        names = ((deck, _plain(deck.name)) for deck in self.all().values())
        return [deck for deck, name in names if _fits(name, wanted) or _fits(name, below)]

    def of_card(self, pack_id: str) -> tuple[str, tuple[str, ...]]:
        """Return the deck's name and the tags of a card of this pack; of a pack that is gone, none."""
        for deck in self.all().values():
            for pack in deck.packs:
                if pack.id == pack_id:
                    return deck.name, pack.tags
        return "", ()

    def create(self, name: str) -> Deck:
        """Return the deck of this name; a new one when there is none. Raises DoorFault for no name."""
        try:
            return self.get(name)
        except DoorFault:
            self.begin_pack(name)
            return self.get(name)

    def begin_pack(self, name: str) -> Pack:
        """Begin one more pack of this name. Raises DoorFault for no name."""
        subject, title = place_of(name)
        if not title:
            raise DoorFault("A deck needs a name.")
        made = self._service.add_pack(title, subject, new_id())
        self.forget()
        return made

    def forget(self) -> None:
        """Ask for the packs anew the next time: they are otherwise now."""
        with self._lock:
            self._until = 0.0


def _by_name(packs: tuple[Pack, ...]) -> dict[str, Deck]:
    found: dict[str, list[Pack]] = {}
    for name, pack in _named(packs):
        found.setdefault(name, []).append(pack)
    found.setdefault(DEFAULT, [])
    return {name: Deck(name, tuple(alike)) for name, alike in sorted(found.items())}


def _named(packs: tuple[Pack, ...]) -> Iterator[tuple[str, Pack]]:
    for pack in packs:
        yield deck_of(pack.subject, pack.title) or pack.id, pack


def _plain(name: str) -> str:
    """Return a deck's name as two are compared: it may be written as a program typed it."""
    return "::".join(
        part for part in (" ".join(part.split()) for part in name.split("::")) if part
    ).casefold()


def _fits(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))
