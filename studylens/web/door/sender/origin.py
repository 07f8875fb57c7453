"""Requests from other sites: a page elsewhere must not act for the student."""

from urllib.parse import urlsplit

from flask import Request

from studylens.errors import CrossSite

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_OWN_SITE = {"same-origin", "none"}


def refuse_cross_site(request: Request, own_host: str = "") -> None:
    """Raise CrossSite when a browser says that another site sent this; `own_host` is that of BASE_URL.

    Clients that send neither Sec-Fetch-Site nor Origin are not browsers, so no cookie was stolen.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        allowed = site in _OWN_SITE
    else:
        allowed = origin is None or _host(origin) in {request.host.lower(), own_host or None}
    if not allowed:
        raise CrossSite


def _host(origin: str) -> str:
    """Return host and port of an origin; empty for `null`. The scheme may have changed at a proxy."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
