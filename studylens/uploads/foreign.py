"""Files that are no picture we read: what they are, by their first bytes, and what to send instead."""

import re

from studylens.language import mark

_SLIDES = mark("This is a presentation. Export it as PDF and send that.")
_WRITING = mark(
    "This is a word processor's document. Export it as PDF and send that, or copy its text and paste it "
    "into the text field."
)
_TABLE = mark(
    "This is a spreadsheet. Export it as PDF and send that, or copy its text and paste it into the text "
    "field."
)
_BOOK = mark(
    "This is an e-book. Send screenshots of the pages that you need, or copy its text and paste it into "
    "the text field."
)
_ZIP = mark("This is an archive. Unpack it, and send the pictures or PDFs that are in it.")
_DECK = mark("This is a deck of cards. Bring it in on the page “Import”.")
_FILM = mark("This is a film. Stop it at the page that you need, and send a screenshot.")
_SOUND = mark("This is a sound recording, which cannot be read. Send a photo or text.")
_SERIES = mark("This is a series of pictures or a live photo. Send one picture of it, or a screenshot.")
_RAW = mark("This is a camera's raw file. Save it as JPEG and send that.")
_OTHER_PICTURE = mark(
    "This is a kind of picture that cannot be read here. Save it as JPEG or PNG and send that."
)
_DRAWING = mark("This is a drawing made of shapes. Save it as PNG or PDF, or send a screenshot.")
_OLD_OFFICE = mark(
    "This is a document of an older Office. Export it as PDF and send that, or copy its text and paste it "
    "into the text field."
)
_WEB_PAGE = mark("This is a web page. Print it as PDF and send that, or paste its text into the text field.")
_TEXT = mark("This is text, not a picture. Paste it into the text field.")

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", _WRITING),
    (b"%!PS", mark("This is PostScript. Export it as PDF and send that.")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (b"Rar!\x1a\x07", _ZIP),
    (b"7z\xbc\xaf\x27\x1c", _ZIP),
    (b"\x1f\x8b", _ZIP),
    (b"\x28\xb5\x2f\xfd", _ZIP),
    (b"8BPS", _OTHER_PICTURE),
    (b"gimp xcf", _OTHER_PICTURE),
    (b"\xff\x0a", _OTHER_PICTURE),
    (b"\0\0\0\x0cJXL ", _OTHER_PICTURE),
    (b"\0\0\0\x0cjP  ", _OTHER_PICTURE),
    (b"\0\0\1\0", _OTHER_PICTURE),
    (b"FUJIFILMCCD-RAW", _RAW),
    (b"\x1a\x45\xdf\xa3", _FILM),
    (b"FLV\1", _FILM),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", _FILM),
    (b"\0\0\1\xba", _FILM),
    (b"\0\0\1\xb3", _FILM),
    (b"ID3", _SOUND),
    (b"OggS", _SOUND),
    (b"fLaC", _SOUND),
    (b"AT&TFORM", mark("This is a DjVu document. Export it as PDF and send that.")),
)
_FORMS = {b"AVI ": _FILM, b"WAVE": _SOUND}
"""What a RIFF file is, by the name at its byte 8."""
_BRANDS = {b"crx ": _RAW, b"M4A ": _SOUND, b"M4B ": _SOUND, b"mif1": _OTHER_PICTURE, b"avci": _OTHER_PICTURE}
"""Files of the MPEG-4 family, by major brand; all others of it are films, or series of pictures."""
SERIES_BRANDS = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1", b"avis"})
_ZIP_HEAD_BYTES = 4096
"""Office programs write the folder that names them among the first entries."""
_ZIPS: tuple[tuple[bytes, str], ...] = (
    (b"application/epub+zip", _BOOK),
    (b"opendocument.presentation", _SLIDES),
    (b"opendocument.spreadsheet", _TABLE),
    (b"opendocument.text", _WRITING),
    (b"ppt/", _SLIDES),
    (b"word/", _WRITING),
    (b"xl/", _TABLE),
    (b"collection.anki", _DECK),
    (b".iwa", mark("This is a Pages, Keynote or Numbers document. Export it as PDF and send that.")),
)
_SVG = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE svg[^>]*>|\s)*<svg[\s>]", re.DOTALL
)
_HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->|\s)*<(?:!doctype html|html|head|body)\b", re.DOTALL | re.IGNORECASE
)
_HEAD_BYTES = 1024
_TEXT_CONTROLS = frozenset(b"\t\n\r\f")


def advice(data: bytes) -> str:
    """Return what this file is and what to do instead, in a sentence or two; "" when nobody knows."""
    found = next((words for start, words in _STARTS if data.startswith(start)), "")
    if found:
        return found
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return _zip_advice(data)
    if data[:4] == b"RIFF":
        return _FORMS.get(data[8:12], "")
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        return _SERIES if brand in SERIES_BRANDS else _BRANDS.get(brand, _FILM)
    return _words_advice(data[:_HEAD_BYTES])


def _zip_advice(data: bytes) -> str:
    """The names of an archive's entries stand in its head, and all of them once more at its end."""
    names = data[:_ZIP_HEAD_BYTES] + data[-_ZIP_HEAD_BYTES:]
    return next((words for name, words in _ZIPS if name in names), _ZIP)


def _words_advice(head: bytes) -> str:
    if _SVG.match(head):
        return _DRAWING
    if _HTML.match(head):
        return _WEB_PAGE
    is_text = bool(head.strip()) and all(byte >= 32 or byte in _TEXT_CONTROLS for byte in head)
    return _TEXT if is_text and _decodes(head) else ""


def _decodes(head: bytes) -> bool:
    """Say whether it is UTF-8; the last character may be cut."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) == _HEAD_BYTES
    return True
