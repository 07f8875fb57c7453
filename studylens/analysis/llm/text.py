"""Texts out of an answer: cleaned, cut to size, compared, held against the line they claim to come from."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from studylens.analysis.llm.slips import mended
from studylens.storable import printable

STEM_CHARS = 6
"""Words count as one when so many first letters agree, so `membrane` is on the line that says `membranes`."""
SHORT_WORD_CHARS = 3
"""Words of up to so many letters tell nothing alone, in any language; together they may be a formula."""
COMMON_WORDS = frozenset(
    """
    a an and are as at be by do for has he how in is it its no not of on or so the to was we why you
    am das dem den der des die ein er es für ist mit sie und von wer wie wo zu zum zur
    al con de del el en es la las lo los no por que se sin su un una y
    au ce des du est et il le les ne ou par pas qui sa se sur une
    what when where which whose that this these those with from into than then they their there have been does
    were will would each other some such only also between about
    eine einer eines einem einen nicht oder auch wird werden sind durch beim welche welcher welches
    para como pero este esta estos estas cual donde cuando desde entre sobre
    dans pour avec sont cette leur leurs quel quelle mais plus
    """.split()  # noqa: SIM905 - as a list it would be a page long.
)
"""Words that say nothing about where a text comes from; English, German, Spanish, French."""
_TURNS_ROUND = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the reading direction round: a vendor's answer must not reorder what students read."""
_LETTERED = re.compile(r"\(?([A-Ja-j])[).:]\s+(.+)")
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no spaces between words: Thai, Lao, Kana, Han."""


def clean(value: Any, *, one_line: bool = False) -> str:
    """Return a string without what cannot be kept or shown; nothing for what is not a string."""
    if not isinstance(value, str):
        return ""
    text = mended(value.replace("\r\n", "\n")).replace("\r", "\n")
    text = printable(_TURNS_ROUND.sub("", text)).strip()
    return " ".join(text.split()) if one_line else text


def shortened(text: str, chars: int) -> str:
    """Return `text`; when it has more than `chars`, cut at a paragraph or a word, with an ellipsis."""
    if len(text) <= chars:
        return text
    cut = text[: chars - 1]
    for boundary in ("\n\n", " "):
        end = cut.rfind(boundary)
        if end > chars // 2:
            return cut[:end].rstrip() + "…"
    return cut + "…"


def normalised(text: str) -> str:
    """Return what two texts have in common that a reader takes for the same (x² and x2 are not)."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split()).rstrip(".")


def unlettered(options: Sequence[str]) -> list[str]:
    """Return options without `A)`, `B)`... in front: they are shuffled later, and `B)` would stand first."""
    found = [_LETTERED.fullmatch(option) for option in options]
    letters = "".join(match[1].upper() for match in found if match)
    if len(letters) < len(options) or letters != "ABCDEFGHIJ"[: len(letters)]:
        return list(options)
    return [match[2] for match in found if match]


def related(line: str, text: str) -> bool:
    """Say whether `text` can come from `line`: a telling word of the line, or most of a formula, is in it."""
    wanted, found = _words(line), _words(text)
    shared = wanted & found
    return any(map(_tells, shared)) or 2 * len(shared) > len(wanted)


def _words(text: str) -> set[str]:
    words: set[str] = set()
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if _UNSPACED.search(word) and len(word) > 1:
            words.update(word[start : start + 2] for start in range(len(word) - 1))
        elif word not in COMMON_WORDS:
            words.add(word[:STEM_CHARS])
    return words


def _tells(word: str) -> bool:
    if word.isdecimal():
        return len(word) > 1
    return len(word) > SHORT_WORD_CHARS or bool(_UNSPACED.search(word))
