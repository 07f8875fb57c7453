"""Another device of the same guest, let in by a one-time code; what it had before moves in (moving.py)."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from studylens.errors import WrongCode
from studylens.models import DeviceCode

CODE_MINUTES = 10
"""How long a code can be typed in: both devices are at hand."""
CODE_CHARS = 10
"""50 bits: with 1,000 wrong tries in ten minutes at most, guessing one takes a million years."""
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, which people read as something else."""
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def make_code(session: Session, guest_id: int, at: datetime) -> str:
    """Return a new code, in two groups; it ends the guest's codes before, and only its hash is kept."""
    code = random_letters(CODE_CHARS)
    session.execute(
        delete(DeviceCode).where(or_(DeviceCode.guest_id == guest_id, DeviceCode.expires_at < at))
    )
    ends = at + timedelta(minutes=CODE_MINUTES)
    session.add(DeviceCode(code_hash=_hash(code), guest_id=guest_id, expires_at=ends))
    return f"{code[:5]}-{code[5:]}"


def use_code(session: Session, typed: str, at: datetime) -> int:
    """Return the guest whose code this is, and end it. Raises WrongCode."""
    code = as_typed(typed)
    unused = (DeviceCode.code_hash == _hash(code), DeviceCode.used_at.is_(None), DeviceCode.expires_at > at)
    used = update(DeviceCode).where(*unused).values(used_at=at).returning(DeviceCode.guest_id)
    guest_id = session.scalar(used)
    if guest_id is None:
        raise WrongCode
    return guest_id


def random_letters(count: int) -> str:
    """Return a code of so many letters that nobody misreads, of 5 bits each."""
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def as_typed(text: str) -> str:
    """Return a code as it was meant: capitals, no blanks or dashes, what is misread as what it stands for."""
    return re.sub("[^0-9A-Z]", "", text.upper()).translate(_MISREAD)


def _hash(code: str) -> str:
    return hashlib.sha256(f"code:{code}".encode()).hexdigest()
