"""Whether photos from this device begin as private, until their sender says otherwise. Kept in a cookie.

The form for photos works without the database, so this must not stand there.
"""

from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from studylens.web.door.cookies import PRIVATE_COOKIE, cookie, forget_cookie, keep_cookie

blueprint = Blueprint("privacy", __name__, url_prefix="/settings")


@blueprint.app_template_global("private_by_default")
def private_by_default() -> bool:
    """Return whether this device's photos begin as private; any value of the cookie is on the safe side."""
    return bool(cookie(PRIVATE_COOKIE))


@blueprint.post("/private")
def choose_private() -> ResponseReturnValue:
    """Keep how photos begin on this device: private where `private` is sent."""
    answer = redirect(url_for("settings.show_settings", _anchor="private"), HTTPStatus.SEE_OTHER)
    if not request.form.get("private"):
        forget_cookie(answer, PRIVATE_COOKIE)
        return answer
    keep_cookie(answer, PRIVATE_COOKIE, "1")
    return answer
