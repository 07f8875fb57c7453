"""What a pack's pages say in numbers, asked in one statement: what is only counted is not read."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, Select, Table, bindparam, exists, func, select
from sqlalchemy.orm import Session

from studylens.models import LABEL, Flashcard, Pack, QuizQuestion, TranscriptLine

_LINES: Table = TranscriptLine.__table__  # type: ignore[assignment]
_CARDS: Table = Flashcard.__table__  # type: ignore[assignment]
_QUESTIONS: Table = QuizQuestion.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Figures:
    """How many lines, cards and questions a pack has, those that were deleted left out."""

    lines: int
    corrected: int
    """Lines that the student has corrected since the cards were made."""
    cards: int
    questions: int
    has_labels: bool
    """Some of its cards hide a label of a picture."""


def figures_of(session: Session, pack: Pack) -> Figures:
    """Return the pack's numbers."""
    known = {"pack": pack.id, "since": pack.rebuilt_at or pack.created_at, "label": LABEL}
    row = session.connection().execute(_FIGURES, known).one()
    return Figures(row.lines, row.corrected, row.cards, row.questions, bool(row.has_labels))


def _counted(table: Table, name: str, *where: ColumnElement[bool]) -> ScalarSelect[int]:
    found = select(func.count()).where(
        table.c.pack_id == bindparam("pack"), table.c.deleted_at.is_(None), *where
    )
    return found.scalar_subquery().label(name)  # type: ignore[return-value]


def _statement() -> Select[int, int, int, int, bool]:
    labels = select(_CARDS.c.id).where(_CARDS.c.pack_id == bindparam("pack"), _CARDS.c.deleted_at.is_(None))
    since = bindparam("since", type_=_LINES.c.edited_at.type)
    return select(
        _counted(_LINES, "lines"),
        _counted(_LINES, "corrected", _LINES.c.edited_at > since),
        _counted(_CARDS, "cards"),
        _counted(_QUESTIONS, "questions"),
        exists(labels.where(_CARDS.c.kind == bindparam("label"))).label("has_labels"),
    )


_FIGURES = _statement()
