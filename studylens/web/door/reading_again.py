"""A page that only reads is made again when the database went away under it: a restart costs no error."""

import time

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from studylens.errors import ConnectionLost
from studylens.web.door.errors import show_error

blueprint = Blueprint("reading_again", __name__)

SAFE_METHODS = frozenset({"GET", "HEAD"})
"""What changes nothing and may be done twice; a POST is answered with 503 and Retry-After."""
TRIES = 3
"""Each opens its session with patience; a second loss within moments is rare, a fourth is no restart."""
PAUSE_SECONDS = 0.1
"""Before the next try."""


@blueprint.app_errorhandler(ConnectionLost)
def read_again(error: ConnectionLost) -> ResponseReturnValue:
    """Answer the request anew, TRIES times at most; then with the error."""
    for _ in range(TRIES if request.method in SAFE_METHODS else 0):
        time.sleep(PAUSE_SECONDS)
        try:
            return current_app.preprocess_request() or current_app.dispatch_request()
        except ConnectionLost:
            continue
        except Exception as other:  # noqa: BLE001 - Flask knows the handler of each.
            return current_app.handle_user_exception(other)
    return show_error(error)
