"""How large a body may be: 64 kB, unless its route says otherwise, beside itself.

    @blueprint.post("/import")
    @takes(IMPORT)
    def take_in(): ...

A body that announces more is refused before any of it is read, and one in chunks as soon as it is more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Request, current_app

from studylens import limits
from studylens.config import Config
from studylens.errors import TooLarge
from studylens.language import _

View = TypeVar("View", bound=Callable[..., object])
SMALL_BYTES = 64 * 1024
"""Every button, answer and setting: the longest form without pasted text has 20 kB, urlencoded."""
FIELDS_BYTES = 256 * 1024
"""Everything that is no file. 20,000 characters of text take up to 240 kB when they are urlencoded."""
_DECLARED = "takes_size"


@dataclass(frozen=True)
class Size:
    """What a route takes: bytes of a body, by the configuration, and the sentence for more."""

    most: Callable[[Config], int]
    sentence: Callable[[int], str]


def takes(size: Size) -> Callable[[View], View]:
    """Declare what a view takes; stands below the decorator of its route."""

    def declare(view: View) -> View:
        setattr(view, _DECLARED, size)
        return view

    return declare


def size_of(request: Request) -> Size:
    """Return what the request's route takes."""
    return declared(current_app.view_functions.get(request.endpoint or ""))


def declared(view: object) -> Size:
    """Return what a view has declared to take, or the size of those that have not."""
    found: Size = getattr(view, _DECLARED, SMALL)
    return found


def bound_body(request: Request, config: Config) -> None:
    """Let no more be read than the route takes. Raises TooLarge for a body that announces more."""
    request.max_content_length = size_of(request).most(config)
    if (request.content_length or 0) > request.max_content_length:
        raise too_large(request, config)


def too_large(request: Request, config: Config) -> TooLarge:
    """Return the error for a body that is more than its route takes."""
    size = size_of(request)
    return TooLarge(size.sentence(size.most(config)))


def _fields_sentence(most: int) -> str:
    return _("At most %(kb)s kB may be sent here. Nothing of it was kept.", kb=most // 1024)


def _photos_sentence(_most: int) -> str:
    return _("This is more than one request may carry. Send fewer or smaller photos.")


SMALL = Size(lambda _config: SMALL_BYTES, _fields_sentence)
FIELDS = Size(lambda _config: FIELDS_BYTES, _fields_sentence)
"""Pasted text, corrected lines, a tick for each card of a lecture or for each pack of a quiz."""
PHOTO = Size(lambda config: config.max_upload_bytes + FIELDS_BYTES, _photos_sentence)
"""One photo, and what was painted over it."""
PHOTOS = Size(lambda config: limits.MAX_PHOTOS * config.max_upload_bytes + SMALL_BYTES, _photos_sentence)
"""Photos of a class, or to be told apart."""
ANYTHING = Size(lambda config: config.max_body_bytes, _photos_sentence)
"""Photos, documents and pasted notes."""
