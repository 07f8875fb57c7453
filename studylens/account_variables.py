"""What the operator decides about accounts: the part of `Config` that is theirs."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from studylens.variables import ConfigError, check_mail
from studylens.variables import env as _env


@dataclass(frozen=True, kw_only=True)
class AccountVariables:
    """Who may make an account, and how mail leaves."""

    signup: str = _env("SIGNUP", "open")
    """Who may make an account: anybody, who has an invitation (`flask invite`), or nobody."""
    smtp_url: str = _env("SMTP_URL", "")
    """`smtps://user:password@host:465` or `smtp://...:587`; empty: no link to a new password is sent."""
    mail_from: str = _env("MAIL_FROM", "")
    """Whom that mail is from; empty: `studylens@` and the host of BASE_URL."""

    def check_accounts(self) -> None:
        """Refuse values that make no sense, by the variable's name. Raises ConfigError."""
        check_mail("SMTP_URL", self.smtp_url)
        if self.mail_from and not ("@" in self.mail_from and self.mail_from.isprintable()):
            raise ConfigError(f"MAIL_FROM={self.mail_from!r} is no address such as studylens@example.org")

    def sender(self, base_url: str) -> str:
        """Return whom mail is from; empty where none is sent."""
        host = urlsplit(base_url).hostname
        return (self.mail_from or f"studylens@{host}") if self.smtp_url and host else ""
