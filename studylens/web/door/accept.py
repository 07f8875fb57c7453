"""What kind of answer the client wants: a page, a fragment of one, or JSON."""

from flask import request

_HTML, _JSON = "text/html", "application/json"


def wants_json() -> bool:
    """Say whether the answer is JSON: for every client that does not prefer a page, such as curl."""
    return not wants_fragment() and request.accept_mimetypes.best_match([_JSON, _HTML]) != _HTML


def wants_fragment() -> bool:
    """Say whether htmx asks, which replaces a part of the page that it stands on."""
    return request.headers.get("HX-Request") == "true"
