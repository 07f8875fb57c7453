"""Cards, questions and key terms out of an answer, each checked by itself before anybody sees it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from studylens import limits
from studylens.analysis.llm.ledger import (
    EMPTY,
    MODEL,
    NO_RIGHT_OPTION,
    NOT_WHOLE,
    OPTIONS_FEW,
    OPTIONS_MANY,
    OVER_LIMIT,
    REPEATED,
    TOO_LONG,
    Ledger,
)
from studylens.analysis.llm.schema import KINDS, LEVELS
from studylens.analysis.llm.text import clean, normalised, related, unlettered
from studylens.analysis.llm.values import as_integer, as_list, as_text
from studylens.analysis.protocol.result import Card, KeyTerm, Line, Question

T = TypeVar("T")
GAP = "___"
"""What the front of a cloze card must hold, at least."""
_LEVELS = {"analyze": "analyse", "analyzing": "analyse", "remembering": "remember"}
"""Other spellings of a level."""


class _Left(Exception):
    """An item that is left out, for a reason of judging.reasons."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Page:
    """What the sources of one answer are checked against: `lines` by the number the model knows them by."""

    lines: Mapping[int, Line]
    origin: str

    def source(self, number: Any, *texts: str) -> int | None:
        """Return the line's own number, or None when it does not exist or is about something else."""
        known = as_integer(number)
        line = self.lines.get(known) if known is not None else None
        return line.n if line and related(line.text, " ".join(texts)) else None


def key_terms(items: Sequence[Any], page: Page, ledger: Ledger) -> tuple[KeyTerm, ...]:
    """Return the key terms that validate, each once."""
    return _kept(items, lambda item: _key_term(item, page), lambda term: term.term, ledger)


def cards(items: Sequence[Any], page: Page, ledger: Ledger) -> tuple[Card, ...]:
    """Return the cards that validate, each once."""
    return _kept(items, lambda item: _card(item, page), lambda card: card.front, ledger)


def questions(items: Sequence[Any], page: Page, ledger: Ledger) -> tuple[Question, ...]:
    """Return the questions that validate, each once."""
    return _kept(items, lambda item: _question(item, page), lambda one: one.question, ledger)


def _kept(
    items: Iterable[Any], build: Callable[[Mapping[str, Any]], T], asks: Callable[[T], str], ledger: Ledger
) -> tuple[T, ...]:
    """Build each item; count those that do not validate or that ask the same as an earlier one."""
    kept: dict[str, T] = {}
    for item in items:
        try:
            built = build(_whole(item))
        except _Left as left:
            ledger.drop(left.reason)
            continue
        name = normalised(asks(built))
        if name in kept:
            ledger.drop(REPEATED)
        elif len(kept) >= limits.ANSWER_MAX_ITEMS:
            ledger.drop(OVER_LIMIT)
        else:
            kept[name] = built
    return tuple(kept.values())


def _whole(item: Any) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise _Left(NOT_WHOLE)
    return item


def _key_term(item: Mapping[str, Any], page: Page) -> KeyTerm:
    term = clean(as_text(item.get("term")), one_line=True)
    if not term:
        raise _Left(EMPTY)
    if len(term) > limits.ANSWER_TITLE_CHARS:
        raise _Left(TOO_LONG)
    definition = clean(as_text(item.get("definition")))
    if len(definition) > limits.ANSWER_ITEM_CHARS:
        raise _Left(TOO_LONG)
    source = page.source(item.get("source_line"), term, definition)
    return KeyTerm(term, definition or None, source, page.origin, MODEL)


def _card(item: Mapping[str, Any], page: Page) -> Card:
    front, back = _side(item, "front"), _side(item, "back")
    if normalised(front) == normalised(back):
        raise _Left("answer_in_question")
    kind = _word(item.get("kind"))
    if kind not in KINDS or (kind == "cloze" and GAP not in front):
        kind = "short_answer"
    source = page.source(item.get("source_line"), front, back)
    return Card(front, back, kind, source, page.origin, rule=MODEL, level=_level(item))


def _level(item: Mapping[str, Any]) -> str:
    level = _word(item.get("level"))
    level = _LEVELS.get(level, level)
    return level if level in LEVELS else ""


def _word(value: Any) -> str:
    """Return a name of the schema however it is written: `Short answer` for `short_answer`."""
    return "_".join(value.casefold().replace("-", " ").split()) if isinstance(value, str) else ""


def _question(item: Mapping[str, Any], page: Page) -> Question:
    question, explanation = _side(item, "question"), _side(item, "explanation", may_be_empty=True)
    given = unlettered([clean(as_text(option), one_line=True) for option in as_list(item.get("options"))])
    answer = as_integer(item.get("answer_index"))
    if answer is None or not 0 <= answer < len(given) or not given[answer]:
        raise _Left(NO_RIGHT_OPTION)
    if max(map(len, given)) > limits.ANSWER_ITEM_CHARS:
        raise _Left(TOO_LONG)
    options = _distinct(given)
    if not 2 <= len(options) <= limits.ANSWER_MAX_OPTIONS:
        raise _Left(OPTIONS_FEW if len(options) < 2 else OPTIONS_MANY)
    right = options[normalised(given[answer])]
    source = page.source(item.get("source_line"), question, given[answer], explanation)
    shown = tuple(options.values())
    level = _level(item)
    return Question(
        question, shown, shown.index(right), explanation, source, page.origin, rule=MODEL, level=level
    )


def _distinct(options: Iterable[str]) -> dict[str, str]:
    """Return the first of each group of options that a reader takes for the same, by what they share."""
    kept: dict[str, str] = {}
    for option in filter(None, options):
        kept.setdefault(normalised(option), option)
    return kept


def _side(item: Mapping[str, Any], name: str, *, may_be_empty: bool = False) -> str:
    """Return one text of an item. One that is too long costs the item: cut it would say something else."""
    text = clean(as_text(item.get(name)))
    if len(text) > limits.ANSWER_ITEM_CHARS:
        raise _Left(TOO_LONG)
    if not text and not may_be_empty:
        raise _Left(EMPTY)
    return text
