"""Letters as a reader compares them: capitals of every language, and what nobody sees never decides."""

import re
import unicodedata
from collections.abc import Iterator

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's Default_Ignorable_Code_Point: soft hyphens, zero width, direction marks, variants, the BOM."""
_DOT = "\u0307"
_TURKISH = str.maketrans({"I": "ı", "İ": "i"})
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_TONES = re.compile("(?<=[α-ω])[\u0300-\u0345]+")
"""Accents, breathings and the iota below, behind their letter."""


def seen(text: str) -> str:
    """Return a text without the characters that nobody sees."""
    return _UNSEEN.sub("", text)


def small(text: str) -> str:
    """Return a text in small letters: ß is ss, ς is σ, and the i of İ is an i."""
    return text.casefold().replace(f"i{_DOT}", "i")


def in_capitals(one: str, other: str) -> Iterator[tuple[str, str]]:
    """Yield two texts as they are, then as their languages write capitals.

    Turkish has two letters whose capitals look alike elsewhere (I is ı, İ is i); in Greek a text all in
    capitals has no accents, while ή and η elsewhere are not the same.
    """
    yield one, other
    if "ı" in one + other:
        yield one.translate(_TURKISH), other.translate(_TURKISH)
    if one.isupper() != other.isupper() and _GREEK.search(one) and _GREEK.search(other):
        yield _toneless(one), _toneless(other)


def _toneless(text: str) -> str:
    return _TONES.sub("", unicodedata.normalize("NFD", small(text)))
