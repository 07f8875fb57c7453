"""Accounts: a guest who can come back from anywhere by a name and a password, or by a passkey.

Everything hangs on the guest, so whoever deletes the guest deletes the account with all of it. Only hashes of
passwords and codes are kept. Nothing of these tables is in an account file.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, ForeignKey, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from studylens.models.base import Base
from studylens.models.belonging import of_service
from studylens.models.columns import UtcDateTime, now


class Account(Base):
    """A guest's way back: at most one for each guest."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    guest_id: Mapped[int] = mapped_column(ForeignKey("guests.id", ondelete="CASCADE"), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    """As the student wrote it: a name or an e-mail address."""
    name_key: Mapped[str] = mapped_column(String(400), unique=True)
    """The name as it is compared: NFKC, case folded; folding makes some letters three."""
    handle: Mapped[str] = mapped_column(String(32), unique=True)
    """What passkeys call the account: random, so that it tells nobody's name."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    """argon2id, with its parameters and salt; empty with passkeys alone."""
    is_admin: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Passkey(Base):
    """A public key of an authenticator, such as a phone; the private one never leaves it."""

    __tablename__ = "passkeys"

    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the credential's id, which may have 1,023 bytes."""
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[str] = mapped_column(Text)
    """base64url."""
    public_key: Mapped[str] = mapped_column(Text)
    """COSE, base64url."""
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """As the authenticator counts: 32 bits without a sign, more than PostgreSQL's integer holds."""
    name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(Base):
    """A one-time code with which a forgotten password is replaced; only its hash is kept."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)


class InviteCode(Base):
    """Lets one newcomer make an account where SIGNUP is `invite`; it goes with its use."""

    __tablename__ = "invite_codes"
    __table_args__ = ({"info": of_service("it was made by the operator, and ends with its use")},)

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OneTimeWord(Base):
    """A word that works once: a link sent by mail (before its use), a challenge of a passkey (after it)."""

    __tablename__ = "one_time_words"

    word_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    """Whose link it is; nobody's: a challenge that was answered."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SignInTry(Base):
    """Tries to sign in with one name or from one address, told by a keyed hash; nobody's row."""

    __tablename__ = "sign_in_tries"
    __table_args__ = ({"info": of_service("tries of nobody in particular, which end by themselves")},)

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int] = mapped_column(Integer)
    """Since the last success, or since a day without any."""
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    blocked_until: Mapped[datetime] = mapped_column(UtcDateTime)
