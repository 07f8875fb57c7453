"""Who runs this service: shows OPERATOR_TOKEN, or asks from this machine itself."""

import hmac

from flask import Request

from studylens.config import Config
from studylens.web.door.local import is_direct


def is_operator(request: Request, config: Config) -> bool:
    """Say whether the operator asks: by token, or from this machine where no proxy stands before it."""
    return _shows_token(request, config.operator_token) or (
        not (config.trusted_proxies or config.on_render) and is_direct(request)
    )


def _shows_token(request: Request, token: str) -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if not token or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(shown.strip().encode("utf-8", "replace"), token.encode())
