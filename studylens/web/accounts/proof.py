"""Who shows that they are who they say: a password is looked at here, and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app

from studylens.accounts import tries
from studylens.accounts.ceremony import Check, checker
from studylens.accounts.names import key_of
from studylens.accounts.passwords import hash_password, is_right
from studylens.accounts.people import account_named, is_fresh
from studylens.accounts.slots import MAIL_AT_ONCE, PASSKEYS_AT_ONCE, PASSWORDS_AT_ONCE, Slots
from studylens.accounts.tries import Guess
from studylens.errors import ProveFirst, WrongSignIn
from studylens.models import Account, now
from studylens.web.door.guesses import count, from_address, guess_for, was_right
from studylens.web.door.guests import device_hash
from studylens.web.door.wiring import wiring

FREE_LETTERS = 3
"""Links to one address before the next one must wait."""
PLACES = "studylens-places"
"""Key among the app's extensions: each app has places of its own, all apps of a machine the same files."""


def check_password(name: str, typed: str) -> int:
    """Return the account with this name and password. Raises WrongSignIn, QuotaReached, Busy.

    An unknown name is the same to whoever asks: the same queries, the same work, the same sentence.
    """
    database = wiring().database
    guesses = guesses_at(name)
    count(*guesses)
    with database.reading() as session:
        found = account_named(session, name)
        account_id, kept = (found.id, found.password_hash) if found else (0, None)
    if not is_right(typed, kept, places("password").turn):
        raise WrongSignIn
    was_right(*guesses)
    return account_id


def prove(account: Account, typed: str) -> None:
    """Let go on who has just signed in here, or types the password. Raises ProveFirst, QuotaReached.

    Tries are counted for the device that asks, so nobody who guesses elsewhere can keep the owner out, and
    for its address, since whoever has a session can let in any number of devices.
    """
    if is_proved():
        return
    guesses = guess_for("device", device_hash() or "", tries.FREE_FOR_NAME), from_address("proof")
    count(*guesses)
    if account.password_hash is None or not is_right(typed, account.password_hash, places("password").turn):
        raise ProveFirst
    was_right(*guesses)


def is_proved() -> bool:
    """Say whether somebody has just signed in on this device."""
    with wiring().database.reading() as session:
        return is_fresh(session, device_hash(), now())


def hashed(password: str) -> str:
    """Return the hash of a new password, in its turn. Raises Busy."""
    return hash_password(password, places("password").turn)


def passkey_check() -> Check:
    """Return what checks a passkey's answer: one at a time, and within the places of passwords.

    So two passwords, or a password and a passkey, are the most that signing in ever costs.
    """

    @contextmanager
    def turn() -> Iterator[None]:
        with places("passkey").turn(), places("password").turn():
            yield

    return checker(turn)


def places(kind: str) -> Slots:
    """Return the places for passwords, passkeys or mail servers, which all workers of this machine share."""
    found: dict[str, Slots] | None = current_app.extensions.get(PLACES)
    if found is None:
        lock = wiring().config.lock_path
        most = {"password": PASSWORDS_AT_ONCE, "passkey": PASSKEYS_AT_ONCE, "mail": MAIL_AT_ONCE}
        found = {name: Slots(lock.with_name(f"{lock.name}.{name}"), n) for name, n in most.items()}
        current_app.extensions[PLACES] = found
    return found[kind]


def guesses_at(name: str) -> tuple[Guess, Guess]:
    """Return what is counted when somebody signs in with a name: the name, and the address."""
    return by_name(name), from_address()


def by_name(name: str) -> Guess:
    """Return what is counted for a name, wherever its password is guessed from."""
    return guess_for("name", key_of(name), tries.FREE_FOR_NAME)


def for_mail(name: str) -> Guess:
    """Return what is counted when a link is asked for: nobody's mailbox is filled."""
    return guess_for("mail to", key_of(name), FREE_LETTERS)
