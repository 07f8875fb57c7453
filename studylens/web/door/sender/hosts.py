"""By which name we are asked: a name that is not ours is refused, before a page, a guest or a table is.

Flask's own TRUSTED_HOSTS knows no exemption (/health, which hosts ask by names of theirs) and no IP
addresses, so only Werkzeug's comparison is used. A browser sends an IP address as Host only when that address
was asked, but any name that its owner points here (DNS rebinding): addresses are let in, names must be ours.
"""

import ipaddress
import logging
from http import HTTPStatus

from flask import Blueprint, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.sansio.utils import host_is_trusted

from studylens.web.door.accept import wants_json
from studylens.web.door.wiring import wiring

blueprint = Blueprint("hosts", __name__)
log = logging.getLogger("studylens.web")
EXEMPT = frozenset({"operations.health", "ready.show", "metrics.show"})
"""What a host and its machines ask by whatever name they have for us; it says nothing of anybody."""
_SENTENCE = "This service does not go by that name. Whoever runs it can add the name to TRUSTED_HOSTS."
_SHOWN_CHARS = 100
_MOST_WARNINGS = 20
"""Names that the log names until the next start: an operator looks for one, and strangers send any number."""
_warned: set[str] = set()


@blueprint.before_app_request
def refuse_foreign_name() -> ResponseReturnValue | None:
    """Answer 400, in plain text or JSON, when the Host header is no name of ours; without any other work."""
    if request.endpoint in EXEMPT or is_ours(_asked(), wiring().config.names):
        return None
    told = request.headers.get("Host", "")[:_SHOWN_CHARS]
    _warn_once(told)
    if wants_json():
        answer = jsonify(error={"code": "unknown_host", "message": _SENTENCE})
    else:
        answer = make_response(f"{_SENTENCE}\n")
        answer.mimetype = "text/plain"
    return answer, HTTPStatus.BAD_REQUEST


def is_ours(host: str, names: tuple[str, ...]) -> bool:
    """Say whether `host` (with or without a port) is one of the names, or an IP address."""
    host = host.lower()
    return host_is_trusted(host, names) or (host_is_trusted(host) and _is_address(host))


def _asked() -> str:
    """Return the name as it was sent: Werkzeug's `host` is empty for capitals, which curl passes on."""
    return request.headers.get("Host") or request.host


def public_address(path: str) -> str:
    """Return the address of a path as it is reached from outside."""
    config = wiring().config
    render = config.render_hostname and f"https://{config.render_hostname}"
    return (config.base_url or render or request.url_root).rstrip("/") + path


def _is_address(host: str) -> bool:
    bare = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return False
    return True


def _warn_once(told: str) -> None:
    """Tell the operator once of each name; a flood of names fills no log."""
    if told in _warned or len(_warned) >= _MOST_WARNINGS:
        return
    _warned.add(told)
    log.warning("Refused the name %r: TRUSTED_HOSTS and BASE_URL do not hold it", told)
