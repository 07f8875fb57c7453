"""Guesses at passwords, codes and links: counted before they are looked at, over workers and restarts."""

from flask import current_app

from studylens.accounts import tries
from studylens.accounts.tries import Guess, guess_at
from studylens.models import now
from studylens.web.door.guests import address_hash
from studylens.web.door.wiring import wiring


def guess_for(kind: str, what: str, free: int, *, is_shared: bool = False) -> Guess:
    """Return what is counted for this; its key needs the service's secret."""
    return guess_at(str(current_app.secret_key or ""), kind, what, free, is_shared=is_shared)


def from_address(what: str = "sign-in") -> Guess:
    """Return what is counted for the address alone, of one kind of asking."""
    return guess_for(what, address_hash(), tries.FREE_FOR_ADDRESS, is_shared=True)


def count(*guesses: Guess) -> None:
    """Count a try for each before it is looked at. Raises QuotaReached."""
    with wiring().database.writing() as session:
        tries.count(session, guesses, now())


def was_right(*guesses: Guess) -> None:
    """Forget the tries with a name or of a device, and one of the address."""
    with wiring().database.writing() as session:
        tries.forgive(session, guesses)
