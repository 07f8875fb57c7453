"""What can be asked of cards and notes: found, shown, answered."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from studylens.anki_door import shown
from studylens.anki_door.decks import Decks
from studylens.anki_door.faults import DoorFault
from studylens.anki_door.found import Finding, is_in
from studylens.anki_door.params import MOST_NUMBERS, numbers, taken
from studylens.anki_door.service import Card, Service
from studylens.models import new_id

_EASES = {1, 2, 3, 4}
Params = Mapping[str, Any]


class Cards:
    """Actions about cards by their numbers, which are those of their notes, too."""

    def __init__(self, service: Service, decks: Decks) -> None:
        self._service, self._decks = service, decks
        self._finding = Finding(service, decks)

    def find(self, params: Params) -> list[int]:
        """Return the numbers that a search finds; without one, none."""
        query = params.get("query")
        if query is None:
            return []
        return [card.number for card in self._finding.cards(taken(params, "query", str))]

    def notes_info(self, params: Params) -> list[dict[str, Any]]:
        """Return notes by their numbers or by a search; {} for one that is not there."""
        if "notes" not in params and "query" in params:
            params = {"notes": self.find(params)[:MOST_NUMBERS]}
        return [shown.note_info(card, self._decks) if card else {} for card in self._named(params, "notes")]

    def cards_info(self, params: Params) -> list[dict[str, Any]]:
        """Return cards by their numbers; {} for one that is not there."""
        return [shown.card_info(card, self._decks) if card else {} for card in self._named(params, "cards")]

    def note_tags(self, params: Params) -> list[str]:
        """Return the tags of a note: those of its pack."""
        (card,) = self._named({"note": [taken(params, "note", int)]}, "note")
        if card is None:
            raise DoorFault(f"Note was not found: {params['note']}")
        tags: list[str] = shown.note_info(card, self._decks)["tags"]
        return tags

    def to_notes(self, params: Params) -> list[int]:
        """Return the notes of cards: the same numbers, as far as they are there."""
        return sorted({card.number for card in self._named(params, "cards") if card})

    def decks_of(self, params: Params) -> dict[str, list[int]]:
        """Return cards by the names of their decks."""
        found: dict[str, list[int]] = {}
        for card in self._named(params, "cards"):
            if card:
                found.setdefault(self._decks.of_card(card.pack)[0], []).append(card.number)
        return found

    def are_suspended(self, params: Params) -> list[bool | None]:
        """Say of each card whether it is set aside; None for one that is not there."""
        return [card.suspended if card else None for card in self._named(params, "cards")]

    def is_suspended(self, number: int) -> bool:
        """Say whether a card is set aside. Raises DoorFault when it is not there."""
        (found,) = self.are_suspended({"cards": [number]})
        if found is None:
            raise DoorFault(f"Card was not found: {number}")
        return found

    def suspend(self, params: Params, *, suspended: bool) -> bool:
        """Set cards aside or bring them back; say whether that changed any."""
        changed = [card for card in self._named(params, "cards") if card and card.suspended != suspended]
        for card in changed:
            self._service.suspend(card, suspended=suspended)
        return bool(changed)

    def are_due(self, params: Params) -> list[bool]:
        """Say of each card whether it may come up now."""
        at = datetime.now(UTC)
        tests = is_in("new", at), is_in("due", at)
        return [
            card is not None and any(test(card) for test in tests) for card in self._named(params, "cards")
        ]

    def answer(self, params: Params) -> list[bool]:
        """Answer cards, each once; False for one that is not there."""
        told = taken(params, "answers", list)
        eases = [one.get("ease") if isinstance(one, dict) else None for one in told]
        if not all(ease in _EASES and isinstance(ease, int) for ease in eases):
            raise DoorFault("“ease” must be 1, 2, 3 or 4")
        found = self._named({"cards": [one.get("cardId") for one in told]}, "cards")
        for card, ease in zip(found, eases, strict=True):
            if card:
                self._service.answer(card, int(ease or 0), new_id())
        return [card is not None for card in found]

    def _named(self, params: Params, name: str) -> list[Card | None]:
        wanted = numbers(params, name)
        known = {card.number: card for card in self._service.cards(numbers=wanted)} if wanted else {}
        return [known.get(number) for number in wanted]
