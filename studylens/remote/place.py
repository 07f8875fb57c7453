"""Where a service is and the token that opens it: checked once, before anything is sent."""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from studylens.remote.faults import BadPlace

URL_VARIABLE, TOKEN_VARIABLE = "STUDYLENS_URL", "STUDYLENS_TOKEN"
LOCAL_URL = "http://127.0.0.1:10000"
"""Where `make run` serves."""
_TOKEN = re.compile(r"[!-~]{8,200}")
_NAME = re.compile(r"[A-Za-z0-9.:_-]+")


@dataclass(frozen=True)
class Place:
    """A service, as `https://host[:port][/prefix]` without a slash at its end, and a token of its API."""

    url: str
    token: str = field(repr=False)


def place_of(url: str, token: str) -> Place:
    """Return the place. Raises BadPlace, saying which of the two is wrong and how it should look."""
    if not _TOKEN.fullmatch(token):
        raise BadPlace(f"{TOKEN_VARIABLE} holds no token. Make one on the page of your devices, and set it.")
    return Place(_checked(url.strip().rstrip("/").removesuffix("/api/v1")), token)


def _checked(url: str) -> str:
    wrong = BadPlace(f"{URL_VARIABLE} is no address of a service such as https://studylens.example")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise wrong from error
    plain = url.isascii() and url.isprintable() and " " not in url
    if not plain or parts.scheme not in {"http", "https"} or not _NAME.fullmatch(host):
        raise wrong
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise wrong
    if parts.scheme == "http" and not _is_near(host):
        raise BadPlace(f"A token would be sent to {host} for everybody to read. Use https://.")
    return url


def _is_near(host: str) -> bool:
    """Say whether a host is this machine or stands in the same house: there, HTTP is what there is."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local"))
    return address.is_private or address.is_loopback
