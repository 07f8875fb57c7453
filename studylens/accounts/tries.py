"""Guesses at passwords and codes: counted in the database, so over all workers and restarts.

A try is counted before the password is looked at, in one short transaction, so that a hundred at once are a
hundred. Beyond a few free ones each costs a wait twice as long as the one before. Only signing in is slowed
down: whoever is signed in stays so, and a passkey is never guessed.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studylens.database.upsert import insert_on
from studylens.errors import QuotaReached
from studylens.language import _
from studylens.models import SignInTry

FREE_FOR_NAME = 10
"""Wrong passwords for one name from everywhere, before it costs time: nobody mistypes more often."""
FREE_FOR_ADDRESS = 40
"""The same from one address: a class of thirty behind one router signs in within some minutes."""
LONGEST_WAIT_SECONDS = 900
"""A name that somebody else guesses at opens four times an hour; one-time codes and passkeys stay open."""
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Guess:
    """One name or one address, as it is counted, and how many tries are free; an address is many people's."""

    key_hash: str
    free: int
    is_shared: bool = False


def guess_at(secret: str, kind: str, what: str, free: int, *, is_shared: bool = False) -> Guess:
    """Return what is counted for a name or an address: its HMAC-SHA256, since the table need not tell it."""
    key = hmac.new(secret.encode(), f"{kind}:{what}".encode(errors="replace"), hashlib.sha256)
    return Guess(key.hexdigest(), free, is_shared)


def count(session: Session, guesses: Iterable[Guess], at: datetime) -> None:
    """Count a try for each of these. Raises QuotaReached, and counts nothing, when one must still wait."""
    session.execute(delete(SignInTry).where(SignInTry.last_at < at - FORGOTTEN_AFTER))
    rows = [(guess, _row(session, guess, at)) for guess in _in_order(guesses)]
    left = max((row.blocked_until - at for _guess, row in rows), default=timedelta())
    if left > timedelta():
        seconds = int(left.total_seconds()) + 1
        raise QuotaReached(
            _("Too many wrong tries. Wait a moment; whoever is signed in stays so."), retry_after=seconds
        )
    for guess, row in rows:
        row.tries += 1
        row.last_at = at
        row.blocked_until = at + timedelta(seconds=_wait_after(row.tries, guess.free))


def forgive(session: Session, guesses: Iterable[Guess]) -> None:
    """Forget the tries of these, since somebody was right; of a shared one the last, with its wait."""
    for guess in _in_order(guesses):
        row = session.scalar(select(SignInTry).where(SignInTry.key_hash == guess.key_hash).with_for_update())
        if row is not None and guess.is_shared:
            row.tries, row.blocked_until = max(0, row.tries - 1), row.last_at
        elif row is not None:
            session.delete(row)


def _in_order(guesses: Iterable[Guess]) -> list[Guess]:
    """Return them in one order for everybody: PostgreSQL locks row after row."""
    return sorted(guesses, key=lambda guess: guess.key_hash)


def _row(session: Session, guess: Guess, at: datetime) -> SignInTry:
    new = insert_on(session.get_bind().dialect.name, SignInTry)
    values = {"key_hash": guess.key_hash, "tries": 0, "last_at": at, "blocked_until": at}
    session.execute(new.values(**values).on_conflict_do_nothing())
    found = select(SignInTry).where(SignInTry.key_hash == guess.key_hash)
    return session.scalars(found.with_for_update()).one()


def _wait_after(tries: int, free: int) -> int:
    """Return the seconds after this many tries: 0 while they are free, then 1, 2, 4 and so on."""
    if tries < free:
        return 0
    return int(min(2 ** min(tries - free, 30), LONGEST_WAIT_SECONDS))
