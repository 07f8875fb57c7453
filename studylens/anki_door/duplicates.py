"""Whether a note may be added, and why not: its first field decides, as in Anki."""

from collections.abc import Sequence

from studylens.anki_door.decks import Decks
from studylens.anki_door.faults import DUPLICATE, EMPTY, DoorFault
from studylens.anki_door.notetypes import fronts
from studylens.anki_door.params import Note, Scope
from studylens.anki_door.service import Service


class Duplicates:
    """What is there of the fronts of some notes, asked for once for all of them. Raises RemoteFault."""

    def __init__(self, service: Service, decks: Decks, notes: Sequence[Note]) -> None:
        self._decks = decks
        self._packs: dict[str, set[str]] = {}
        asked = list(dict.fromkeys(front for note in notes for front in _fronts(note)))
        for card in service.cards(fronts=asked) if asked else ():
            self._packs.setdefault(card.front, set()).add(card.pack)

    def check(self, note: Note) -> None:
        """Raise DoorFault when the note may not be added: no type, no deck, empty, or there already."""
        asked = fronts(note.model, note.fields)
        self._decks.get(note.deck)
        if not asked:
            raise DoorFault(EMPTY)
        if not note.allows_duplicate and any(self._is_there(front, note.scope) for front in asked):
            raise DoorFault(DUPLICATE)

    def note_added(self, note: Note, pack_id: str) -> None:
        """Know a note that was just added, so that the next one like it is a duplicate."""
        for front in _fronts(note):
            self._packs.setdefault(front, set()).add(pack_id)

    def _is_there(self, front: str, scope: Scope) -> bool:
        packs = self._packs.get(front, set())
        if not scope.deck or not packs:
            return bool(packs)
        if scope.below:
            return any(pack.id in packs for deck in self._decks.like(scope.deck) for pack in deck.packs)
        try:
            deck = self._decks.get(scope.deck)
        except DoorFault:
            return False  # In a deck that is not there nothing can be twice.
        return any(pack.id in packs for pack in deck.packs)


def _fronts(note: Note) -> list[str]:
    """Return what a note asks; of one whose type is not there, nothing."""
    try:
        return fronts(note.model, note.fields)
    except DoorFault:
        return []
