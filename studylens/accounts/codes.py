"""One-time codes and words: made here, shown once, kept as hashes, and gone with their use."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studylens.database.upsert import insert_on
from studylens.errors import UsedUp, WrongInvite, WrongLink
from studylens.models import InviteCode, OneTimeWord, RecoveryCode

CODES = 10
"""Enough for years of forgetting, and they fit on a card."""
CODE_CHARS = 16
"""80 bits: no list of hashes is ever searched through."""
GROUP_CHARS = 4
INVITE_DAYS = 14
LINK_MINUTES = 30
"""How long a link by mail works: mail may be slow, and a mailbox is open to others later."""
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, which people read as something else."""
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def make_recovery_codes(session: Session, account_id: int) -> list[str]:
    """Return new codes; those before end, and only hashes of these are kept: show them once."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    made = [_new_code() for _ in range(CODES)]
    session.add_all(RecoveryCode(code_hash=hash_of("recovery", code), account_id=account_id) for code in made)
    return made


def codes_left(session: Session, account_id: int) -> int:
    """Return how many codes were not used yet."""
    mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account_id)
    return session.scalar(mine) or 0


def use_recovery_code(session: Session, account_id: int, typed: str) -> bool:
    """End this code and say whether it was one of the account's."""
    mine = (RecoveryCode.account_id == account_id, RecoveryCode.code_hash == hash_of("recovery", typed))
    used = delete(RecoveryCode).where(*mine).returning(RecoveryCode.account_id)
    return session.scalar(used) is not None


def make_invite(session: Session, at: datetime) -> str:
    """Return a new code for one account."""
    session.execute(delete(InviteCode).where(InviteCode.expires_at <= at))
    code = _new_code()
    ends = at + timedelta(days=INVITE_DAYS)
    session.add(InviteCode(code_hash=hash_of("invite", code), expires_at=ends))
    return code


def use_invite(session: Session, typed: str, at: datetime) -> None:
    """End an invitation. Raises WrongInvite."""
    this = (InviteCode.code_hash == hash_of("invite", typed), InviteCode.expires_at > at)
    if session.scalar(delete(InviteCode).where(*this).returning(InviteCode.code_hash)) is None:
        raise WrongInvite


def new_word() -> str:
    """Return a word for a link, 256 bits."""
    return secrets.token_urlsafe(32)


def keep_link(session: Session, account_id: int, word: str, at: datetime) -> None:
    """Let a word lead to a new password of this account; the account's link before ends."""
    old = (OneTimeWord.account_id == account_id) | (OneTimeWord.expires_at <= at)
    session.execute(delete(OneTimeWord).where(old))
    ends = at + timedelta(minutes=LINK_MINUTES)
    session.add(OneTimeWord(word_hash=_digest("link", word), account_id=account_id, expires_at=ends))


def use_link(session: Session, word: str, at: datetime) -> int:
    """End a link and return its account. Raises WrongLink."""
    this = (OneTimeWord.word_hash == _digest("link", word), OneTimeWord.expires_at > at)
    used = delete(OneTimeWord).where(*this, OneTimeWord.account_id.is_not(None))
    account_id: int | None = session.scalar(used.returning(OneTimeWord.account_id))
    if account_id is None:
        raise WrongLink
    return account_id


def use_challenge(session: Session, challenge: str, *, at: datetime, lasts: timedelta) -> None:
    """Remember that this challenge was answered. Raises UsedUp when it was before."""
    session.execute(delete(OneTimeWord).where(OneTimeWord.expires_at <= at))
    new = insert_on(session.get_bind().dialect.name, OneTimeWord)
    values = {"word_hash": _digest("challenge", challenge), "expires_at": at + lasts}
    once = new.values(**values).on_conflict_do_nothing().returning(OneTimeWord.word_hash)
    if session.scalar(once) is None:
        raise UsedUp


def hash_of(kind: str, typed: str) -> str:
    """Return the hash of a code as it is kept; blanks, dashes, small and misread letters do not matter."""
    return _digest(kind, re.sub("[^0-9A-Z]", "", typed[:80].upper()).translate(_MISREAD))


def _new_code() -> str:
    code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_CHARS))
    return "-".join(code[start : start + GROUP_CHARS] for start in range(0, CODE_CHARS, GROUP_CHARS))


def _digest(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode(errors="replace")).hexdigest()
