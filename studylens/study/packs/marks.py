"""What the judge says of a card or question that is the student's own: it is only ever marked."""

from typing import TypedDict

from studylens.judging import Item, Page, judge
from studylens.judging.item import CHOICE
from studylens.judging.options import mended
from studylens.models import LABEL, PICTURED, Flashcard, Pack, QuizQuestion


def mark(pack: Pack, part: Flashcard | QuizQuestion) -> None:
    """Note beside the part what speaks against it; its words stay as the student wrote them.

    Of what stands or is hidden in a picture nothing is said: no line can prove it.
    """
    if isinstance(part, Flashcard) and part.kind in {LABEL, PICTURED}:
        part.marks = None
        return
    part.marks = marks_of(_item(part), _page_of(pack))


def marks_of(item: Item, page: Page | None) -> list[str] | None:
    """Return the codes of what speaks against one protected item; None for nothing."""
    [verdict] = judge([item], page)
    _, faults = mended(item)  # What would be mended in an item of ours is only named here.
    return list(dict.fromkeys((*verdict.reasons, *faults))) or None


class _About(TypedDict):
    source_line: int | None
    origin: str
    rule: str
    protected: bool


def _item(part: Flashcard | QuizQuestion) -> Item:
    about: _About = {
        "source_line": part.source_line,
        "origin": part.origin,
        "rule": part.rule or "",
        "protected": True,
    }
    if isinstance(part, Flashcard):
        return Item(part.front, part.back, part.kind, **about)
    options = tuple(part.options)
    answer = options[part.answer_index]
    explanation = part.explanation
    return Item(part.question, answer, CHOICE, options, explanation, **about)


def _page_of(pack: Pack) -> Page | None:
    lines = [line for line in pack.transcript if line.text.strip()]
    return Page(tuple(line.text for line in lines), tuple(line.n for line in lines)) if lines else None
