"""Passwords: which are taken, and how they are kept.

argon2id with 19 MiB, two passes and one lane: a setting of OWASP's password storage cheat sheet. The rules
are those of NIST SP 800-63B, memorized secrets: a length, no composition, no change by the calendar,
the commonest refused.
"""

import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager

from studylens.accounts.names import key_of
from studylens.errors import BadPassword
from studylens.language import _

LEAST_CHARS = 10
"""NIST asks for 8 beside a second factor and 15 without; guesses are slowed down here (tries.py)."""
MOST_BYTES = 1024
"""Of the password in NFKC, as UTF-8: a passphrase of any length, and no work for argon2."""
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
_COMMON = frozenset({
    "1234567890", "0123456789", "12345678910", "123456789a", "1q2w3e4r5t", "1qaz2wsx3edc", "qwertyuiop",
    "qwerty1234", "qwerty12345", "qwerty123456", "asdfghjkl1", "password12", "password123", "password1234",
    "passwort123", "passw0rd123", "p@ssw0rd123", "iloveyou12", "iloveyou123", "welcome123", "admin12345",
    "letmein123", "football123", "baseball123", "superman123", "sunshine123", "princess123", "changeme123",
    "studylens1", "studylens123", "abcdefghij", "abcd123456", "abc1234567", "zxcvbnm123", "q1w2e3r4t5",
    "987654321a", "9876543210", "0987654321", "qwertzuiop", "azertyuiop", "1234qwerasdf",
})  # fmt: skip
"""Of ten letters or more, case folded: what guessers try first."""
_LEAST_DIFFERENT = 4
"""Fewer different letters are a pattern, such as `abababab`."""
_DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$c3R1ZHlsZW5zIG5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""A hash that no password has: an unknown name costs the same work as a known one."""

Turn = Callable[[], AbstractContextManager[None]]
"""Waits for one of the few places in which a password may be worked on (slots.py)."""


def parse_password(raw: str, name: str = "") -> str:
    """Return a new password in NFKC. Raises BadPassword with the rule that it breaks."""
    password = _normal(raw)
    if len(password) < LEAST_CHARS:
        raise BadPassword(
            _("Use %(least)s characters or more. A few words in a row are easy.", least=LEAST_CHARS)
        )
    if len(password.encode(errors="replace")) > MOST_BYTES:
        raise BadPassword(_("This is too long: %(most)s bytes are the limit.", most=MOST_BYTES))
    folded = password.casefold()
    if folded in _COMMON or len(set(folded)) < _LEAST_DIFFERENT or folded == key_of(name):
        raise BadPassword(_("Many people use this one, or it is your name. Choose another."))
    return password


def hash_password(password: str, turn: Turn) -> str:
    """Return the argon2id hash, with its parameters. Raises Busy when there is no place."""
    from argon2 import PasswordHasher, Type  # noqa: PLC0415 - few processes ever see a password.

    hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID)
    with turn():
        return hasher.hash(password.encode(errors="replace"))


def is_right(typed: str, kept: str | None, turn: Turn) -> bool:
    """Say whether this is the password; without a kept one the same work is done, and the answer is no."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as above.
    from argon2.low_level import Type, verify_secret  # noqa: PLC0415

    given = _normal(typed).encode(errors="replace")[: MOST_BYTES + 1]
    try:
        with turn():
            found = verify_secret((kept or _DUMMY).encode(), given, Type.ID)
    except (VerificationError, InvalidHashError):
        return False
    return found and kept is not None and len(given) <= MOST_BYTES


def _normal(raw: str) -> str:
    return unicodedata.normalize("NFKC", raw[: MOST_BYTES + 1])
