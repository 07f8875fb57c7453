"""How pages look on this device: a theme, more contrast, a face for reading. Kept in a cookie."""

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from studylens.errors import BadText
from studylens.language import _, mark
from studylens.web.door.accept import wants_fragment
from studylens.web.door.cookies import LOOK_COOKIE, cookie, keep_cookie

blueprint = Blueprint("look", __name__, url_prefix="/settings")

THEMES = {"system": mark("As the device"), "light": mark("Light"), "dark": mark("Dark")}
CONTRASTS = {"system": mark("As the device"), "more": mark("More")}
FONTS = {"system": mark("Usual"), "reading": mark("Easier to read")}


@dataclass(frozen=True)
class Look:
    """What was chosen for this device; "system" leaves it to the device."""

    theme: str = "system"
    contrast: str = "system"
    font: str = "system"

    @property
    def attributes(self) -> Markup:
        """Return the attributes of the page's root, as static/tokens.css asks for them."""
        chosen = [(name, value) for name, value in vars(self).items() if value != "system"]
        return Markup("").join(Markup(' data-{}="{}"').format(name, value) for name, value in chosen)

    @property
    def schemes(self) -> str:
        """Return the colour schemes that the page supports, for the browser's own parts of it."""
        return "light dark" if self.theme == "system" else self.theme


@blueprint.app_template_global("look")
def look_of_device() -> Look:
    """Return how this device wants its pages; the default for a missing or made-up cookie."""
    return parse_look(cookie(LOOK_COOKIE) or "") or Look()


@blueprint.post("/look")
def choose_look() -> ResponseReturnValue:
    """Keep how pages look here; a script gets 204, a form the settings again. Raises BadText."""
    sent = [request.form.get(name, "system") for name in ("theme", "contrast", "font")]
    chosen = parse_look(".".join(sent))
    if chosen is None:
        raise BadText(_("Choose one of the looks on the page of settings."))
    back = url_for("settings.show_settings", _anchor="look")
    answer = redirect(back, HTTPStatus.SEE_OTHER)
    if wants_fragment():
        answer.status_code, answer.data = HTTPStatus.NO_CONTENT, b""
        del answer.headers["Location"]
    text = f"{chosen.theme}.{chosen.contrast}.{chosen.font}"
    keep_cookie(answer, LOOK_COOKIE, text)
    return answer


def parse_look(text: str) -> Look | None:
    """Return the look that the cookie names: theme, contrast and font with points between; else None."""
    parts = text.split(".")
    known = (THEMES, CONTRASTS, FONTS)
    if len(parts) != len(known) or any(part not in names for part, names in zip(parts, known, strict=True)):
        return None
    return Look(*parts)
