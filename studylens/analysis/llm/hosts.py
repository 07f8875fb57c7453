"""Whom an address means, for receipts and for what is said of a redirect."""

from urllib.parse import urlsplit

_OWN_PORTS = {"http": 80, "https": 443}


def host_of(address: str) -> str:
    """Return the host of an address, with its port unless it is the scheme's own; empty for none."""
    try:
        found = urlsplit(address)
        port = None if found.port == _OWN_PORTS.get(found.scheme) else found.port
    except ValueError:
        return ""
    host = found.hostname or ""
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" if port else name
