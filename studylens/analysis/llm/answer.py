"""Gemini's answer: the schema that it is asked for, and its validation into the result's dataclasses.

Nothing in an answer is believed before it is checked: what does not validate is dropped item by item.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, TypeVar

from studylens import config as limits
from studylens.analysis.llm.client import BadAnswer, OddPage
from studylens.analysis.llm.slips import escaped
from studylens.analysis.llm.text import clean, normalised, related, shortened, unlettered
from studylens.analysis.protocol.judged import judged
from studylens.analysis.protocol.result import Card, KeyTerm, Line, Material, Question

T = TypeVar("T")
KINDS = ("definition", "cloze", "short_answer")
LEVELS = ("remember", "understand", "apply", "analyse")
"""Of Bloom, as far as one page can be asked."""
MODEL = "model"
"""The rule of an item that a model made."""
GAP = "___"
"""What the front of a cloze card must hold, at least."""

_TEXT = {"type": "STRING"}
_NUMBER = {"type": "INTEGER"}
_SOURCE = {"type": "INTEGER", "nullable": True}
_LEVEL = {"type": "STRING", "format": "enum", "enum": list(LEVELS), "nullable": True}


def _list_of(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "ARRAY", "items": _object(**properties)}


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    required = [name for name, kind in properties.items() if not kind.get("nullable")]
    return {"type": "OBJECT", "properties": properties, "required": required}


_MATERIAL: dict[str, Any] = {
    "title": _TEXT,
    "summary": _TEXT,
    "explanation": _TEXT,
    "key_terms": _list_of(term=_TEXT, definition=_TEXT, source_line=_SOURCE),
    "cards": _list_of(
        front=_TEXT,
        back=_TEXT,
        kind={"type": "STRING", "format": "enum", "enum": list(KINDS)},
        level=_LEVEL,
        source_line=_SOURCE,
    ),
    "quiz": _list_of(
        question=_TEXT,
        options={"type": "ARRAY", "items": _TEXT},
        answer_index=_NUMBER,
        explanation=_TEXT,
        level=_LEVEL,
        source_line=_SOURCE,
    ),
}
TEXT_SCHEMA = _object(**_MATERIAL)
"""For pasted text, whose transcript is the student's own."""
PHOTO_SCHEMA = _object(transcript=_list_of(n=_NUMBER, text=_TEXT), **_MATERIAL)
"""For a photo. Lines carry their number, so that the model need not count to name a source."""


@dataclass(frozen=True)
class _Page:
    """What the sources of one answer are checked against: `lines` by the number the model knows them by."""

    lines: Mapping[int, Line]
    origin: str

    def source(self, number: Any, *texts: str) -> int | None:
        """Return the line's own number, or None when it does not exist or is about something else."""
        line = self.lines.get(number) if _is_integer(number) else None
        return line.n if line and related(line.text, " ".join(texts)) else None


def read(
    text: str, *, model: str, engine: str = "gemini", own_lines: Sequence[Line] = ()
) -> tuple[Material, tuple[Line, ...]]:
    """Return study material and transcript from an answer's JSON text, only what validates and is judged fit.

    `own_lines` are those of pasted text; then the model's transcript does not count. Raises BadAnswer.
    """
    answer = _parsed(text)
    lines = {line.n: line for line in own_lines} or _transcript(_items(answer, "transcript"))
    material = _material(answer, _Page(lines, f"{engine}:{model}"))
    if material == Material(title=material.title) and (own_lines or not lines):
        raise OddPage("its answer held nothing usable")
    return judged(material, tuple(lines.values())), tuple(lines.values())


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        answer = _loaded(text)
    except (ValueError, RecursionError) as error:
        raise BadAnswer("its answer is not JSON") from error
    if not isinstance(answer, dict):
        raise BadAnswer("its answer is not a JSON object")
    return answer


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(escaped(text))


def _transcript(items: Iterable[Any]) -> dict[int, Line]:
    """Return the lines that hold text, numbered anew from 1, by the number that the model gave each."""
    lines: dict[int, Line] = {}
    for position, item in enumerate(items, start=1):
        given = item if isinstance(item, dict) else {"text": item}
        text = shortened(clean(given.get("text"), one_line=True), limits.ANSWER_LINE_CHARS)
        number = given.get("n")
        if text and len(lines) < limits.ANSWER_MAX_LINES:
            known = number if _is_integer(number) else position
            # A number given twice names neither line for sure: the second gets one that no source can name.
            lines[known if known not in lines else -len(lines) - 1] = Line(len(lines) + 1, text)
    return lines


def _material(answer: Mapping[str, Any], page: _Page) -> Material:
    return Material(
        title=shortened(clean(answer.get("title"), one_line=True), limits.ANSWER_TITLE_CHARS),
        summary=shortened(clean(answer.get("summary")), limits.ANSWER_SUMMARY_CHARS),
        explanation=shortened(clean(answer.get("explanation")), limits.ANSWER_EXPLANATION_CHARS),
        key_terms=_kept(_items(answer, "key_terms"), _key_term, page, lambda term: term.term),
        cards=_kept(_items(answer, "cards"), _card, page, lambda card: card.front),
        quiz=_kept(_items(answer, "quiz"), _question, page, lambda item: item.question),
    )


def _kept(
    items: Iterable[Any],
    build: Callable[[Mapping[str, Any], _Page], T | None],
    page: _Page,
    asks: Callable[[T], str],
) -> tuple[T, ...]:
    """Build each item, without those that do not validate or that ask the same as an earlier one."""
    kept: dict[str, T] = {}
    for item in items:
        built = build(item, page) if isinstance(item, dict) else None
        if built is not None and len(kept) < limits.ANSWER_MAX_ITEMS:
            kept.setdefault(normalised(asks(built)), built)
    return tuple(kept.values())


def _key_term(item: Mapping[str, Any], page: _Page) -> KeyTerm | None:
    term, definition = clean(item.get("term"), one_line=True), _side(item, "definition")
    if not term or len(term) > limits.ANSWER_TITLE_CHARS:
        return None
    return KeyTerm(
        term, definition or None, page.source(item.get("source_line"), term, definition), page.origin, MODEL
    )


def _card(item: Mapping[str, Any], page: _Page) -> Card | None:
    front, back = _side(item, "front"), _side(item, "back")
    if not front or not back or normalised(front) == normalised(back):
        return None
    kind = item.get("kind")
    if kind not in KINDS or (kind == "cloze" and GAP not in front):
        kind = "short_answer"
    source = page.source(item.get("source_line"), front, back)
    return Card(front, back, kind, source, page.origin, rule=MODEL, level=_level(item))


def _level(item: Mapping[str, Any]) -> str:
    level = item.get("level")
    return level if level in LEVELS else ""


def _question(item: Mapping[str, Any], page: _Page) -> Question | None:
    question, explanation, answer = (
        _side(item, "question"),
        _side(item, "explanation"),
        item.get("answer_index"),
    )
    given = unlettered([clean(option, one_line=True) for option in _items(item, "options")])
    if not question or not _is_integer(answer) or not 0 <= answer < len(given) or not given[answer]:
        return None
    options = _distinct(given)
    right = options.get(normalised(given[answer]))
    if not 2 <= len(options) <= limits.ANSWER_MAX_OPTIONS or max(map(len, given)) > limits.ANSWER_ITEM_CHARS:
        return None
    source = page.source(item.get("source_line"), question, given[answer], explanation)
    shown = tuple(options.values())
    place = shown.index(str(right))
    return Question(question, shown, place, explanation, source, page.origin, rule=MODEL, level=_level(item))


def _distinct(options: Iterable[str]) -> dict[str, str]:
    """Return the first of each group of options that a reader takes for the same, by what they share."""
    kept: dict[str, str] = {}
    for option in filter(None, options):
        kept.setdefault(normalised(option), option)
    return kept


def _side(item: Mapping[str, Any], name: str) -> str:
    """Return one text of an item, or nothing when it is too long: cut short it would say something else."""
    text = clean(item.get(name))
    return text if len(text) <= limits.ANSWER_ITEM_CHARS else ""


def _items(answer: Mapping[str, Any], name: str) -> list[Any]:
    items = answer.get(name)
    return items if isinstance(items, list) else []


def _is_integer(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
