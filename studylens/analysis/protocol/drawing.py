"""A panel of a story as it is asked for and drawn. Standard library only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PanelWish:
    """One panel for an image model: `scene` and `look` are the student's words."""

    place: int
    """From 1, of `of`."""
    of: int
    scene: str
    look: str = ""
    first_base64: str = ""
    """The first panel's JPEG, so that characters stay; empty: this is the first, or there is none."""


@dataclass(frozen=True)
class Drawn:
    """What became of a panel: a JPEG with its size in px, or the reason why there is none.

    `retry_after`: nothing was drawn, and it may be asked again after so many seconds; `stops`: neither will
    any other panel be drawn today. `sent_to`: who was given the words, whatever came back.
    """

    jpeg_base64: str = ""
    width: int = 0
    height: int = 0
    model: str = ""
    reason: str = ""
    retry_after: float | None = None
    stops: bool = False
    sent_to: str = ""
    last: bool = False
