"""What a request says about how a table is to be read."""

from collections.abc import Sequence

from flask import request

from studylens.errors import BadText
from studylens.language import _
from studylens.storable import is_storable
from studylens.study.exchange.tables.choice import AS_FOUND, Choice, checked
from studylens.web.door.accept import wants_json

OWN = "own"
"""The separator's name in forms where `own` holds the sign itself."""
FOUND = "found"
"""Where a select is left as it was found."""
_FLAGS = {
    "": None,
    FOUND: None,
    "yes": True,
    "1": True,
    "true": True,
    "no": False,
    "0": False,
    "false": False,
}


def asks_first() -> bool:
    """Say whether a table is shown before it comes in: on pages always, to programs with `preview=1`."""
    is_program = wants_json() or "Authorization" in request.headers
    return not is_program or _flag("preview") is True


def sent_choice(kept: Choice = AS_FOUND) -> Choice:
    """Return how the form wants a table to be read; what it does not name stays as it was. Raises BadText.

    What the columns are was chosen with a separator in view (`shown`), and means nothing with another one.
    """
    separator = _text("separator", kept.separator)
    if separator == OWN:
        separator = _text("own", "")
    columns: Sequence[str] = sent_columns()
    if request.form.get("shown", separator) != separator:
        columns = ()
    elif "columns" not in request.form and separator == kept.separator:
        columns = kept.columns
    return checked(
        separator,
        columns,
        heading=_flag("heading", kept=kept.heading),
        html=_flag("html", kept=kept.html),
        encoding=_text("encoding", kept.encoding),
    )


def sent_columns() -> list[str]:
    """Return what the columns are: a field for each, or names between commas."""
    found = [part.strip() for field in request.form.getlist("columns") for part in field.split(",")]
    return found if any(found) else []


def _text(name: str, kept: str) -> str:
    found = request.form.get(name, kept)
    return found if is_storable(found) else ""


def _flag(name: str, *, kept: bool | None = None) -> bool | None:
    try:
        return _FLAGS[request.form[name].strip().lower()] if name in request.form else kept
    except KeyError as error:
        raise BadText(_("“%(name)s” is yes or no.", name=name)) from error
