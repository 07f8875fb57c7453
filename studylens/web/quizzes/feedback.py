"""An answered question as its pages show it: what was given, what is right, where it stands; each once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from studylens.judging.grading import normalise
from studylens.language import _, mark
from studylens.models import Pack, QuizItem
from studylens.study.packs.strips import Strip, strips_of
from studylens.study.quizzes.cards import coming_back
from studylens.study.quizzes.making import CHOICE
from studylens.study.quizzes.results import Score

RIGHT, WRONG, OTHER = "right", "bad", "dim"
"""How an answer looks; also its class in static/parts.css."""
YOURS, THE_RIGHT_ONE = mark("your answer"), mark("right")
ALSO_RIGHT, ON_THE_CARD = mark("also right"), mark("on the card")


@dataclass(frozen=True)
class Line:
    """One answer in the list: how it looks, and what it is in a student's words."""

    text: str
    look: str
    note: str = ""
    typed: bool = False
    """As the student wrote it: no formulas are looked for."""


@dataclass(frozen=True)
class Feedback:
    """A question of an attempt with all that may be told once it is answered."""

    item: QuizItem
    lines: tuple[Line, ...]
    pack: Pack | None
    """None: it is not there any more."""
    strip: Strip | None
    """The line of the photo on which the answer stands."""
    explanation: str = ""
    """Empty when it says nothing that the line or the answer does not say."""
    comes_back: bool = False
    """Its card comes up in the reviews of today."""

    @property
    def verdict(self) -> str:
        """The sentence that judges the answer."""
        if self.item.overruled:
            return _("Marked right by you.")
        return _("Right.") if self.item.correct else _("Not quite.")

    def next_words(self, score: Score) -> str:
        """Return what stands after the verdict: what becomes of the card, or the score so far."""
        if not self.item.correct:
            return _("This card comes back in your reviews today.") if self.comes_back else ""
        return _("%(right)s of %(all)s so far.", right=score.right, all=score.answered)


def feedback_of(session: Session, packs: Mapping[str, Pack], items: Sequence[QuizItem]) -> list[Feedback]:
    """Return what is told about these answered questions; `packs`: those of their attempt that are there."""
    again = coming_back(session, [item for item in items if not item.correct])
    strips = {
        pack_id: strips_of(session, pack_id, _lines_in(pack_id, items))
        for pack_id in {item.pack_id for item in items if item.pack_id in packs}
        if pack_id
    }
    return [
        Feedback(
            item, answers_of(item), packs.get(item.pack_id or ""),
            strips.get(item.pack_id or "", {}).get(item.source_line or 0), _news_in(item),
            not item.correct and item.card_id in again,
        )
        for item in items
    ]  # fmt: skip


def answers_of(item: QuizItem) -> tuple[Line, ...]:
    """Return the answers to show: of a right one only what it was, of a wrong choice all options."""
    given = item.given or ""
    if item.correct:
        also = () if _is_same(item, given) else (Line(item.answer, RIGHT, ON_THE_CARD),)
        return (Line(given, RIGHT, YOURS, typed=item.kind != CHOICE), *also)
    if item.kind != CHOICE:
        return (Line(given, WRONG, YOURS, typed=True), Line(item.answer, RIGHT, THE_RIGHT_ONE))
    return tuple(_judged(item, option) for option in item.options or [])


def _judged(item: QuizItem, option: str) -> Line:
    if option == item.given:
        return Line(option, WRONG, YOURS)
    if option == item.answer:
        return Line(option, RIGHT, THE_RIGHT_ONE)
    return Line(option, RIGHT, ALSO_RIGHT) if option in (item.accepted or []) else Line(option, OTHER)


def _is_same(item: QuizItem, given: str) -> bool:
    """Say whether a reader takes the answer for that of the card; options may differ by a point alone."""
    if item.kind == CHOICE:
        return given == item.answer
    return normalise(given) == normalise(item.answer)


def _news_in(item: QuizItem) -> str:
    """Return the explanation, unless the line beside it or the answer says the very same."""
    said = normalise(item.explanation)
    known = normalise(item.source_text)
    return "" if not said or said in known or said == normalise(item.answer) else item.explanation


def _lines_in(pack_id: str | None, items: Iterable[QuizItem]) -> list[int]:
    return [item.source_line for item in items if item.pack_id == pack_id and item.source_line]
