"""Files of other programs that are no deck of ours to read: each is told what to send instead."""

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
    _Kind(_TABLE, (b"\xd0\xcf\x11\xe0",)),
    _Kind(_REMNOTE, (), (".rem",)),
    _Kind(_PDF, (b"%PDF-",)),
    _Kind(_PICTURE, (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")),
)
_INSIDE = (
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", _TABLE),
    (b"mimetypeapplication/vnd.oasis", _TEXT),
)
"""OpenDocument says what it is behind the first entry's name; Office does not, so its ending decides."""


def refuse(start: bytes, name: str) -> None:
    """Refuse what is known to be no deck, by its first bytes and its name. Raises BadFile with a sentence."""
    small = name.lower()
    found = next((kind.sentence for kind in _KINDS if kind.fits(start, small)), "")
    if start.startswith(_ZIP) and not found:
        found = next((sentence for sign, sentence in _INSIDE if sign in start), "")
    if not found and b"<supermemo" in start.lower():
        found = _SUPERMEMO
    if found:
        raise BadFile(said(found))
