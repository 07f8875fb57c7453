"""Headers of every answer: what a page may load, and who may keep it."""

from http import HTTPStatus

from flask import Response, request

from studylens.web.door.cookies import replace_old

_CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_UNUSED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer",
    "microphone", "midi", "payment", "serial", "usb",
)  # fmt: skip
"""What no page of ours asks a browser for; a photo is taken by the phone's own camera app."""
_WITH_WASM = _CONTENT_POLICY.replace(
    "default-src 'self';", "default-src 'self'; script-src 'self' 'wasm-unsafe-eval';"
)
"""For the one worker that reads photos: its runtime is compiled from bytes, and nothing else may be."""
_READER = "reader/worker.js"
_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in _UNUSED),
}
_ONLY_HTTPS = f"max-age={365 * 86_400}"
"""A year in which a browser asks this host by https alone; hosts below it are not ours to bind."""
_FOR_WHO_HAS_THE_LINK = ("/s/", "/live")
"""Addresses that are given by hand: shared packs, and quizzes of a class."""
_UNLISTED = {"X-Robots-Tag": "noindex, nofollow, noarchive"}
"""In no search engine. `same-origin` above tells other sites no address; with `no-referrer`, browsers without
Sec-Fetch-Site would send forms with `Origin: null`, which is refused as another site's."""
STATIC = frozenset({"static", "assets.send"})
"""Endpoints of static files, which say themselves who may keep them."""


def protect(response: Response) -> Response:
    """Add the headers; pages are private to their guest, and nobody keeps a refusal."""
    response.headers.extend(_HEADERS)
    if request.endpoint == "assets.send" and (request.view_args or {}).get("name") == _READER:
        response.headers["Content-Security-Policy"] = _WITH_WASM
    if request.path.startswith(_FOR_WHO_HAS_THE_LINK):
        response.headers.extend(_UNLISTED)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = _ONLY_HTTPS
    if request.endpoint not in STATIC or response.status_code >= HTTPStatus.BAD_REQUEST:
        response.cache_control.no_store = True
    if request.endpoint not in STATIC:  # Whose answers others may keep, cookies and all.
        replace_old(response)
    return response
