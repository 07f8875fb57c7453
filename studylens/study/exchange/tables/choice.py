"""How a student, or a program, wants a table to be read; what is not chosen is as it was found."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from studylens.errors import BadText
from studylens.language import _
from studylens.study.exchange.tables.columns import ONCE, ROLES, Role
from studylens.study.exchange.tables.encodings import CODECS
from studylens.study.exchange.tables.separators import LINES, OFFERED

SIGN_CHARS = 5
"""A sign of one's own: " => " has four."""
MOST_COLUMNS = 30
"""Columns that can be named; no card has as many parts."""


@dataclass(frozen=True)
class Choice:
    """What was chosen; "", () and None leave it to what is found."""

    separator: str = ""
    """A name of separators.OFFERED, LINES, or the sign itself."""
    columns: tuple[Role, ...] = ()
    heading: bool | None = None
    """Whether the first row names the columns."""
    html: bool | None = None
    encoding: str = ""
    """A name of encodings.CODECS."""

    @property
    def sign(self) -> str:
        """The sign itself; empty when none was chosen, or none stands between a card's sides."""
        return OFFERED.get(self.separator, "" if self.separator == LINES else self.separator)

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads, without what was not chosen."""
        return {name: value for name, value in asdict(self).items() if value not in {"", (), None}}


AS_FOUND = Choice()


def checked(
    separator: str = "",
    columns: Sequence[str] = (),
    *,
    heading: bool | None = None,
    html: bool | None = None,
    encoding: str = "",
) -> Choice:
    """Return the choice. Raises BadText with a sentence for what nothing can be read by."""
    if separator not in OFFERED and (len(separator) > SIGN_CHARS or set(separator) & set('"\r\n\x00')):
        raise BadText(
            _(
                "A sign between the columns has at most %(most)s characters, no quotation mark.",
                most=SIGN_CHARS,
            )
        )
    if encoding not in CODECS:
        raise BadText(_("This encoding is not known here: %(name)s.", name=encoding[:40]))
    return Choice(separator, _roles(columns), heading, html, encoding)


def from_json(kept: Any) -> Choice:
    """Return a choice that was kept. Raises BadText for what no choice is."""
    try:
        kept = dict(kept or {})
        found = checked(
            str(kept.pop("separator", "")),
            [str(name) for name in kept.pop("columns", ())],
            heading=_flag(kept.pop("heading", None)),
            html=_flag(kept.pop("html", None)),
            encoding=str(kept.pop("encoding", "")),
        )
    except (TypeError, ValueError) as error:
        raise BadText from error
    if kept:
        raise BadText
    return found


def _flag(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise TypeError(value)


def _roles(columns: Sequence[str]) -> tuple[Role, ...]:
    """Return what the columns are. Raises BadText."""
    unknown = [name for name in columns if name not in ROLES]
    if unknown or len(columns) > MOST_COLUMNS:
        known = ", ".join(ROLES)
        raise BadText(_("A column is one of these: %(names)s.", names=known))
    roles = tuple(Role(name) for name in columns)
    if roles and not {Role.FRONT} <= set(roles):
        raise BadText(_("One column must be the front."))
    if roles and not {Role.BACK, Role.BELOW} & set(roles):
        raise BadText(_("One column must be the back."))
    if any(roles.count(role) > 1 for role in ONCE):
        raise BadText(
            _("Two columns have the same meaning. Several can only stand below the back, or be left out.")
        )
    return roles
