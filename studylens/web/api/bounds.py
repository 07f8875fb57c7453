"""What the OpenAPI document says of a value beyond its type; views refuse the same, in words."""

from dataclasses import dataclass
from typing import Annotated

from studylens.limits import ANSWER_ITEM_CHARS, ANSWER_TITLE_CHARS
from studylens.study.packs.subjects import SUBJECT_CHARS
from studylens.study.resources.pages import CURSOR_CHARS, MOST_AT_ONCE

STORABLE = r"^[^\u0000]*$"
"""No database keeps a NUL."""
WRITTEN = r"^[^\u0000]*[^\u0000-\u0020\u0085\s][^\u0000]*$"
"""Something that can be seen stands in it."""
CURSOR = r"^[A-Za-z0-9_=-]*$"
REVIEW_ID = r"[A-Za-z0-9_-]{16,64}"


@dataclass(frozen=True)
class Bounds:
    """What a value must be; what is empty or 0 bounds nothing."""

    pattern: str = ""
    chars: int = 0
    """At most, of a text."""
    items: int = 0
    """At most, of a list."""
    least: int = 0
    most: int = 0
    """Of a number."""

    def schema(self) -> dict[str, str | int]:
        """Return it as keywords of a JSON schema."""
        said: dict[str, str | int] = {
            "pattern": self.pattern,
            "maxLength": self.chars,
            "maxItems": self.items,
            "minimum": self.least,
            "maximum": self.most,
        }
        return {name: value for name, value in said.items() if value}


Words = Annotated[str, Bounds(STORABLE)]
Base64 = Annotated[str, Bounds(r"^[A-Za-z0-9+/]*={0,2}$")]
Side = Annotated[str, Bounds(WRITTEN, ANSWER_ITEM_CHARS)]
FreeSide = Annotated[str, Bounds(STORABLE, ANSWER_ITEM_CHARS)]
"""Empty where a picture stands in its place."""
Title = Annotated[str, Bounds(WRITTEN, ANSWER_TITLE_CHARS)]
Subject = Annotated[str, Bounds(STORABLE, SUBJECT_CHARS)]
OwnId = Annotated[str, Bounds("^([0-9a-f]{32})?$")]
ReviewId = Annotated[str, Bounds(f"^{REVIEW_ID}$")]
Cursor = Annotated[str, Bounds(CURSOR, CURSOR_CHARS)]
AtOnce = Annotated[int, Bounds(least=1, most=MOST_AT_ONCE)]
SomeWords = Annotated[list[Words], Bounds(items=MOST_AT_ONCE)]
SomeNumbers = Annotated[list[int], Bounds(items=MOST_AT_ONCE)]
