"""Sheets as they are asked for and made: templates, what stands on them, pictures. Standard library only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

REVISION, CARDS, DUE, ART = "revision", "cards", "due", "art"
CONTENTS = (REVISION, CARDS, DUE, ART)
"""What a template shows: terms and cards to read, cards to cut, what is due, or a picture of the pack."""
PICTURE = "picture"
"""The background of a template that came with a picture of its own."""
PNG, JPEG = "image/png", "image/jpeg"
Corners = tuple[tuple[float, float], ...]
"""Top left, top right, bottom right, bottom left, each x and y in 0-1 of the template."""


@dataclass(frozen=True)
class Template:
    """A page to be filled: `width` and `height` in px, `background` a colour `#rrggbb`, an SVG or `picture`.

    `path` is the file of that picture while a job needs it.
    """

    id: str
    name: str
    background: str
    corners: Corners
    width: int
    height: int
    content: str = ART
    path: str = ""


@dataclass(frozen=True)
class Card:
    """The two sides of a card, as the student wrote them."""

    front: str
    back: str
    plain: bool = False
    """It stays letter for letter: a dollar begins no formula."""


@dataclass(frozen=True)
class Content:
    """What of a pack stands on sheets; `art` is the file of a picture of it, "" without one."""

    title: str
    summary: str = ""
    terms: Sequence[Card] = ()
    """Key terms with their definitions."""
    cards: Sequence[Card] = ()
    due: Sequence[Card] = ()
    due_title: str = ""
    """What `due` is: what comes back by tomorrow, or simply the first cards."""
    art: str = ""


@dataclass(frozen=True)
class SheetWish:
    """The sheets of one request; the first `done` are kept already."""

    templates: Sequence[Template]
    content: Content
    done: int = 0


@dataclass(frozen=True)
class Picture:
    """One page as a picture; `name` of its file without the number of its template."""

    name: str
    media_type: str
    width: int
    height: int
    picture_base64: str


@dataclass(frozen=True)
class SheetMade:
    """Template number `n` (from 1) is filled: its pages, and what could not stand on them."""

    n: int
    of: int
    template_id: str
    pages: Sequence[Picture]
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class SheetsMade:
    """All templates were tried."""

    last: bool = False


def wish_of(body: Mapping[str, Any]) -> SheetWish:
    """Return the wish of its JSON form; raises KeyError or TypeError when it is not one."""
    return SheetWish(
        tuple(_template(one) for one in body["templates"]), _content(body["content"]), int(body["done"])
    )


def made_of(body: Mapping[str, Any]) -> SheetMade:
    """Return what was made of its JSON form; raises KeyError or TypeError when it is not that."""
    return SheetMade(**{**body, "pages": [Picture(**page) for page in body["pages"]]})


def _template(body: Mapping[str, Any]) -> Template:
    return Template(**{**body, "corners": tuple((float(x), float(y)) for x, y in body["corners"])})


def _content(body: Mapping[str, Any]) -> Content:
    lists = {name: tuple(Card(**card) for card in body[name]) for name in ("terms", "cards", "due")}
    return Content(**{**body, **lists})
