"""Note types of programs' own: other names of our two, as long as the door is open."""

import threading
from collections.abc import Sequence
from dataclasses import replace

from studylens.anki_door.faults import DoorFault
from studylens.anki_door.notetypes import BASIC, CLOZE, FIELDS, NUMBERS, fields_of
from studylens.anki_door.params import Note

MOST_TYPES = 100
"""Of one run; a note-taker brings three or four."""


class NoteTypes:
    """Our two, and those that programs create; their templates are not kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ours: dict[str, str] = {name: name for name in FIELDS}

    def numbers(self) -> dict[str, int]:
        """Return all by name, and the number of each."""
        with self._lock:
            made = [name for name in self._ours if name not in NUMBERS]
        return {**NUMBERS, **{name: max(NUMBERS.values()) + n for n, name in enumerate(made, start=1)}}

    def fields(self, name: str) -> list[str]:
        """Return the names of a type's fields that matter here. Raises DoorFault."""
        return list(fields_of(self._ours.get(name, name)))

    def create(self, name: str, fields: Sequence[str], *, is_cloze: bool) -> int:
        """Let a type be one of ours under another name, and return its number.

        Raises DoorFault when it lacks the fields that a card is made of, or is there already.
        """
        ours = CLOZE if is_cloze else BASIC
        needed = FIELDS[ours][:1] if is_cloze else FIELDS[ours]
        if not {one.casefold() for one in needed} <= {one.casefold() for one in fields}:
            raise DoorFault(f"here such a note type has the fields {' and '.join(needed)}")
        with self._lock:
            if name in self._ours or not name or len(self._ours) >= MOST_TYPES:
                raise DoorFault("Model name already exists")
            self._ours[name] = ours
        return self.numbers()[name]

    def of(self, note: Note) -> Note:
        """Return a note under the name of our own type."""
        return replace(note, model=self._ours.get(note.model, note.model))
