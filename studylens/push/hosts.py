"""Push services: an endpoint is a stranger's word, so known hosts are sent to, private ones never."""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

KNOWN = (
    ("fcm.googleapis.com", "Google"),
    (".push.services.mozilla.com", "Mozilla"),
    (".notify.windows.com", "Microsoft"),
    (".push.apple.com", "Apple"),
)
"""Hosts of Chrome and most others, of Firefox, of Edge, and of Safari; a dot stands for all below it."""
MOST_CHARS = 1_000
"""Of an endpoint: Edge's have up to 600."""
_PATH = re.compile(r"[!-~]+")
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})+")
"""A name that can be looked up (RFC 1123, 2.1): Python raises ValueError for an empty or long label."""


def service_of(endpoint: str, more: Iterable[str] = ()) -> str | None:
    """Return whose push service this is, by name; None for an address that nothing may be sent to.

    `more` are hosts of the operator's choice, which are called by their host.
    """
    host = host_of(endpoint)
    for known, name in (*KNOWN, *((own.lower(), host) for own in more)):
        if host and (host == known or (known.startswith(".") and host.endswith(known))):
            return name
    return None


def host_of(endpoint: str) -> str | None:
    """Return the host of an https address on its usual port; None for any other."""
    if len(endpoint) > MOST_CHARS or not _PATH.fullmatch(endpoint) or "\\" in endpoint:
        return None
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return None
    plain = parts.scheme == "https" and port in {None, 443} and "@" not in parts.netloc
    host = parts.hostname or ""
    return host if plain and not parts.fragment and _HOST.fullmatch(host) else None


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the internet, not of this machine or its network."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inside = getattr(found, "ipv4_mapped", None) or found
    return inside.is_global and not inside.is_multicast
