"""Decks as Anki writes them, made by hand: notes, note types, and files in either layout."""

import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard
from PIL import Image

BASIC = 1
_SIDES = {"qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}", "name": "Card 1"}
_BASIC = {"name": "Basic", "type": 0, "flds": [{"name": "Front"}, {"name": "Back"}], "tmpls": [_SIDES]}


@dataclass(frozen=True)
class Made:
    """A note: its fields, how many cards it has, and its note type."""

    fields: Sequence[str]
    cards: Sequence[int] = (0,)
    kind: int = BASIC
    guid: str = ""


def picture(width: int = 60, height: int = 40, colour: str = "teal", kind: str = "PNG") -> bytes:
    """Return a picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind)
    return buffer.getvalue()


def deck(
    notes: Sequence[Made],
    files: Mapping[str, bytes] | Sequence[tuple[str, bytes]] = (),
    *,
    packed: bool = False,
    kinds: Mapping[int, Any] | None = None,
    table: bytes | None = None,
) -> bytes:
    """Return an .apkg; `packed`: in the layout of today, with zstd and a protobuf table of its files."""
    named = list(files.items()) if isinstance(files, Mapping) else list(files)
    squeeze = zstandard.compress if packed else bytes
    table = table if table is not None else (_messages(named) if packed else _json(named))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        name = "collection.anki21b" if packed else "collection.anki2"
        archive.writestr(name, squeeze(_database(notes, {BASIC: _BASIC, **(kinds or {})})))
        archive.writestr("media", squeeze(table))
        for number, (_name, data) in enumerate(named):
            archive.writestr(str(number), squeeze(data))
    return buffer.getvalue()


def _json(files: Sequence[tuple[str, bytes]]) -> bytes:
    return json.dumps({str(number): name for number, (name, _data) in enumerate(files)}).encode()


def _messages(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return MediaEntries; each name shorter than 126 bytes, so that every length is one byte."""
    entries = [b"\x0a" + bytes([len(name.encode())]) + name.encode() for name, _data in files]
    return b"".join(b"\x0a" + bytes([len(entry)]) + entry for entry in entries)


def _database(notes: Sequence[Made], kinds: Mapping[int, Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.db"
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE col (decks, models)")
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, guid, flds, mid, tags)")
        connection.execute("CREATE TABLE cards (nid, did, ord, odid)")
        named = json.dumps({"1": {"name": "Pictures"}})
        connection.execute("INSERT INTO col VALUES (?, ?)", (named, json.dumps(kinds)))
        for number, note in enumerate(notes, start=1):
            row = (number, note.guid or f"guid {number}", "\x1f".join(note.fields), note.kind, "")
            connection.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", row)
            for place in note.cards:
                connection.execute("INSERT INTO cards VALUES (?, 1, ?, 0)", (number, place))
        connection.commit()
        connection.close()
        return path.read_bytes()
