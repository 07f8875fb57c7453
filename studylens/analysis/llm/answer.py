"""A model's answer about a page: read, checked against the page, judged; what is not used is counted.

Nothing in an answer is believed before it is checked, whichever engine gave it: what does not validate is
dropped item by item, and each item that came is either shown or named with the reason.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from studylens import limits
from studylens.analysis.llm import items
from studylens.analysis.llm.client import BadAnswer, OddPage
from studylens.analysis.llm.items import Page
from studylens.analysis.llm.ledger import MISPLACED, NOT_WHOLE, Ledger
from studylens.analysis.llm.lines import Transcript, transcript
from studylens.analysis.llm.reader import CUT_OFF, Read, read_fields
from studylens.analysis.llm.schema import PACK_NAMES
from studylens.analysis.llm.text import clean, shortened
from studylens.analysis.llm.values import as_list
from studylens.analysis.protocol.judged import judged
from studylens.analysis.protocol.result import Line, Material

CUT = (
    "The model's answer broke off before its end. What had come whole is here. A photo of a part of the page "
    "gives a shorter answer."
)
CUT_AT = (
    "The model's answer broke off at line {n} of the page, so what stands below that line is missing. Send a "
    "photo of the rest."
)
LINES_LOST = "Not every line that the model read of the page could be kept."
ITEMS = {"key_terms": "term", "cards": "front", "quiz": "question"}
"""Lists of an answer whose every item is shown or named, and a field by which an item is known."""


def read(
    text: str,
    *,
    model: str,
    engine: str = "gemini",
    own_lines: Sequence[Line] = (),
    truncated: bool = False,
) -> tuple[Material, tuple[Line, ...], tuple[str, ...]]:
    """Return study material, transcript and notes for the student: only what validates and is judged fit.

    `own_lines` are those of pasted text; then the model's transcript does not count. `truncated`: the server
    says that it stopped the model; an answer that is whole nevertheless is taken as whole. Raises BadAnswer.
    """
    answer = _fields(text, truncated=truncated)
    given = _own(own_lines) if own_lines else transcript(as_list(answer.fields.get("transcript")))
    ledger = Ledger(f"{engine}:{model}")
    material = _material(answer, Page(given.by_number, f"{engine}:{model}"), ledger)
    if material == Material(title=material.title) and (own_lines or not given.lines):
        raise _unusable(answer, truncated=truncated)
    told = ledger.added_to(judged(material, given.lines))
    return told, given.lines, tuple(_notes(answer, given, ledger))


def _fields(text: str, *, truncated: bool) -> Read:
    try:
        return read_fields(text, PACK_NAMES)
    except BadAnswer as error:
        if truncated:
            raise OddPage(CUT_OFF) from error
        raise


def _unusable(answer: Read, *, truncated: bool) -> BadAnswer:
    """Return whose fault it is that nothing was usable: the page's length, the model's JSON, or nobody's."""
    if truncated:
        return OddPage(CUT_OFF)
    if answer.slipped:
        return BadAnswer("its answer is broken JSON")
    return OddPage("its answer held nothing usable")


def _own(lines: Sequence[Line]) -> Transcript:
    return Transcript({line.n: line for line in lines})


def _material(answer: Read, page: Page, ledger: Ledger) -> Material:
    fields = answer.fields
    for name in (*ITEMS, ""):
        ledger.drop(NOT_WHOLE, answer.broken.get(name, 0))
    ledger.drop(MISPLACED, _misplaced(fields))
    return Material(
        title=shortened(clean(fields.get("title"), one_line=True), limits.ANSWER_TITLE_CHARS),
        summary=shortened(clean(fields.get("summary")), limits.ANSWER_SUMMARY_CHARS),
        explanation=shortened(clean(fields.get("explanation")), limits.ANSWER_EXPLANATION_CHARS),
        key_terms=items.key_terms(as_list(fields.get("key_terms")), page, ledger),
        cards=items.cards(as_list(fields.get("cards")), page, ledger),
        quiz=items.questions(as_list(fields.get("quiz")), page, ledger),
    )


def _misplaced(fields: Mapping[str, Any]) -> int:
    """Return how many items stand in lists of another name, e.g. `flashcards`: nobody knows what they are."""
    other = [part for name, part in fields.items() if name not in PACK_NAMES and isinstance(part, list)]
    objects = [item for part in other for item in part if isinstance(item, dict)]
    return sum(any(name in item for name in ITEMS.values()) for item in objects)


def _notes(answer: Read, given: Transcript, ledger: Ledger) -> list[str]:
    if answer.cut and set(answer.fields) == {"transcript"}:
        return [CUT_AT.format(n=given.lines[-1].n)]
    notes = [CUT] if answer.cut else []
    if given.lost or answer.broken.get("transcript"):
        notes.append(LINES_LOST)
    if ledger.total and not answer.cut:
        one = ledger.total == 1
        notes.append(
            f"{ledger.total} {'item' if one else 'items'} of the model's answer could not be used. The "
            f"receipt says why."
        )
    return notes
