"""What is said to people, in the language of whoever reads: gettext's functions for all rooms.

The English text is the message. A request's door says who reads (web/text/languages.py); where nobody did, in
the analysis process and on the command line, it is English. Values are named and put in after translating:
`_("Page %(n)s", n=3)`. A percent sign is written twice, as in templates.
"""

import gettext
from contextvars import ContextVar
from gettext import NullTranslations

DOMAIN = "studylens"
"""Name of the catalogues' files."""
ENGLISH = NullTranslations()
_reader: ContextVar[NullTranslations] = ContextVar("reader", default=ENGLISH)


def speak(catalogue: NullTranslations) -> None:
    """Say what follows, in this thread, in the catalogue's language."""
    _reader.set(catalogue)


def catalogue_of(root: str, tag: str) -> NullTranslations:
    """Return the catalogue of a language (tag as browsers write it) in this folder; English without one."""
    return gettext.translation(DOMAIN, root, [tag.replace("-", "_")], fallback=True)


def _(message: str, **values: object) -> str:
    """Return the message in the reader's language, with its named values."""
    return said(message) % values


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Return the message for this number, as the reader's language counts; `%(num)s` is the number itself."""
    return said_many(one, many, number) % {"num": number, **values}


def pgettext(context: str, message: str, **values: object) -> str:
    """Return a message whose meaning in English depends on where it stands."""
    return said_in(context, message) % values


def mark(message: str) -> str:
    """Return the message as it is, for constants: `make messages` finds it, and `said` says it later."""
    return message


def mark_many(one: str, many: str) -> tuple[str, str]:
    """Return the two messages as they are, for constants: said later by `ngettext(*both, number)`."""
    return one, many


def said(message: str) -> str:
    """Return a marked message in the reader's language; without values, so a percent sign counts once.

    What is in no catalogue, such as a sentence that has its values already, stays as it is.
    """
    return _reader.get().gettext(message) if message else ""


def said_many(one: str, many: str, number: int) -> str:
    """Return the message for this number, its values not yet put in."""
    return _reader.get().ngettext(one, many, number)


def said_in(context: str, message: str) -> str:
    """Return the message of this context, its values not yet put in."""
    return _reader.get().pgettext(context, message)
