"""Lines that no author wrote as text: page numbers, addresses, rules; and the room that a page is given."""

import re
from collections.abc import Sequence

from studylens.analysis.material.reading.blocks import clean
from studylens.analysis.protocol.result import Line
from studylens.limits import MAX_TEXT_CHARS

_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:(?:page|seite|página|pág\.|p\.|s\.)\s*)?\d{1,4}(?:\s*/\s*\d+)?[-–—\s]*", re.I
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_RULE = re.compile(r"[|\s:=+_-]+")


def readable(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """Return each line with its cleaned text, of the first MAX_TEXT_CHARS characters, without noise."""
    room, kept = MAX_TEXT_CHARS, list[tuple[Line, str]]()
    for line in lines:
        text, room = clean(line.text[: max(0, room)]), room - len(line.text)
        noise = _PAGE_NUMBER.fullmatch(text) or _ADDRESS.fullmatch(text) or (_RULE.fullmatch(text) and text)
        if not noise:
            kept.append((line, text))
    return kept
