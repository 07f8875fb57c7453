"""Which pages of a document: `1-5, 8`, as people write it."""

import re

from studylens.errors import BadText
from studylens.language import _
from studylens.limits import MAX_PAGES

ALL = "all"
_PART = re.compile(r"([0-9]{1,4})(?:\s*[-\u2013]\s*([0-9]{1,4}))?")


def parse_pages(text: str) -> tuple[int, ...]:
    """Return the page numbers in order, each once; () for none named. Raises BadText.

    `all` gives every page that a document may have: those that it has not are left out later.
    """
    parts = [part.strip() for part in text.replace(";", ",").split(",")]
    return tuple(sorted({number for part in parts if part for number in _numbers(part)}))


def _numbers(part: str) -> range:
    if part.lower() == ALL:
        return range(1, MAX_PAGES + 1)
    found = _PART.fullmatch(part)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last <= MAX_PAGES:
        raise BadText(_("Pages are written like 1-5, 8; the last one can be %(most)s.", most=MAX_PAGES))
    return range(first, last + 1)
