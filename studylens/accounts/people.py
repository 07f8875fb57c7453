"""Accounts and who is signed in to them: made, found, changed. Nothing here knows a request."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studylens.accounts.names import key_of, parse_name
from studylens.errors import HasAccount, LastWayIn, NameTaken, NotFound, WrongPasskey
from studylens.models import (
    Account,
    Base,
    DeviceCode,
    Guest,
    GuestDevice,
    OneTimeWord,
    Passkey,
    RecoveryCode,
    StudySettings,
    new_id,
    nobodys_hash,
)

FRESH = timedelta(minutes=10)
"""How long after signing in nobody is asked once more: time to make codes and a passkey."""
_NOT_THINGS = {
    *("study_settings", "guest_devices", "device_codes", "accounts", "guest_uses", "pack_uses"),
    *("kept_accounts", "kept_marks", "kept_names"),
}
"""Tables of a guest that hold nothing a student has made: ways in, settings, sums of other tables, and what
browsers that keep the rest must be told."""


@dataclass(frozen=True)
class NewPasskey:
    """What an authenticator gave when a passkey was made; base64url, as the browser sends it."""

    credential_id: str
    public_key: str
    sign_count: int


def account_of(session: Session, guest_id: int | None) -> Account | None:
    """Return the account of this guest; None for a guest without one, and for a newcomer."""
    return session.scalar(select(Account).where(Account.guest_id == (guest_id or 0)))


def account_to_enter(session: Session, account_id: int) -> Account | None:
    """Return an account, which stays as long as this session; None when it is gone, or just being deleted."""
    there = select(Account).join(Guest, Guest.id == Account.guest_id)
    there = there.where(Account.id == account_id, Guest.erasing_at.is_(None))
    return session.scalar(there.with_for_update(of=Guest))


def account_named(session: Session, name: str) -> Account | None:
    """Return the account with this name, however it is written."""
    return session.scalar(select(Account).where(Account.name_key == key_of(name)))


def is_admin(session: Session, guest_id: int | None) -> bool:
    """Say whether this guest's account was made an administrator's by `flask account-admin`."""
    found = account_of(session, guest_id)
    return found is not None and found.is_admin


def check_free(session: Session, guest_id: int | None, name: str) -> None:
    """Raise NameTaken when another account has the name, HasAccount when this guest has one, BadName."""
    if account_of(session, guest_id) is not None:
        raise HasAccount
    if account_named(session, parse_name(name)) is not None:
        raise NameTaken


def make_account(
    session: Session, guest_id: int, name: str, *, password_hash: str | None = None, handle: str = ""
) -> Account:
    """Give this guest an account; everything that the guest has stays where it is.

    Raises BadName, NameTaken, HasAccount; also when another request was first.
    """
    check_free(session, guest_id, name)
    made = Account(guest_id=guest_id, name=parse_name(name), name_key=key_of(name))
    made.handle, made.password_hash = handle or new_id(), password_hash
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise NameTaken from error
    return made


def has_things(session: Session, guest_id: int | None) -> bool:
    """Say whether a guest has anything that must not be lost, beside settings."""
    tables = [table for table in Base.metadata.sorted_tables if "guest_id" in table.columns]
    moving_in = select(Guest.id).where(Guest.moved_to == guest_id).limit(1)
    if guest_id is not None and session.scalar(moving_in) is not None:
        return True
    return guest_id is not None and any(
        session.execute(select(table.c.guest_id).where(table.c.guest_id == guest_id).limit(1)).first()
        for table in tables
        if table.name not in _NOT_THINGS
    )


def is_fresh(session: Session, token_hash: str | None, at: datetime) -> bool:
    """Say whether somebody has just shown on this device who they are."""
    device = session.get(GuestDevice, token_hash or "")
    return device is not None and device.proved_at is not None and device.proved_at > at - FRESH


def end_device(session: Session, guest_id: int, token_hash: str) -> None:
    """Let one device of this guest lose its way in: the one the guest began on, too."""
    mine = (GuestDevice.guest_id == guest_id, GuestDevice.token_hash == token_hash)
    session.execute(delete(GuestDevice).where(*mine))
    first = (Guest.id == guest_id, Guest.token_hash == token_hash)
    session.execute(update(Guest).where(*first).values(token_hash=nobodys_hash()))


def end_devices(session: Session, guest_id: int, *, but: str | None = None) -> None:
    """Let every device, program and device code of this guest lose its way in, but for one token's hash."""
    session.execute(delete(DeviceCode).where(DeviceCode.guest_id == guest_id))
    session.execute(
        delete(GuestDevice).where(GuestDevice.guest_id == guest_id, GuestDevice.token_hash != (but or ""))
    )
    first = (Guest.id == guest_id, Guest.token_hash != (but or ""))
    session.execute(update(Guest).where(*first).values(token_hash=nobodys_hash()))


def has_other_devices(session: Session, guest_id: int, token_hash: str | None) -> bool:
    """Say whether another device or program than this one is signed in as the guest."""
    first = session.get_one(Guest, guest_id)
    if first.has_first_device and first.token_hash != token_hash:
        return True
    others = (GuestDevice.guest_id == guest_id, GuestDevice.token_hash != (token_hash or ""))
    return session.scalar(select(GuestDevice.token_hash).where(*others).limit(1)) is not None


def add_passkey(session: Session, account_id: int, made: NewPasskey, name: str) -> None:
    """Keep a new passkey. Raises WrongPasskey for one that is known already."""
    row = Passkey(id_hash=passkey_hash(made.credential_id), account_id=account_id, name=name)
    row.credential_id, row.public_key = made.credential_id, made.public_key
    row.sign_count = made.sign_count
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        raise WrongPasskey from error


def passkeys_of(session: Session, account_id: int) -> list[Passkey]:
    """Return the account's passkeys, the oldest first."""
    mine = select(Passkey).where(Passkey.account_id == account_id)
    return list(session.scalars(mine.order_by(Passkey.created_at)))


def remove_passkey(session: Session, account: Account, id_hash: str) -> None:
    """Forget a passkey. Raises NotFound, LastWayIn."""
    mine = passkeys_of(session, account.id)
    found = next((passkey for passkey in mine if passkey.id_hash == id_hash), None)
    if found is None:
        raise NotFound
    if len(mine) == 1 and account.password_hash is None:
        raise LastWayIn
    session.delete(found)


def set_password(session: Session, account_id: int, password_hash: str) -> None:
    """Give the account a password; a link to a new one, sent before, ends."""
    session.execute(update(Account).where(Account.id == account_id).values(password_hash=password_hash))
    session.execute(delete(OneTimeWord).where(OneTimeWord.account_id == account_id))


def end_other_ways_in(session: Session, account: Account) -> None:
    """Forget passkeys, codes and the calendar: whoever has the mailbox is the owner, nobody else."""
    for model in (Passkey, RecoveryCode):
        session.execute(delete(model).where(model.account_id == account.id))
    mine = update(StudySettings).where(StudySettings.guest_id == account.guest_id)
    session.execute(mine.values(calendar_token_hash=None))


def passkey_hash(credential_id: str) -> str:
    """Return the key under which a credential's id is kept."""
    return hashlib.sha256(credential_id.encode(errors="replace")).hexdigest()
