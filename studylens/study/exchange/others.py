"""Files of other programs that are no deck of ours to read: each is told what to send instead."""

from collections.abc import Iterable
from dataclasses import dataclass

from studylens.errors import BadFile
from studylens.language import mark, said

_ZIP, _SQLITE = b"PK\x03\x04", b"SQLite format 3"
_TABLE = mark("This is a spreadsheet. In its program choose Save as, then CSV UTF-8, and send the .csv file.")
_TEXT = mark("This is a text document. Copy its columns into a spreadsheet, save it as CSV, and send that.")
_PICTURE = mark(
    "This is a picture. Make a pack of it on the first page; only decks, tables and accounts come in here."
)
_PDF = mark(
    "This is a PDF. Make a pack of it on the first page; only decks, tables and accounts come in here."
)
_ANKI = mark("This is Anki’s database itself. In Anki choose File, Export, and send the .apkg file.")
_MNEMOSYNE = mark(
    "This is a file of Mnemosyne. Export it there as tab-separated text, and send the .txt file."
)
_SUPERMEMO = mark(
    "This is a collection of SuperMemo. Export it there as text, one card a line, and send that."
)
_REMNOTE = mark("This is a file of RemNote. Export its flashcards for Anki there, and send the .apkg file.")
_MOCHI = mark(
    "This is a file of Mochi. Put its cards into a table, front and back in two columns, and send that."
)
_CSV_THERE = mark(
    "This is a file of another vocabulary trainer. Export it there as CSV, and send the .csv file."
)
_SLIDES = mark(
    "These are slides. Save them as PDF in their program, and make a pack of that on the first page."
)
_WEB_PAGE = mark("This is a web page. Open it, copy its list of cards, and paste that on the page “Import”.")
_HEARD = mark("This is a sound or a film. Only decks, tables and accounts come in here.")
_EMPTY_ZIP = mark(
    "This is a zip file, but no Anki deck. Unpack it, and send the table or the deck that is in it."
)
_NEWER_ANKI = mark(
    "This deck was written by a newer Anki than is known here. In Anki choose File, Export, and tick "
    "“Support older Anki versions”."
)


@dataclass(frozen=True)
class _Kind:
    """A kind of file: how it begins (any of these; none: not asked), and how its name ends (the same)."""

    sentence: str
    starts: tuple[bytes, ...] = ()
    endings: tuple[str, ...] = ()

    def fits(self, start: bytes, name: str) -> bool:
        """Say whether a file is of this kind, by its first bytes and its name in small letters."""
        return (not self.starts or start.startswith(self.starts)) and (
            not self.endings or name.endswith(self.endings)
        )


_KINDS = (
    _Kind(_MNEMOSYNE, (_SQLITE,), (".db",)),
    _Kind(_MNEMOSYNE, (), (".mem", ".cards")),
    _Kind(_ANKI, (_SQLITE,)),
    _Kind(_TABLE, (_ZIP, b"\xd0\xcf\x11\xe0"), (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")),
    _Kind(_TEXT, (_ZIP, b"\xd0\xcf\x11\xe0", b"{\\rtf"), (".docx", ".doc", ".odt", ".pages", ".rtf")),
    _Kind(_TEXT, (b"{\\rtf",)),
    _Kind(_SLIDES, (_ZIP, b"\xd0\xcf\x11\xe0"), (".pptx", ".ppt", ".odp", ".key")),
    _Kind(_TABLE, (b"\xd0\xcf\x11\xe0",)),
    _Kind(_REMNOTE, (), (".rem",)),
    _Kind(_MOCHI, (), (".mochi",)),
    _Kind(_SUPERMEMO, (), (".kno", ".smpak")),
    _Kind(_CSV_THERE, (), (".kvtml", ".jml", ".pau", ".pau.gz")),
    _Kind(_WEB_PAGE, (), (".html", ".htm", ".mhtml", ".xhtml")),
    _Kind(_PDF, (b"%PDF-",)),
    _Kind(_PICTURE, (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*")),
    _Kind(_PICTURE, (), (".webp", ".heic", ".heif", ".avif", ".svg", ".bmp")),
    _Kind(_HEARD, (b"ID3\x02", b"ID3\x03", b"ID3\x04", b"OggS\x00", b"fLaC\x00")),
    _Kind(_HEARD, (), (".mp3", ".m4a", ".wav", ".ogg", ".mp4", ".mov", ".webm")),
)
_INSIDE = (
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", _TABLE),
    (b"mimetypeapplication/vnd.oasis.opendocument.presentation", _SLIDES),
    (b"mimetypeapplication/vnd.oasis", _TEXT),
)
"""OpenDocument says what it is behind the first entry's name; Office does not, so its ending decides."""
_OFFICE = (("xl/", _TABLE), ("word/", _TEXT), ("ppt/", _SLIDES))
"""How a name within begins, of Office's files without their ending."""
_SAYS = (b"<supermemo", _SUPERMEMO), (b"<!doctype kvtml", _CSV_THERE)
_BEGINS = (b"<!doctype html", b"<html")
_OWN = (".csv", ".tsv", ".txt")
"""A table may begin with a card about HTML."""


def refuse(start: bytes, name: str) -> None:
    """Refuse what is known to be no deck, by its first bytes and its name. Raises BadFile with a sentence."""
    small = name.lower()
    found = next((kind.sentence for kind in _KINDS if kind.fits(start, small)), "")
    if start.startswith(_ZIP) and not found:
        found = next((sentence for sign, sentence in _INSIDE if sign in start), "")
    if not found:
        found = next((sentence for sign, sentence in _SAYS if sign in start.lower()), "")
    if (
        not found
        and start.lower().lstrip(b"\xef\xbb\xbf \r\n").startswith(_BEGINS)
        and not small.endswith(_OWN)
    ):
        found = _WEB_PAGE
    if found:
        raise BadFile(said(found))


def no_deck(names: Iterable[str]) -> BadFile:
    """Return the error for an archive without a collection that we know, by the names of what is in it."""
    names = list(names)
    found = next((words for begin, words in _OFFICE if any(name.startswith(begin) for name in names)), "")
    if not found and any(name.startswith("collection.") for name in names):
        found = _NEWER_ANKI
    return BadFile(said(found or _EMPTY_ZIP))
