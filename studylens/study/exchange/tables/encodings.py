"""In which letters a text file is written: told by its first bytes, or chosen by the student."""

import codecs
import io
from typing import IO

UNICODE, WESTERN = "", "windows-1252"
"""UTF-8, or UTF-16 by its mark; Windows' letters of western Europe, and UTF-8 wherever there is any."""
CODECS = {
    UNICODE: "utf-8",
    WESTERN: "utf-8",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "windows-1255": "cp1255",
    "windows-1256": "cp1256",
    "mac-roman": "mac_roman",
    "gb18030": "gb18030",
    "shift-jis": "cp932",
    "euc-kr": "cp949",
}
"""Names that may be chosen, with Python's."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BLOCK = 64 * 1024
_BY_BYTES = "studylens-western"


def opened(file: IO[bytes], encoding: str) -> io.TextIOWrapper:
    """Return the file's text from its begin. A mark in its first bytes counts before what was chosen.

    Reading raises UnicodeError for bytes that are no letters of the encoding, one of CODECS.
    """
    file.seek(0)
    start = file.read(4)
    file.seek(0)
    plain = next((name for bom, name in _BOMS if start.startswith(bom)), _wide(start) or CODECS[encoding])
    errors = _BY_BYTES if encoding == WESTERN and plain == "utf-8" else "strict"
    return io.TextIOWrapper(file, plain, errors, newline="")


def found(file: IO[bytes]) -> str:
    """Return UNICODE for a file that is so throughout, else WESTERN. Reads all of it, a block at a time."""
    file.seek(0)
    start = file.read(4)
    if _wide(start) or start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return UNICODE
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return WESTERN
    return UNICODE


def _wide(start: bytes) -> str:
    """Return UTF-16's name when the first two letters are its plain ones, without a mark; else nothing."""
    zeros = [byte == 0 for byte in start]
    if zeros == [False, True, False, True]:
        return "utf-16-le"
    return "utf-16-be" if zeros == [True, False, True, False] else ""


def _western(error: UnicodeError) -> tuple[str, int]:
    """Read what is no UTF-8 as Windows does. Raises UnicodeDecodeError for bytes that are no letter there."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


codecs.register_error(_BY_BYTES, _western)
