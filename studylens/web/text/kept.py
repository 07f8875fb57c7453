"""Text that was made into HTML, kept for the next page: by a hash of its words, never by whose they are.

A formula takes half a millisecond to become MathML, and a pack's page shows the same ones each time. What is
kept lies in this process alone, goes with it, and makes room for what is shown later.
"""

import hashlib
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from studylens.web.text.formulas import Formulas

KEPT_BYTES = 1_500_000
"""Of all texts together: some 700 cards with formulas, or the explanations of 60 packs."""
MOST_BYTES = KEPT_BYTES // 16
"""A longer one would push out all others, and is rare."""
_ENTRY_BYTES = 400
"""What an entry takes beside its text: its key, its fields, its place in the table."""


@dataclass(frozen=True, slots=True)
class _Made:
    """Safe HTML, and what it takes of a page's formulas (formulas.py)."""

    html: Markup
    formulas: int
    mathml_chars: int

    @property
    def size(self) -> int:
        return sys.getsizeof(self.html) + _ENTRY_BYTES


class KeptTexts:
    """What was made last, up to so many bytes; threads share it."""

    def __init__(self, most_bytes: int = KEPT_BYTES) -> None:
        self._most_bytes, self.size = most_bytes, 0
        self._made: OrderedDict[bytes, _Made] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Return how many texts are kept."""
        return len(self._made)

    def render(self, make: Callable[[str, Formulas], Markup], text: str, page: Formulas) -> Markup:
        """Return what `make` makes of the text, now or earlier; its formulas count as the page's."""
        key = hashlib.blake2b(
            f"{make.__name__} {text}".encode("utf-8", "surrogatepass"), digest_size=16
        ).digest()
        with self._lock:
            found = self._made.get(key)
            if found is not None:
                self._made.move_to_end(key)
        if found is not None and page.take(found.formulas, found.mathml_chars):
            return found.html
        before = page.spent
        html = make(text, page)
        formulas, chars = (after - earlier for after, earlier in zip(page.spent, before, strict=True))
        if not page.is_full:
            self._keep(key, _Made(html, formulas, chars))
        return html

    def clear(self) -> None:
        """Forget everything: somebody deletes for good what may be among it."""
        with self._lock:
            self._made.clear()
            self.size = 0

    def _keep(self, key: bytes, made: _Made) -> None:
        if made.size > MOST_BYTES:
            return
        with self._lock:
            old = self._made.pop(key, None)
            self._made[key] = made
            self.size += made.size - (old.size if old else 0)
            while self.size > self._most_bytes:
                self.size -= self._made.popitem(last=False)[1].size


kept_texts = KeptTexts()
"""Those of this process."""
