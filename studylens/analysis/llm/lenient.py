"""JSON with the slips of language models, read as far as it is whole: linear time, bounded depth, no guesses.

Mended: prose after it, commas too many or missing, raw line breaks, stray backslashes and quotes in texts,
Python's None and True, numbers of thousands of digits. What stays broken costs one item, not the answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from studylens.analysis.llm.slips import decoded, whole_paragraphs
from studylens.analysis.llm.values import fraction, joined, whole_number

MAX_DEPTH = 16
"""An answer of ours is four deep; past this it is an attack on the reader."""

_GAP = re.compile(r"[\s,\ufeff]*")
_CHUNK = re.compile(r'[^"\\]*')
_NUMBER = re.compile(r"-?\d+(?P<rest>(?:\.\d*)?(?:[eE][-+]?\d+)?)")
_WORD = re.compile(r"true|false|null|True|False|None|NaN|-?Infinity")
_WORDS = {"true": True, "True": True, "false": False, "False": False}
_DEEPER = re.compile(r"[\[{\s]*")
_NAME = re.compile(r'"([^"\\]{0,100})"\s*:')
_AFTER_FIELD = re.compile(r'\s*(?:\Z|[}\]]|,\s*(?:\Z|["}\]])|"\w+"\s*:)')
_AFTER_ITEM = re.compile(r'\s*(?:\Z|[}\]]|,\s*(?:\Z|["}\]\[{\d-]|true|false|null))')
"""What follows a quote that ends a text, by where the text stands; any other quote belongs to the text."""
_OPENS = re.compile(r"\{\s{0,9}\Z")
_NAMES = re.compile(r"\s*:")
"""What stands before or after a quote that belongs to no text: the text's own end was missed."""
_ITEM = re.compile(r'\{\s*"')
_NEXT_ITEM = r"\}\s*(?:,\s*)?(?=\{)|\}\s*(?=\])"


class _Broken(Exception):
    """No JSON at `at`."""


class _Ended(Exception):
    """The text is over before its JSON is; `raw` had come of a text by then."""

    def __init__(self, raw: str = "") -> None:
        super().__init__()
        self.raw = raw


@dataclass
class _Fields:
    """Fields of an object as they come; `ours`: one of them is an answer's own."""

    pairs: list[tuple[str, Any]] = field(default_factory=list)
    ours: bool = False


class Parser:
    """One object or list from `start` on, in `value`; `names` are those of an answer's own fields."""

    def __init__(self, text: str, start: int, names: Sequence[str]) -> None:
        self.at = start
        self.cut = False
        self.broken: dict[str, int] = {}
        self._text = text
        self._begun = start
        """Where the text that is being read began."""
        self._names = frozenset(names)
        name = f'"(?:{"|".join(map(re.escape, names))})"\\s*:'
        self._next_field = re.compile(rf",\s*(?={name})")
        self._next_item = re.compile(rf"(?P<item>{_NEXT_ITEM})|,\s*(?={name})")
        try:
            self.value = self._outside(0)
        except (_Broken, _Ended):
            self.value = None

    def _outside(self, depth: int) -> Any:
        """Read a value that may hold the answer's object, as far as it goes."""
        if depth <= MAX_DEPTH and self._is("["):
            return self._list_around(depth)
        if depth <= MAX_DEPTH and self._is("{"):
            return self._answer(depth)
        return self._value(depth, _AFTER_FIELD)

    def _list_around(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self.at += 1
        try:
            while not self._closes("]"):
                found.append(self._outside(depth + 1))
        except (_Broken, _Ended):
            pass
        return found

    def _answer(self, depth: int) -> dict[str, Any]:
        fields = _Fields()
        self.at += 1
        while True:
            try:
                if self._closes("}"):
                    break
                self._field(fields, depth)
            except _Ended:
                self.cut = True
                break
            except _Broken:
                # In what is none of ours nothing is sought.
                begin = self.at
                goes_on = fields.ours and self._skips_to_field()
                self._lose("", begin, self.at)
                if not goes_on:
                    break
        return joined(fields.pairs)

    def _field(self, fields: _Fields, depth: int) -> None:
        name, pairs = self._name(), fields.pairs
        fields.ours = fields.ours or name in self._names
        if fields.ours and self._is("["):
            pairs.append((name, self._items(name)))
        elif fields.ours and self._is('"'):
            try:
                pairs.append((name, self._text_value(_AFTER_FIELD)))
            except _Ended as end:
                pairs.append((name, whole_paragraphs(end.raw)))
                raise
        else:
            pairs.append((name, self._outside(depth + 1)))

    def _items(self, name: str) -> list[Any]:
        """Read a list of the answer's own; an item that is not whole is counted and left out."""
        found: list[Any] = []
        self.at += 1
        while True:
            begin = self._end_of(_GAP)
            try:
                if self._closes("]"):
                    return found
                found.append(self._value(1, _AFTER_ITEM))
            except _Ended:
                self._lose(name, begin, len(self._text))
                return found
            except _Broken:
                goes_on = self._skips_to_item(begin)
                self._lose(name, begin, self.at)
                if not goes_on:
                    return found

    def _lose(self, name: str, begin: int, end: int) -> None:
        """Count the items that begin between two places."""
        if lost := len(_ITEM.findall(self._text, begin, end)) or int(begin < end and bool(name)):
            self.broken[name] = self.broken.get(name, 0) + lost

    def _skips_to_field(self) -> bool:
        following = self._next_field.search(self._text, self.at)
        self.at = following.end() if following else len(self._text)
        self.cut = self.cut or following is None
        return following is not None

    def _skips_to_item(self, begin: int) -> bool:
        """Go on at the next item; at this place if one begins where a name was wanted."""
        if self.at > begin and self._text.startswith("{", self.at):
            return True
        following = self._next_item.search(self._text, self.at)
        if following is None:
            return False
        self.at = following.end()
        return following["item"] is not None

    def _value(self, depth: int, after: re.Pattern[str]) -> Any:
        if depth > MAX_DEPTH:
            self.at = self._end_of(_DEEPER)
            raise _Broken
        if self._is('"'):
            return self._text_value(after)
        if self._is("{"):
            return self._object(depth)
        if self._is("["):
            return self._list(depth)
        return self._plain()

    def _object(self, depth: int) -> dict[str, Any]:
        pairs = []
        self.at += 1
        while not self._closes("}"):
            name = self._name()
            pairs.append((name, self._value(depth + 1, _AFTER_FIELD)))
        return joined(pairs)

    def _list(self, depth: int) -> list[Any]:
        found = []
        self.at += 1
        while not self._closes("]"):
            found.append(self._value(depth + 1, _AFTER_ITEM))
        return found

    def _plain(self) -> Any:
        """Read a number or a word; nothing for one that no field of ours can hold."""
        if number := _NUMBER.match(self._text, self.at):
            self.at = number.end()
            return whole_number(number[0]) if not number["rest"] else fraction(number[0])
        if word := _WORD.match(self._text, self.at):
            self.at = word.end()
            return _WORDS.get(word[0])
        raise _Broken

    def _name(self) -> str:
        found = _NAME.match(self._text, self.at)
        if found is None:
            raise _Broken
        self.at = found.end()
        return found[1]

    def _text_value(self, after: re.Pattern[str]) -> str:
        """Read a text whose last quote is followed by `after`; the quotes before it are its own."""
        parts: list[str] = []
        self.at += 1
        self._begun = self.at
        while True:
            chunk = _CHUNK.match(self._text, self.at)
            end = chunk.end() if chunk else self.at
            parts.append(self._text[self.at : end])
            if end + 1 >= len(self._text) and not self._text.endswith('"', end):
                raise _Ended("".join(parts))
            self.at = end + 1
            if self._text[end] == "\\":
                parts.append(self._text[end : end + 2])
                self.at = end + 2
            elif after.match(self._text, self.at):
                return decoded("".join(parts))
            else:
                self._require_text(end)
                parts.append(r"\"")

    def _require_text(self, quote: int) -> None:
        """Raise _Broken where a text has run over its end, into the names of fields."""
        if _NAMES.match(self._text, self.at) or _OPENS.search(self._text[max(0, quote - 10) : quote]):
            self.at = max(self._begun, self._text.rfind("}", self._begun, quote))
            raise _Broken

    def _is(self, sign: str) -> bool:
        self.at = self._end_of(_GAP)
        if self.at >= len(self._text):
            raise _Ended
        return self._text[self.at] == sign

    def _closes(self, sign: str) -> bool:
        if not self._is(sign):
            return False
        self.at += 1
        return True

    def _end_of(self, pattern: re.Pattern[str]) -> int:
        return found.end() if (found := pattern.match(self._text, self.at)) else self.at
