"""What a student's own device read on a photo that stayed there: pieces of text and their places, no pixels.

Standard library only: the web process makes it from what came in, the analysis puts it in order.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

Corner = tuple[float, float]
Quad = tuple[Corner, Corner, Corner, Corner]
"""Clockwise from the text's own top left, in fractions (0-1) of the picture as it was turned to be read."""


@dataclass(frozen=True)
class DeviceBox:
    """A piece of text as the device found it, read or not: every box counts for the trust in a page."""

    text: str
    score: float
    """0-1."""
    corners: Quad
    """Of a bent line: those of its two ends."""
    middle: tuple[float, ...] = ()
    """Of a bent line: how far down its middle is (0-1) at evenly spaced places from left to right."""


@dataclass(frozen=True)
class DeviceGrid:
    """A ruled table: where its rules are, edges included, in fractions (0-1) of the picture."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]


@dataclass(frozen=True)
class DevicePage:
    """One photo as a device read it; `width` and `height` in px are those of the turned picture."""

    width: int
    height: int
    reader: str
    """The name and version of what read it, e.g. `studylens-1`."""
    boxes: tuple[DeviceBox, ...]
    grids: tuple[DeviceGrid, ...] = ()
    turned: int = 0
    """0, 90, 180 or 270: degrees clockwise by which the picture was turned to be read."""
    vertical: bool = False
    """Written in columns downwards, from right to left."""


@dataclass(frozen=True)
class DeviceUpload:
    """A page as it came in: what a device read, with the photo's name and fingerprint.

    `place`: of its photo among all pages of the form, from 1; 0: after all others. `sha256`: of the photo's
    file, by which the student's own browser finds its picture; empty: it has none.
    """

    page: DevicePage
    name: str
    sha256: str = ""
    place: int = 0
    sent_bytes: int = 0

    @property
    def columns(self) -> dict[str, Any]:
        """What a job keeps of it."""
        told = {"name": self.name, "sha256": self.sha256, "uploaded_bytes": self.sent_bytes}
        return {**told, "text": dump(self.page)}


def dump(page: DevicePage) -> str:
    """Return the page as JSON, as a job carries it."""
    return json.dumps(asdict(page), ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> DevicePage:
    """Return the page of a job that `dump` wrote; raises ValueError for what is no JSON."""
    return page_of(json.loads(text))


def page_of(told: dict[str, Any]) -> DevicePage:
    """Return the page of plain JSON types that `dataclasses.asdict` made."""
    boxes = (
        DeviceBox(box["text"], box["score"], _quad(box["corners"]), tuple(box["middle"]))
        for box in told["boxes"]
    )
    grids = (DeviceGrid(tuple(grid["xs"]), tuple(grid["ys"])) for grid in told["grids"])
    return DevicePage(**{**told, "boxes": tuple(boxes), "grids": tuple(grids)})


def _quad(corners: Any) -> Quad:
    first, second, third, fourth = ((float(x), float(y)) for x, y in corners)
    return first, second, third, fourth
