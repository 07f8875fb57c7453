"""Whom a request may reach: models on the internet, the operator's own model alone, or nobody."""

from urllib.parse import urlsplit

from studylens.analysis.protocol import wire
from studylens.config import Config

NOBODY, OWN, MODELS = "nobody", "own", "models"
REACHES = (NOBODY, OWN, MODELS)
"""The narrowest first."""


def reach_of(request: wire.Request, config: Config) -> str:
    """Return the narrowest reach in which the request can be answered as well."""
    reads_here = request.alone or request.list_pages or request.cut is not None or request.sheets is not None
    if reads_here or request.task:
        return NOBODY
    if request.wishes.private:
        return OWN if config.asks_local_ai and config.local_ai_private else NOBODY
    return MODELS if config.asks_gemini or config.asks_local_ai else NOBODY


def covers(has: str, needs: str) -> bool:
    """Say whether a process with one reach can answer what needs the other."""
    return REACHES.index(has) >= REACHES.index(needs)


def ports(reach: str, config: Config, proxies: tuple[str, ...] = ()) -> list[int]:
    """Return the TCP ports of whoever may be reached; `proxies` stand before Gemini, not before one's own."""
    if reach == NOBODY:
        return []
    addresses = [config.local_ai_url] if config.asks_local_ai else []
    if reach == MODELS and config.asks_gemini:
        addresses += [config.gemini_base_url or "https://generativelanguage.googleapis.com", *proxies]
    named = {_port(address) for address in addresses}
    return sorted(named | {_NAMES})


_NAMES = 53
"""Names are asked for over TCP where an answer is too long for UDP."""


def _port(address: str) -> int:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    return parts.port or (443 if parts.scheme == "https" else 80)
