"""The actions that are understood, by AnkiConnect's names for them; any other is unsupported."""

import webbrowser
from collections.abc import Callable, Mapping
from typing import Any

from studylens.anki_door.cards import Cards
from studylens.anki_door.decks import Decks
from studylens.anki_door.duplicates import Duplicates
from studylens.anki_door.faults import DoorFault
from studylens.anki_door.media import Media, name_of
from studylens.anki_door.notes import Notes
from studylens.anki_door.othertypes import NoteTypes
from studylens.anki_door.params import (
    MOST_NUMBERS,
    Note,
    fields_of,
    note_of,
    numbers,
    pictures_of,
    taken,
    texts,
)
from studylens.anki_door.service import Service
from studylens.remote.faults import RemoteFault

VERSION = 6
"""Of the protocol."""
Params = Mapping[str, Any]
Action = Callable[[Params], Any]
_Names = dict[str, Action]


class Actions:
    """All actions on one student's packs. `show` opens a page for whoever sits at this machine."""

    def __init__(
        self, service: Service, media: Media | None = None, show: Callable[[str], object] = webbrowser.open
    ) -> None:
        self._service, self._media, self._show = service, media or Media(service), show
        self._types = NoteTypes()
        self._decks = Decks(service)
        self._notes = Notes(service, self._decks, self._media)
        self._cards = Cards(service, self._decks)
        self._known = {**self._of_decks(), **self._of_notes(), **self._of_cards(), **self._of_media()}

    def get(self, name: str) -> Action | None:
        """Return what is done under this name."""
        return self._known.get(name)

    def names(self) -> list[str]:
        """Return the names of all."""
        return sorted(self._known)

    def _of_decks(self) -> _Names:
        return {
            "version": lambda _params: VERSION,
            "sync": lambda _params: None,  # What is added here is with the service already.
            "deckNames": lambda _params: list(self._decks.all()),
            "deckNamesAndIds": lambda _params: {
                name: deck.number for name, deck in self._decks.all().items()
            },
            "createDeck": lambda params: self._decks.create(taken(params, "deck", str)).number,
            "getDecks": self._cards.decks_of,
            "getTags": lambda _params: self._tags(),
            "modelNames": lambda _params: list(self._types.numbers()),
            "modelNamesAndIds": lambda _params: self._types.numbers(),
            "modelFieldNames": lambda params: self._types.fields(taken(params, "modelName", str)),
            "createModel": self._create_type,
            "getNumCardsReviewedToday": lambda _params: self._service.answers_today(),
        }

    def _of_notes(self) -> _Names:
        return {
            "addNote": lambda params: self._notes.add(self._types.of(note_of(taken(params, "note", dict)))),
            "addNotes": self._add_all,
            "canAddNotes": lambda params: [not why for why in self._refusals(params)],
            "canAddNotesWithErrorDetail": lambda params: [
                {"canAdd": False, "error": why} if why else {"canAdd": True} for why in self._refusals(params)
            ],
            "findNotes": self._cards.find,
            "notesInfo": self._cards.notes_info,
            "getNoteTags": self._cards.note_tags,
            "updateNoteFields": self._change,
            "updateNote": self._change,
            "deleteNotes": lambda params: self._notes.put_away(numbers(params, "notes")),
            "cardsToNotes": self._cards.to_notes,
        }

    def _of_cards(self) -> _Names:
        return {
            "findCards": self._cards.find,
            "cardsInfo": self._cards.cards_info,
            "suspend": lambda params: self._cards.suspend(params, suspended=True),
            "unsuspend": lambda params: self._cards.suspend(params, suspended=False),
            "suspended": lambda params: self._cards.is_suspended(taken(params, "card", int)),
            "areSuspended": self._cards.are_suspended,
            "areDue": self._cards.are_due,
            "answerCards": self._cards.answer,
            "guiBrowse": self._browse,
            "guiEditNote": self._open_note,
        }

    def _of_media(self) -> _Names:
        return {
            "storeMediaFile": self._media.store,
            "retrieveMediaFile": lambda params: self._media.as_base64(taken(params, "filename", str)),
            "getMediaFilesNames": lambda _params: self._media.names(),
            "deleteMediaFile": lambda params: self._media.forget(name_of(taken(params, "filename", str))),
        }

    def _tags(self) -> list[str]:
        decks = self._decks.all().values()
        return sorted({tag.replace(" ", "_") for deck in decks for pack in deck.packs for tag in pack.tags})

    def _add_all(self, params: Params) -> list[int | None]:
        """Add notes; null for each that may not be added. What is wrong with the service ends it all."""
        read = [self._note_or_why(told) for told in _notes(params)]
        known = Duplicates(self._service, self._decks, [note for note in read if isinstance(note, Note)])
        added: list[int | None] = []
        for note in read:
            try:
                added.append(self._notes.add(note, known) if isinstance(note, Note) else None)
            except DoorFault:
                added.append(None)
        return added

    def _refusals(self, params: Params) -> list[str]:
        """Return why each note may not be added, "" for one that may."""
        read = [self._note_or_why(told) for told in _notes(params)]
        known = Duplicates(self._service, self._decks, [note for note in read if isinstance(note, Note)])
        return [note if isinstance(note, str) else _why_not(known, note) for note in read]

    def _note_or_why(self, told: object) -> Note | str:
        try:
            return self._types.of(note_of(told))
        except DoorFault as fault:
            return str(fault)

    def _create_type(self, params: Params) -> dict[str, Any]:
        fields = texts(taken(params, "inOrderFields", list), "inOrderFields")
        name, is_cloze = taken(params, "modelName", str), params.get("isCloze") is True
        return {"name": name, "id": self._types.create(name, fields, is_cloze=is_cloze)}

    def _change(self, params: Params) -> None:
        told = taken(params, "note", dict)
        if "fields" not in told and "tags" in told:
            raise DoorFault("tags are those of a pack here: change them on its page")
        self._notes.change(taken(told, "id", int), fields_of(told), pictures_of(told))

    def _browse(self, params: Params) -> list[int]:
        """Return what a search finds, and open the pack of the first card that it finds."""
        found = self._cards.find(params)
        if found:
            self._open(found[0])
        return found

    def _open_note(self, params: Params) -> None:
        self._open(taken(params, "note", int))

    def _open(self, number: int) -> None:
        card = self._notes.get(number)
        for deck in self._decks.all().values():
            for pack in deck.packs:
                if pack.id == card.pack and pack.url.startswith(("https://", "http://")):
                    self._show(pack.url)


def _notes(params: Params) -> list[Any]:
    found = taken(params, "notes", list)
    if len(found) > MOST_NUMBERS:
        raise DoorFault(f"“notes” holds at most {MOST_NUMBERS}")
    return found


def _why_not(known: Duplicates, note: Note) -> str:
    try:
        known.check(note)
    except (DoorFault, RemoteFault) as fault:
        return str(fault)
    return ""
