"""The pictures that a stranger's HTML names. Pure, in time that grows with its length."""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from studylens.study.exchange.html_text import picture_tags

_ATTRIBUTE = re.compile(
    r"""(?<![a-zA-Z0-9-])([a-zA-Z][a-zA-Z0-9-]*+)\s*+=\s*+(?:"([^"<]*+)"|'([^'<]*+)'|([^\s"'<>]++))"""
)
"""Begun only where a word begins, so that a long one is read once."""
HIDDEN = "data-hidden"
"""Our own attribute: the part of the picture that a front covers, as four numbers in 0-1."""


@dataclass(frozen=True)
class Img:
    """A picture as a card names it."""

    src: str
    alt: str = ""
    hidden: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The file's name as it is written, and as it is when per cent signs stand for letters."""
        return tuple(
            dict.fromkeys(unicodedata.normalize("NFC", name) for name in (self.src, unquote(self.src)))
        )


def pictures_in(field: str) -> list[Img]:
    """Return the pictures that a person would see, in their order, each once."""
    if "<img" not in field.lower():  # Most fields: nothing is read twice.
        return []
    return list(dict.fromkeys(filter(None, map(_img, picture_tags(field)))))


def _img(attributes: str) -> Img | None:
    told = dict(_attributes(attributes))
    src = told.get("src", "").strip()
    return Img(src, " ".join(told.get("alt", "").split()), told.get(HIDDEN, "")) if src else None


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        yield name.lower(), html.unescape(double or single or bare)
