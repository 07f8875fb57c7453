"""Answers that make no pack: to a question about a page, and the pages of a document."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answered:
    """What a follow-up question came to; without `text` its `note` says why no model answered."""

    text: str = ""
    engine: str = ""
    on_page: bool = False
    sources: Sequence[int] = ()
    """Numbers of the lines that prove it."""
    sent_to: Sequence[str] = ()
    """Who was given the page's text, answered or not."""
    note: str = ""
    last: bool = False


@dataclass(frozen=True)
class ListedPage:
    """A page of a document: its number from 1, its size in points, a small JPEG ("" when there is none)."""

    n: int
    width: int
    height: int
    jpeg_base64: str = ""


@dataclass(frozen=True)
class Listed:
    """The pages of a document, in order."""

    pages: Sequence[ListedPage]
    last: bool = False
