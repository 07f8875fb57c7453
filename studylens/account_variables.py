"""What the operator decides about accounts, mail and reminders: the part of `Config` that is theirs."""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from studylens.variables import ConfigError, check_mail
from studylens.variables import env as _env

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve's group (SEC 2, 2.4.2): a private key is a number from 1 to below it."""
_KEY_BYTES = 32
_SUBJECT = re.compile(r"mailto:[!-~]+@[!-~]+|https://[A-Za-z0-9][!-~]*")
_HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, kw_only=True)
class AccountVariables:
    """Who may make an account, and how mail and reminders leave."""

    signup: str = _env("SIGNUP", "open")
    """Who may make an account: anybody, who has an invitation (`flask invite`), or nobody."""
    smtp_url: str = _env("SMTP_URL", "")
    """`smtps://user:password@host:465` or `smtp://...:587`; empty: no link to a new password is sent."""
    mail_from: str = _env("MAIL_FROM", "")
    """Whom that mail is from; empty: `studylens@` and the host of BASE_URL."""
    vapid_private_key: str = _env("VAPID_PRIVATE_KEY", "")
    """With it browsers are reminded of due cards (`flask push-key` makes one); empty: none is."""
    vapid_subject: str = _env("VAPID_SUBJECT", "")
    """Whom a push service writes to when something is wrong: `mailto:` or `https:`."""
    push_hosts: tuple[str, ...] = _env("PUSH_HOSTS", ())
    """More push services, commas between; `.example.org` stands for all below it."""

    def check_accounts(self) -> None:
        """Refuse values that make no sense, by the variable's name. Raises ConfigError."""
        check_mail("SMTP_URL", self.smtp_url)
        if self.mail_from and not ("@" in self.mail_from and self.mail_from.isprintable()):
            raise ConfigError(f"MAIL_FROM={self.mail_from!r} is no address such as studylens@example.org")

        self._check_reminders()

    def _check_reminders(self) -> None:
        """Refuse a key that is none, without showing it, and a subject that nobody can write to."""
        if self.vapid_private_key and not _is_private_key(self.vapid_private_key):
            raise ConfigError("VAPID_PRIVATE_KEY is no key of 43 letters; `flask push-key` makes one")
        subject = self.vapid_subject
        if subject and not _SUBJECT.fullmatch(subject):
            raise ConfigError(f"VAPID_SUBJECT={subject!r} is not like mailto:you@example.org or https://...")
        if self.vapid_private_key and not subject:  # The analysis process is told the subject alone.
            raise ConfigError("VAPID_PRIVATE_KEY needs VAPID_SUBJECT, such as mailto:you@example.org")
        for name in self.push_hosts:
            if not _HOST.fullmatch(name.lower()):
                raise ConfigError(f"PUSH_HOSTS: {name!r} is no name such as push.example.org")

    @property
    def reminds(self) -> bool:
        """Say whether browsers can be reminded."""
        return bool(self.vapid_private_key)

    def sender(self, base_url: str) -> str:
        """Return whom mail is from; empty where none is sent."""
        host = urlsplit(base_url).hostname
        return (self.mail_from or f"studylens@{host}") if self.smtp_url and host else ""


def _is_private_key(text: str) -> bool:
    try:
        raw = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == _KEY_BYTES and 0 < int.from_bytes(raw) < P256_ORDER
