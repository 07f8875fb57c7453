"""A form's token: what a page of ours knows of this device's cookie, and no other site's page can.

It is HMAC-SHA256 under the cookie's own secret: no session is stored, and no restart ends it. It stands
beside Sec-Fetch-Site and Origin (origin.py), which some browsers, proxies and extensions leave out. Asked of
browsers that show our cookie: a newcomer has none, and a program (curl, say) is sent by no page. It is
in each form and in a `<meta>`; scripts send it as X-Form-Token.
"""

import hashlib
import hmac

from flask import Blueprint, Request, Response, g, jsonify, request
from markupsafe import Markup

from studylens.errors import StaleForm
from studylens.web.door.bodies import FORM_TYPES
from studylens.web.door.cookies import GUEST_COOKIE, cookie
from studylens.web.door.sender.origin import SAFE_METHODS

blueprint = Blueprint("form_tokens", __name__)
FIELD, HEADER = "form_token", "X-Form-Token"
_TOLD_BY_BROWSERS = ("Sec-Fetch-Site", "Sec-Fetch-Mode", "Origin", "Referer")
_UNASKED = FORM_TYPES | {"text/plain", ""}
"""What another site's page may send without a preflight; JSON and pictures are none of these."""
CHANGE_NOTHING = frozenset({"installed.share"})
"""Endpoints with POST that keep nothing; Android shares photos with none of our pages open."""
_BROWSER = "Mozilla/"
"""How every browser's User-Agent begins; a page can change it for no form."""


def token_of(secret: str) -> str:
    """Return the token that belongs to a device's cookie, 64 hexadecimal digits; empty for no cookie."""
    return hmac.new(secret.encode(), b"studylens form", hashlib.sha256).hexdigest() if secret else ""


@blueprint.app_template_global("form_token_value")
def form_token() -> str:
    """Return the token of this device, also of a cookie that it gets with this very answer."""
    given: str | None = g.get("new_device")
    made: tuple[str | None, str] | None = g.get("form_token")  # A page has a dozen forms.
    if made is None or made[0] != given:
        made = g.form_token = (given, token_of(cookie(GUEST_COOKIE) or "" if given is None else given))
    return made[1]


@blueprint.app_template_global("form_token")
def form_field() -> Markup:
    """Return the hidden field that stands in every form with POST."""
    return Markup(f'<input type="hidden" name="{FIELD}" value="{form_token()}">')  # noqa: S704 - digits.


@blueprint.get("/form-token")
def show() -> Response:
    """Return the token of this device as JSON: for a page that was kept while the cookie changed."""
    return jsonify(form_token=form_token())


@blueprint.before_app_request
def check_form_token() -> None:
    """Refuse a browser's change under our cookie that comes without its token. Raises StaleForm."""
    expected = token_of(cookie(GUEST_COOKIE) or "")
    if request.endpoint is None or request.method in SAFE_METHODS or request.endpoint in CHANGE_NOTHING:
        return
    if not expected or not _is_page(request):
        return
    field = request.form.get(FIELD, "") if request.mimetype in FORM_TYPES else ""
    shown = request.headers.get(HEADER) or field
    if not hmac.compare_digest(shown.encode("utf-8", "replace"), expected.encode()):
        raise StaleForm


def _is_page(request: Request) -> bool:
    """Say whether a page in a browser may have sent this, without asking us first (CORS)."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]  # Any page sends a proxy's Basic.
    if scheme.lower() == "bearer" or request.mimetype not in _UNASKED:
        return False
    told = any(name in request.headers for name in _TOLD_BY_BROWSERS)
    return told or request.headers.get("User-Agent", "").startswith(_BROWSER)
