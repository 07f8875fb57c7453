"""Anki's language of searches, as far as it is understood here: terms that must all be met. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property

from studylens.anki_door.faults import DoorFault

MOST_CHARS = 10_000
"""Of a query: `nid:` and a thousand numbers."""
WORD = ""
"""The key of a term that is a word alone."""
KEYS = {WORD, "deck", "tag", "note", "nid", "cid", "is", "front", "back", "text", "back extra"}
STATES = {"due", "new", "learn", "review", "suspended"}
_TERM = re.compile(r'\s*(-?)(?:"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.|"(?:[^"\\]|\\.)*")+))', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_KEY = re.compile(r"(?:[^:\\]|\\.)*:", re.DOTALL)
_WILD = re.compile(r"\\(.)|(\*)|(_)", re.DOTALL)


@dataclass(frozen=True)
class Term:
    """One condition: `key` of KEYS, `value` as it was written, with Anki's wildcards and escapes."""

    key: str
    value: str
    negated: bool = False

    @property
    def plain(self) -> str | None:
        """The value without escapes; None when wildcards make it stand for many."""
        if any(found[2] or found[3] for found in _WILD.finditer(self.value)):
            return None
        return _ESCAPED.sub(r"\1", self.value)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of `nid:1,2`. Raises DoorFault."""
        parts = [part.strip() for part in self.value.split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
            raise not_understood(f"{self.key}:{self.value}")
        return tuple(map(int, parts))

    def fits(self, text: str) -> bool:
        """Say whether a text is what the value looks like: `*` is anything, `_` one sign; a word is in it."""
        return self._pattern.fullmatch(text) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Each piece between two `*` is taken where it first fits, for good, so no text takes long."""
        pieces, done = [""], 0
        for found in _WILD.finditer(self.value):
            pieces[-1] += re.escape(self.value[done : found.start()])
            done = found.end()
            if found[2]:
                pieces.append("")
            else:
                pieces[-1] += re.escape(found[1]) if found[1] else "."
        pieces[-1] += re.escape(self.value[done:])
        pieces = ["", *pieces, ""] if self.key == WORD else pieces
        first, *middle, last = pieces if len(pieces) > 1 else (pieces[0], None)
        if last is None:
            return re.compile(first, re.IGNORECASE | re.DOTALL)
        taken = "".join(f"(?>.*?{piece})" for piece in middle)
        return re.compile(f"{first}{taken}.*{last}", re.IGNORECASE | re.DOTALL)


def read(query: str) -> list[Term]:
    """Return the terms of a query. Raises DoorFault for what is not understood, naming it."""
    if len(query) > MOST_CHARS:
        raise DoorFault(f"A search has at most {MOST_CHARS} characters.")
    terms, done = [], 0
    while query[done:].strip():
        found = _TERM.match(query, done)
        if found is None:
            raise not_understood(query[done:].strip())
        done = found.end()
        text = found[2] if found[2] is not None else found[3]
        if found[2] is None and text.lower() == "and":
            continue
        terms.append(_term(text, negated=bool(found[1]), quoted=found[2] is not None))
    return terms


def not_understood(part: str) -> DoorFault:
    """Return the fault that names a part of a search."""
    return DoorFault(f"this part of the search is not understood here: {part[:100]}")


def _term(text: str, *, negated: bool, quoted: bool) -> Term:
    if not quoted and (text.lower() == "or" or text[:1] == "(" or text[-1:] == ")"):
        raise not_understood(text)
    key, value = _parted(text)
    value = value if quoted or key == WORD else _unquoted(value)
    if key not in KEYS or (key == "is" and value.lower() not in STATES):
        raise not_understood(text)
    return Term(key, value if quoted or key != WORD else _unquoted(value), negated)


def _parted(text: str) -> tuple[str, str]:
    """Return key and value; a colon behind a backslash parts nothing."""
    found = _KEY.match(text)
    return (found[0][:-1].strip().lower(), text[found.end() :]) if found else (WORD, text)


def _unquoted(value: str) -> str:
    is_whole = len(value) > 1 and value[0] == value[-1] == '"'
    return value[1:-1] if is_whole else value
