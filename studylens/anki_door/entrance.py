"""Who may come in: only what this machine's own names were called by, and origins that were listed. Pure."""

import re
from dataclasses import dataclass, field

LOCAL_NAMES = ("127.0.0.1", "localhost")
"""What a request may call us. A stranger's name that leads here is a page that has changed its address."""
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[A-Za-z0-9.\-_\[\]:]+")


@dataclass(frozen=True)
class Entrance:
    """The port that is listened on, and the origins whose pages and extensions may ask."""

    port: int
    origins: frozenset[str] = field(default_factory=frozenset)

    def knows_host(self, host: str) -> bool:
        """Say whether a Host header names this machine."""
        return host.lower() in {f"{name}:{self.port}" for name in LOCAL_NAMES}

    def allows(self, origin: str | None, site: str | None = None) -> bool:
        """Say whether an Origin may ask; None: a program that is no browser.

        `site`: what a browser says of the page that asks (Sec-Fetch-Site), also where it names no origin.
        """
        return origin in self.origins if origin is not None else site in {None, "none"}


def is_origin(text: str) -> bool:
    """Say whether this can be listed: a scheme and a host, neither `*` nor `null`, which many share."""
    return _ORIGIN.fullmatch(text) is not None
