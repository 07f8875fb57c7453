"""Anki's card templates: `{{Field}}`, `{{#Field}}`, `{{^Field}}`, filters before a field's name. Pure.

The same rules as in Anki 25.7 (rslib: template.rs, template_filters.rs, cloze.rs); a test compares the text
of both over 200 made note types. Work grows with the template, and with what comes out.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from studylens.study.exchange.gaps import Gaps

FRONT_SIDE = "FrontSide"
MOST_CHARS = 200_000
"""What one side may become: a template can repeat a field as often as it likes."""
_MOST_DEEP = 50
"""Conditions within conditions; more is no template that a person wrote."""
_OLD = "{{=<% %>=}}"
_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|\{\{(?:(?P<tag>.*?)\}\}|.*\Z)", re.DOTALL)
"""A comment, or a tag; what begins one without an end is text to the end, and read once."""
_EMPTY = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_READING = re.compile(r" ?(?<![^ >\[\]])([^ >\[\]]++)\[([^\[\]\n]++)\]")
"""A word up to its reading: begun only where a word begins, so that a long one is read once."""
_CARD_NUMBER = re.compile(r"c(\d{1,3})")


class BadTemplate(Exception):
    """A template that Anki shows an error for instead of a card."""


@dataclass(frozen=True)
class Part:
    """A piece of a template: text, a field with its filters (the last first), or a condition with parts."""

    text: str = ""
    field: str = ""
    filters: tuple[str, ...] = ()
    condition: str = ""
    is_negated: bool = False
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What a side is filled from: the note's fields, and which card of the note it is."""

    fields: Mapping[str, str]
    gaps: Mapping[str, Gaps]
    """Each field with its gaps, read once for all cards of the note."""
    number: int
    """From 1: the gap that is asked."""
    is_answer: bool = False
    """Whether it is the back."""
    is_cloze: bool = False
    """Whether gaps are what this kind of notes asks."""


def read_template(text: str) -> tuple[Part, ...]:
    """Read one side. Raises BadTemplate."""
    if text.lstrip().startswith(_OLD):
        text = text.replace(_OLD, "", 1).replace("<%", "{{").replace("%>", "}}")
    reader, done = _Reader(), 0
    for found in _TOKEN.finditer(text):
        if found["tag"] is not None:
            reader.text(text[done : found.start()])
            reader.tag(found["tag"].strip())
            done = found.end()
    reader.text(text[done:])
    return reader.parts()


class _Reader:
    """Puts the pieces of a template into the conditions in which they stand."""

    def __init__(self) -> None:
        self._open: list[tuple[str, bool, list[Part]]] = [("", False, [])]

    def text(self, text: str) -> None:
        """Take what is between two tags."""
        if text:
            self._open[-1][2].append(Part(text=text))

    def tag(self, tag: str) -> None:
        """Take a field, or begin or end a condition. Raises BadTemplate."""
        name = tag[1:].strip()
        if tag.startswith(("#", "^")):
            if len(self._open) > _MOST_DEEP:
                raise BadTemplate
            self._open.append((name, tag.startswith("^"), []))
        elif tag.startswith("/"):
            condition, is_negated, parts = self._open.pop()
            if not self._open or condition != name:
                raise BadTemplate
            self._open[-1][2].append(Part(condition=condition, is_negated=is_negated, parts=tuple(parts)))
        else:
            *filters, field = (word.strip() for word in tag.split(":"))
            self._open[-1][2].append(Part(field=field, filters=tuple(reversed(filters))))

    def parts(self) -> tuple[Part, ...]:
        """Return everything. Raises BadTemplate for a condition without an end."""
        if len(self._open) > 1:
            raise BadTemplate
        return tuple(self._open[0][2])


def render(parts: tuple[Part, ...], sheet: Sheet) -> str:
    """Return a side as HTML. Raises BadTemplate for a field that is not there, or a side without an end."""
    written: list[str] = []
    _render(parts, sheet, written, 0)
    return "".join(written)


def is_blank(parts: tuple[Part, ...], sheet: Sheet) -> bool:
    """Say whether a side shows no field with something in it: the template's own words ask nothing."""
    shows = (
        not is_blank(part.parts, sheet) if part.condition and _holds(part, sheet)
        else not part.condition and not part.text and not is_empty(sheet.fields.get(part.field, ""))
        for part in parts
    )  # fmt: skip
    return not any(shows)


def is_empty(field: str) -> bool:
    """Say whether Anki takes a field for empty: blanks and line breaks alone."""
    return _EMPTY.fullmatch(field) is not None


def hints(parts: tuple[Part, ...], sheet: Sheet) -> Iterator[str]:
    """Yield the fields that a side keeps behind a button, also those within conditions that hold."""
    for part in parts:
        if part.condition:
            yield from hints(part.parts, sheet) if _holds(part, sheet) else ()
        elif "hint" in part.filters:
            yield sheet.fields.get(part.field, "")


def _render(parts: tuple[Part, ...], sheet: Sheet, written: list[str], size: int) -> int:
    for part in parts:
        if part.condition:
            if _holds(part, sheet):
                size = _render(part.parts, sheet, written, size)
            continue
        text = part.text or _filled(part, sheet)
        size += len(text)
        if size > MOST_CHARS:
            raise BadTemplate
        written.append(text)
    return size


def _holds(part: Part, sheet: Sheet) -> bool:
    there = not is_empty(sheet.fields.get(part.condition, ""))
    if not there and part.condition not in sheet.fields:
        number = _CARD_NUMBER.fullmatch(part.condition)
        if number is None and part.condition != FRONT_SIDE:
            raise BadTemplate
        there = number is not None and int(number[1]) == sheet.number and sheet.is_cloze
    return there is not part.is_negated


def _filled(part: Part, sheet: Sheet) -> str:
    if not part.filters and part.field == FRONT_SIDE and FRONT_SIDE not in sheet.fields:
        return ""  # The front stands on the front; what is new is what counts.
    if part.field not in sheet.fields:
        if not part.field and part.filters:
            return ""
        raise BadTemplate
    text = sheet.fields[part.field]
    filters = list(part.filters)
    if "type" in filters:
        return _typed(part, sheet)
    for name in filters:
        text = _filtered(name, text, part, sheet)
    return text


def _typed(part: Part, sheet: Sheet) -> str:
    """Return what is typed: nothing on the front, the answer on the back."""
    if not sheet.is_answer:
        return ""
    if "cloze" in part.filters:
        gaps = sheet.gaps.get(part.field)
        return ", ".join(gaps.answers(sheet.number)) if gaps else ""
    return sheet.fields[part.field]


def _filtered(name: str, text: str, part: Part, sheet: Sheet) -> str:
    if name in {"cloze", "cloze-only"}:
        return _gaps(name, sheet.gaps.get(part.field), sheet)
    if name in _READINGS:
        return _READING.sub(_READINGS[name], text.replace("&nbsp;", " "))
    is_unseen = name == "hint" and not sheet.is_answer  # Behind a button in Anki: not to be read at once.
    return "" if is_unseen or name.startswith(("tts ", "tts-voices")) else text


def _gaps(name: str, gaps: Gaps | None, sheet: Sheet) -> str:
    if gaps is None:
        return ""
    if name == "cloze-only":
        return ", ".join(gaps.answers(sheet.number))
    return gaps.shown(sheet.number, is_answer=sheet.is_answer)


def _kana(found: re.Match[str]) -> str:
    return found[0] if found[2].startswith("sound:") else found[2]


def _furigana(found: re.Match[str]) -> str:
    return found[0] if found[2].startswith("sound:") else f"<ruby>{found[1]}<rt>{found[2]}</rt></ruby>"


_READINGS: dict[str, str | Callable[[re.Match[str]], str]] = {
    "kanji": r"\1", "kana": _kana, "furigana": _furigana,
}  # fmt: skip
"""Filters of a word with its reading in brackets behind it."""
