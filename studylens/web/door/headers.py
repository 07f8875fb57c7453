"""Headers of every answer: what a page may load, and who may keep it."""

from http import HTTPStatus

from flask import Response, request

_CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
STATIC = frozenset({"static", "assets.send"})
"""Endpoints of static files, which say themselves who may keep them."""


def protect(response: Response) -> Response:
    """Add the headers; pages are private to their guest, and nobody keeps a refusal."""
    response.headers.extend(_HEADERS)
    if request.endpoint not in STATIC or response.status_code >= HTTPStatus.BAD_REQUEST:
        response.cache_control.no_store = True
    return response
