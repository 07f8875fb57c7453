"""May the text that a PDF brings along be believed? By its characters, and against what the picture shows.

Fonts without a table of their characters give private signs or other letters, scanners give what their own
reader guessed, and exports lose spaces. Then the picture is read instead, as if it were a photo.
"""

import difflib
import unicodedata
from collections.abc import Sequence

from studylens.analysis.document.pdf import Char
from studylens.analysis.protocol.result import Line
from studylens.language import mark

STRANGE_SHARE = 0.03
"""Share of signs that are no character: one odd bullet in each short line is 2 %."""
LONG_WORD = 25
"""Letters. Only German and Finnish have a few longer words; addresses of pages do not count."""
LONG_WORDS_SHARE = 0.2
"""Share of the letters that stand in such words: above it the spaces are lost."""
SCAN_SHARE = 0.5
"""A picture over half of the page is a scan, or a slide's background."""
FEW_LETTERS = 150
"""So little text on a scan is a stamp, or the name of the app that scanned it."""
SAMPLES = 3
"""Lines that are read from the picture: 0.2 s each on one core."""
SAMPLE_CHARS = (12, 90)
"""Shorter lines prove little, longer ones cost time."""
ALIKE = 0.6
"""Likeness (0-1) of the median sample: right text has 0.95 and more, other letters less than 0.4."""
_STRANGE = {"Co", "Cn", "Cc", "Cs"}
_OUR_LETTERS = ("LATIN", "GREEK", "CJK", "HIRAGANA", "KATAKANA")
"""What our own reader can read, and so can compare."""


def fault(chars: Sequence[Char], lines: Sequence[Line], picture_share: float) -> str:
    """Return why the text cannot be believed, by itself; "" when nothing speaks against it."""
    signs = [char for char in chars if char.box is not None and not char.text.isspace()]
    letters = sum(char.isalnum() for line in lines for char in line.text)
    if sum(map(_is_strange, signs)) > STRANGE_SHARE * len(signs):
        return mark("the text in this PDF is garbled")
    if not letters:
        return mark("this page brings no text along")
    if _in_long_words(lines) > LONG_WORDS_SHARE * letters:
        return mark("the text in this PDF has lost its spaces")
    if picture_share >= SCAN_SHARE and letters < FEW_LETTERS:
        return mark("this page is a scan")
    return ""


def samples(lines: Sequence[Line]) -> list[Line]:
    """Return up to three lines, spread over the page, that our own reader could read as well."""
    least, most = SAMPLE_CHARS
    fit = [line for line in lines if line.box and least <= len(line.text) <= most and _is_ours(line.text)]
    step = max(1, len(fit) // SAMPLES)
    return fit[step // 2 :: step][:SAMPLES]


def agrees(told: Sequence[str], seen: Sequence[str]) -> bool:
    """Say whether what the PDF tells is what the picture shows; line by line, judged by the median."""
    ratios = sorted(_likeness(one, other) for one, other in zip(told, seen, strict=True))
    return not ratios or ratios[len(ratios) // 2] >= ALIKE


def _is_strange(char: Char) -> bool:
    return (
        char.is_unknown
        or char.text == "\ufffd"
        or (unicodedata.category(char.text) in _STRANGE and char.text != "\x02")
    )


def _in_long_words(lines: Sequence[Line]) -> int:
    words = (word for line in lines for word in line.text.split())
    return sum(len(word) for word in words if _is_too_long(word))


def _is_too_long(word: str) -> bool:
    """Leaders of a table of contents, addresses and scripts without spaces are long for good reasons."""
    latin = sum(char.isalpha() and ord(char) < 0x250 for char in word)
    return latin > LONG_WORD and "/" not in word and "@" not in word


def _is_ours(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    ours = sum(unicodedata.name(char, "").startswith(_OUR_LETTERS) for char in letters)
    return bool(letters) and "\t" not in text and ours == len(letters)


def _likeness(one: str, other: str) -> float:
    first, second = (_bare(text) for text in (one, other))
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()


def _bare(text: str) -> str:
    """Letters and digits alone, without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if char.isalnum())
