"""Anki's note types from both layouts: names of fields, and two templates a card.

Today they are three tables with protobuf messages (proto/anki/notetypes.proto), until 2020 JSON in one cell.
"""

import json
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from studylens.errors import BadFile
from studylens.study.exchange.anki.protobuf import messages
from studylens.study.exchange.anki.templates import BadTemplate, Part, read_template

OCCLUSION = "image-occlusion:"
"""Begins each gap of a picture with hidden labels."""
_CLOZE_KIND = 1


@dataclass
class NoteType:
    """A kind of notes. `sides` by a card's place: front and back; a cloze note has one for all its cards."""

    name: str
    is_cloze: bool = False
    fields: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Of its cards."""
    texts: list[tuple[str, str]] = field(default_factory=list)
    _read: dict[int, tuple[tuple[Part, ...], tuple[Part, ...]]] = field(default_factory=dict)

    def sides(self, place: int) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        """Return the templates of a card. Raises BadTemplate when none can be read."""
        place = 0 if self.is_cloze else place
        if place >= len(self.texts):
            raise BadTemplate
        if place not in self._read:
            front, back = self.texts[place]
            self._read[place] = read_template(front), read_template(back)
        return self._read[place]


def read_notetypes(connection: sqlite3.Connection, tables: set[str]) -> dict[int, NoteType]:
    """Return the note types by their ids. Raises BadFile, sqlite3.Error."""
    if {"notetypes", "fields", "templates"} <= tables:
        return _of_today(connection)
    [(text,)] = connection.execute("SELECT models FROM col LIMIT 1").fetchall() or [("{}",)]
    try:
        return {int(number): _of_old(told) for number, told in json.loads(text or "{}").items()}
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError, RecursionError) as error:
        raise BadFile from error


def _of_old(told: dict[str, Any]) -> NoteType:
    templates = sorted(told["tmpls"], key=lambda one: int(one.get("ord") or 0))
    return NoteType(
        str(told.get("name", "")),
        int(told.get("type") or 0) == _CLOZE_KIND,
        [str(one["name"]) for one in sorted(told["flds"], key=lambda one: int(one.get("ord") or 0))],
        [str(one.get("name", "")) for one in templates],
        [(str(one["qfmt"]), str(one["afmt"])) for one in templates],
    )


def _of_today(connection: sqlite3.Connection) -> dict[int, NoteType]:
    found: dict[int, NoteType] = {}
    for number, name, config in connection.execute("SELECT id, name, config FROM notetypes LIMIT 20000"):
        kind = dict(messages(config)).get(1, 0)
        found[number] = NoteType(str(name), kind == _CLOZE_KIND)
    for number, _place, name in connection.execute(
        "SELECT ntid, ord, name FROM fields ORDER BY ntid, ord LIMIT 20000"
    ):
        if number in found:
            found[number].fields.append(str(name))
    for number, _place, name, config in connection.execute(
        "SELECT ntid, ord, name, config FROM templates ORDER BY ntid, ord LIMIT 20000"
    ):
        if number in found:
            told = dict(messages(config))
            found[number].names.append(str(name))
            found[number].texts.append((_text(told.get(1, b"")), _text(told.get(2, b""))))
    return found


def _text(value: bytes | int) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""
