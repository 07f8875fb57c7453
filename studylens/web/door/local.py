"""Who may be the guest of this machine: a program on it that shows no identity, such as curl.

Only where `make run` started the service (Config.is_local). A request that came through a proxy may be
anybody's, and one that another site's page made a browser send is not the student's own; neither is ever
this guest.
"""

import ipaddress
from urllib.parse import urlsplit

from flask import Request

from studylens.config import Config

LOCAL = "local"
"""Stands where other guests have the hash of a token, so no token leads to it."""
_HOSTS = {"localhost", "127.0.0.1", "::1"}
"""By any other name the request is for another site, or for a name that was pointed at this machine."""
_OWN_SITE = {None, "same-origin", "none"}
_FORWARDED = ("forwarded", "via", "x-forwarded", "x-real", "x-client", "x-cluster", "x-original", "x-envoy",
              "x-proxy", "x-remote", "true-client", "client-ip", "cdn-", "cf-", "fly-", "fastly-",
              "ali-cdn", "x-amzn", "x-azure", "x-appengine", "x-arr")  # fmt: skip
"""How headers begin that proxies add."""
_DIRECT = "HTTP/1.1"
"""curl and browsers speak it; proxies that add no header speak HTTP/1.0 to what is behind them."""


def is_local_caller(request: Request, config: Config) -> bool:
    """Say whether the request comes straight from a program on this machine, for this service."""
    return config.is_local and is_direct(request)


def is_direct(request: Request) -> bool:
    """Say whether the request comes from this machine, through no proxy, and from no other site's page."""
    return (
        _is_loopback(request.remote_addr or "")
        and request.environ.get("SERVER_PROTOCOL") == _DIRECT
        and _host_of(f"//{request.host}") in _HOSTS
        and not any(name.lower().startswith(_FORWARDED) for name in dict(request.headers))
        and _is_own(request)
    )


def _is_own(request: Request) -> bool:
    """Say whether no other site's page is behind it: browsers tell in one of three headers, curl in none."""
    own = request.host.lower()
    told = (request.headers.get("Origin"), request.headers.get("Referer"))
    same = all(address is None or _place_of(address) == own for address in told)
    return same and request.headers.get("Sec-Fetch-Site") in _OWN_SITE


def _place_of(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _host_of(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    plain = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (plain or found).is_loopback
