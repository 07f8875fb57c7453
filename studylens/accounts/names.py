"""Names of accounts: as they are written, and as they are compared."""

import re
import unicodedata

from studylens.errors import BadName
from studylens.storable import is_storable

MOST_CHARS = 120
"""Longer than any e-mail address that people type."""
LEAST_CHARS = 2
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of what cannot be seen: two names must not look the same by it."""
_ATOM, _LABEL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+", "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII | re.IGNORECASE)
"""As browsers take them (HTML, `input type=email`), without the dots that RFC 5321 has no place for."""


def parse_name(raw: str) -> str:
    """Return a name in NFKC with single spaces. Raises BadName."""
    name = " ".join(unicodedata.normalize("NFKC", raw).split())
    unseen = any(unicodedata.category(letter) in _UNSEEN for letter in name)
    if not LEAST_CHARS <= len(name) <= MOST_CHARS or unseen or not is_storable(name):
        raise BadName
    return name


def is_address(name: str) -> bool:
    """Say whether a name is one e-mail address and nothing else: no list, no words before it."""
    return _ADDRESS.fullmatch(name) is not None


def key_of(raw: str) -> str:
    """Return the name as it is compared; for what is no name, a key that no account has."""
    try:
        return unicodedata.normalize("NFKC", parse_name(raw).casefold())
    except BadName:
        return ""
