"""A letter by the operator's SMTP server: SMTP_URL, `smtp://user:password@host:587` or `smtps://...:465`.

Without TLS nothing is sent to another machine: with `smtp` the server must offer STARTTLS, unless it is this
machine itself.
"""

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from studylens.errors import MailDown

log = logging.getLogger("studylens.accounts")

SECONDS = 10.0
"""For each step of the talk with the server: the student waits for its beginning."""
_HERE = {"localhost", "127.0.0.1", "::1"}
_PORTS = {"smtp": 587, "smtps": 465}


def check_server(url: str) -> None:
    """Ask the server whether it would take a letter; sends none. Raises MailDown."""
    with _server(url) as server:
        server.noop()


def send(url: str, letter: EmailMessage) -> None:
    """Hand the letter to the server. Raises MailDown."""
    with _server(url) as server:
        server.send_message(letter)


def letter(*, sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """Return a letter in plain text; `to` is one address (names.py) and `sender` was checked at start."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers of machines.
    made.set_content(text)
    return made


@contextmanager
def _server(url: str) -> Iterator[Any]:
    import smtplib  # noqa: PLC0415 - few services send mail, and all would hold it.

    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    try:
        context = ssl.create_default_context()
        with (
            smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
            if parts.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=SECONDS)
        ) as server:
            if parts.scheme == "smtp" and host not in _HERE:
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server
    except (OSError, smtplib.SMTPException, ValueError) as error:  # ValueError: a password beyond ASCII.
        log.warning("The mail server failed: %s", type(error).__name__)
        raise MailDown from error
