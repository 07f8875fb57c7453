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
_YEAR_SECONDS = 31_536_000


def protect(response: Response) -> Response:
    """Add the headers; pages are private to their guest, static files are kept by their version."""
    response.headers.extend(_HEADERS)
    if request.endpoint != "static":
        response.cache_control.no_store = True
    elif "v" in request.args and response.status_code == HTTPStatus.OK:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.immutable = True
        response.cache_control.max_age = _YEAR_SECONDS
    return response
