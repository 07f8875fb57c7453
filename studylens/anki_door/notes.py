"""Notes become cards: added once whatever gets lost, changed, put away."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studylens.anki_door import notetypes
from studylens.anki_door.decks import Deck, Decks
from studylens.anki_door.duplicates import Duplicates
from studylens.anki_door.faults import DoorFault, no_note
from studylens.anki_door.media import Media, decoded, name_of
from studylens.anki_door.notetypes import BASIC, FIELDS, Face
from studylens.anki_door.params import Note, Picture
from studylens.anki_door.service import Card, Service, Sides
from studylens.models import new_id
from studylens.remote.faults import NotThere, Refused

FULL = "pack_full"
"""The API's code for a pack that holds no more."""
MOST_AWAY = 20
"""Cards with the very same words that were put away one after the other."""


@dataclass(frozen=True)
class Notes:
    """What can be done with notes. Raises DoorFault and RemoteFault everywhere."""

    service: Service
    decks: Decks
    media: Media

    def add(self, note: Note, known: Duplicates | None = None) -> int:
        """Add a note and return its number: that of its first card. The very same note is there once."""
        known = known or Duplicates(self.service, self.decks, [note])
        known.check(note)
        fields = _with_pictures(note.fields, note.pictures)
        faces = notetypes.faces(note.model, fields)
        for one in note.pictures:
            self.media.store({"filename": one.filename, "data": one.data})
        made = [self._add_card(note, face) for face in faces]
        known.note_added(note, made[0].pack)
        return made[0].number

    def change(self, number: int, fields: Mapping[str, str], pictures: Sequence[Picture] = ()) -> None:
        """Let a note say something else; a field that is not named stays as it is."""
        card = self.get(number)
        before = dict(zip(FIELDS[BASIC], (card.front, card.back), strict=True))
        told = _with_pictures(fields, pictures)
        named = {name: text for name in before for text in _named(told, name)}
        if not named:
            raise DoorFault(f"none of these fields is here: {', '.join(fields)}")
        (face,) = notetypes.faces(BASIC, named)
        for one in pictures:
            self.media.store({"filename": one.filename, "data": one.data})
        front = face.front if "Front" in named else card.front
        back = face.back if "Back" in named else card.back
        if (front, back) != (card.front, card.back):
            self.service.change_card(card, front, back)
        self.media.put(card, {"front": face.front_pictures, "back": face.back_pictures})

    def get(self, number: int) -> Card:
        """Return the card of a note's number. Raises DoorFault."""
        for card in self.service.cards(numbers=[number]):
            return card
        raise no_note(number)

    def put_away(self, numbers: Sequence[int]) -> None:
        """Put notes away; those that are not there are left out, as in Anki."""
        for card in list(self.service.cards(numbers=numbers)) if numbers else []:
            self.service.delete_card(card)

    def _add_card(self, note: Note, face: Face) -> Card:
        deck = self.decks.get(note.deck)
        card = self._in_a_pack_with_room(deck, face, note.tags)
        if not {tag.casefold() for tag in note.tags} <= {tag for pack in deck.packs for tag in pack.tags}:
            self.decks.forget()
        self.media.put(card, {"front": face.front_pictures, "back": face.back_pictures})
        return card

    def _in_a_pack_with_room(self, deck: Deck, face: Face, tags: tuple[str, ...]) -> Card:
        """Add the card to the deck's newest pack that is not full; to a new one when all are."""
        for pack in deck.packs:
            try:
                return self._once(pack.id, face, tags)
            except Refused as refused:
                if refused.problem.code != FULL:
                    raise
        return self._once(self.decks.begin_pack(deck.name).id, face, tags)

    def _once(self, pack_id: str, face: Face, tags: tuple[str, ...]) -> Card:
        """Add the card under an id made of its words, so that the same one is there once."""
        for turn in range(MOST_AWAY):
            try:
                return self.service.add_card(
                    pack_id, Sides(_id_of(pack_id, face, turn), face.front, face.back, tags)
                )
            except NotThere as away:  # It was put away; who adds it again wants it back as a new one.
                if away.problem.status != 410:
                    raise
        return self.service.add_card(pack_id, Sides(new_id(), face.front, face.back, tags))


def _id_of(pack_id: str, face: Face, turn: int) -> str:
    told = "\0".join((pack_id, face.front, face.back, str(turn)))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _named(fields: Mapping[str, str], name: str) -> list[str]:
    return [text for key, text in fields.items() if key.casefold() == name.casefold()][:1]


def _with_pictures(fields: Mapping[str, str], pictures: Sequence[Picture]) -> dict[str, str]:
    """Return the fields with the pictures that come along at their ends. Raises DoorFault."""
    told = dict(fields)
    for one in pictures:
        decoded(one.data)
        name = name_of(one.filename)
        if not set(name).isdisjoint("<>\"'&"):
            raise DoorFault("“filename” is no name of a file")
        for key in told:
            if key in one.fields:
                told[key] += f'<br><img src="{name}">'
    return told
