"""What may be stored, known in one place: characters, ids, whole numbers. Any wing may import it.

PostgreSQL keeps no NUL and no lone surrogate in a text, and no integer above 2**31 - 1 in an Integer column.
"""

import re
import sys
from typing import TypeGuard

LARGEST_INTEGER = 2**31 - 1
"""PostgreSQL's `integer`; every id that counts up is one."""
LARGEST_BIG_INTEGER = 2**63 - 1
"""PostgreSQL's `bigint`."""
_REFUSED = re.compile("[\x00\ud800-\udfff]")
_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_ID = re.compile("[0-9a-f]{32}")
_SHA256 = re.compile("[0-9a-f]{64}")


def is_storable(text: str) -> bool:
    """Say whether every database keeps this text as it is."""
    return _REFUSED.search(text) is None


def storable(text: str) -> str:
    """Return the text without what no database keeps; a student's words stay as they were typed otherwise."""
    return _REFUSED.sub("", text)


def printable(text: str) -> str:
    """Return the text without control characters and lone surrogates: for what files and vendors give."""
    return _UNPRINTED.sub("", text)


def is_number(value: object) -> TypeGuard[int | float]:
    """Say whether this is a number that a column of numbers keeps: JSON's true, NaN and 10**400 are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max


def is_id(text: str) -> bool:
    """Say whether this is one of our 128-bit random ids: 32 lower-case hexadecimal digits."""
    return _ID.fullmatch(text) is not None


def is_sha256(text: str) -> bool:
    """Say whether this is a SHA-256 fingerprint: 64 lower-case hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def whole_number(text: str | None, *, default: int = 0) -> int:
    """Return a number from 0 that an Integer column holds; `default` for any other text."""
    if text and text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_INTEGER)):
        return int(text) if int(text) <= LARGEST_INTEGER else default
    return default
