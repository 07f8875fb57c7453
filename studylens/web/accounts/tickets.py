"""What an authenticator is asked: options for the browser, and a signed ticket that comes back.

Nothing is stored until an answer was right, so asking a million times fills no table. A challenge that was
answered is remembered until its ticket is too old to be shown again.
"""

import base64
import ipaddress
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from studylens.accounts.ceremony import LIFETIME_SECONDS
from studylens.accounts.codes import use_challenge
from studylens.errors import WrongPasskey
from studylens.models import now
from studylens.web.door.wiring import wiring

_CHALLENGE_BYTES = 32
_ALGORITHMS = (-7, -8, -257)
"""ES256, EdDSA, RS256: what phones, keys and Windows have."""
_MOST_CHARS = 32_768
"""Of an answer: without an attestation it has 1 kB."""


@dataclass(frozen=True)
class Site:
    """This site as browsers name it: the host to which passkeys belong, and the origin they are used on."""

    host: str
    origin: str

    @property
    def has_passkeys(self) -> bool:
        """Say whether browsers make passkeys here: never for an address made of numbers."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return bool(self.host)
        return False


def site() -> Site:
    """Return this site: that of BASE_URL, or where none is set, as the browser asked for it."""
    parts = urlsplit(wiring().config.base_url or request.host_url)
    return Site((parts.hostname or "").strip("[]"), f"{parts.scheme}://{parts.netloc}".lower())


def creation(*, handle: str, name: str, known: list[str]) -> dict[str, Any]:
    """Return the options of navigator.credentials.create(): a passkey that needs no name at sign-in."""
    selection = {"residentKey": "required", "requireResidentKey": True, "userVerification": "required"}
    return {
        **_asked(),
        "rp": {"id": site().host, "name": "Studylens"},
        "user": {"id": _b64(bytes.fromhex(handle)), "name": name, "displayName": name},
        "pubKeyCredParams": [{"type": "public-key", "alg": number} for number in _ALGORITHMS],
        "attestation": "none",
        "authenticatorSelection": selection,
        "excludeCredentials": [{"type": "public-key", "id": one} for one in known],
    }


def getting() -> dict[str, Any]:
    """Return the options of navigator.credentials.get(): any passkey of this site."""
    return {**_asked(), "rpId": site().host, "userVerification": "required", "allowCredentials": []}


def ticket(kind: str, options: dict[str, Any], **facts: Any) -> str:
    """Return what the browser sends back beside its answer; it can be read, but not changed."""
    return _signer().dumps({"kind": kind, "challenge": options["challenge"], **facts})


def parse_answer(kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the ticket's facts and the question for the check. Raises WrongPasskey."""
    sent = request.form.get("credential", "")
    try:
        facts = _signer().loads(request.form.get("ticket", "")[:_MOST_CHARS], max_age=LIFETIME_SECONDS)
        credential = json.loads(sent) if len(sent) <= _MOST_CHARS else None
    except (BadSignature, ValueError, RecursionError) as error:
        raise WrongPasskey from error
    if facts["kind"] != kind or not isinstance(credential, dict) or not isinstance(credential.get("id"), str):
        raise WrongPasskey
    here = site()
    asked = {"challenge": facts["challenge"], "host": here.host, "origin": here.origin}
    return facts, {"kind": kind, "credential": credential, **asked}


def use_up(session: Session, facts: dict[str, Any]) -> None:
    """End the ticket. Raises UsedUp when it was used before."""
    lasts = timedelta(seconds=LIFETIME_SECONDS + 1)
    use_challenge(session, facts["challenge"], at=now(), lasts=lasts)


def _asked() -> dict[str, Any]:
    challenge = _b64(secrets.token_bytes(_CHALLENGE_BYTES))
    return {"challenge": challenge, "timeout": LIFETIME_SECONDS * 1000}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key or ""), salt="studylens passkeys")


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
