"""Formulas kept aside while the text around them is sanitised, and how many of them a page may have."""

import html
import re
import secrets

from markupsafe import Markup

from studylens.web.text.maths import to_mathml

MAX_FORMULAS = 2_000
"""A page: the smallest takes 60 us to convert; a page of 60 cards and questions has some hundreds."""
MAX_MATHML_CHARS = 500_000
"""A page: MathML is 20 times as long as its source, or more."""
_PLACE = re.compile("\ue000([0-9a-f]{32})\ue001")
"""Where a formula goes. Text can hold such characters too, as entities; it cannot guess 128 random bits."""


class Formulas:
    """The formulas of one page; each stands in one place only."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}
        self._left = MAX_FORMULAS
        self._chars_left = MAX_MATHML_CHARS

    @property
    def spent(self) -> tuple[int, int]:
        """How many formulas the page has, and how long their MathML is, in characters."""
        return MAX_FORMULAS - self._left, MAX_MATHML_CHARS - self._chars_left

    @property
    def is_full(self) -> bool:
        """Say whether further formulas are shown as their source."""
        return self._left <= 0

    def take(self, formulas: int, mathml_chars: int) -> bool:
        """Count formulas that were made earlier as the page's; False, and nothing, when they are too many."""
        if formulas > self._left or mathml_chars > self._chars_left:
            return False
        self._left -= formulas
        self._chars_left -= mathml_chars
        return True

    def place(self, tex: str, *, block: bool) -> str:
        """Keep a formula's MathML (its source when the page has enough); return what stands in for it."""
        key = secrets.token_hex(16)
        self._kept[key] = self._convert(tex, block=block)
        return f"\ue000{key}\ue001"

    def put_back(self, clean: str) -> Markup:
        """Return sanitised text with its formulas; a forged or repeated place becomes nothing."""
        # Both halves are sanitised already; their own sanitiser each keeps the allowed elements apart.
        return Markup(_PLACE.sub(lambda found: self._kept.pop(found[1], ""), clean))  # noqa: S704

    def _convert(self, tex: str, *, block: bool) -> str:
        if self._left > 0:
            self._left -= 1
            mathml = to_mathml(tex, block=block)
            self._chars_left -= len(mathml)
            if self._chars_left >= 0:
                return mathml
            self._left = 0
        return f"<code>{html.escape(tex)}</code>"
