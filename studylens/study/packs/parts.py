"""What a student may change in a pack: its heading, transcript lines, cards and questions."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from studylens.errors import BadText, NotFound
from studylens.language import _, mark, said
from studylens.limits import ANSWER_EXPLANATION_CHARS, ANSWER_ITEM_CHARS, ANSWER_MAX_OPTIONS, MAX_TEXT_CHARS
from studylens.models import LABEL, CardPicture, Flashcard, Pack, QuizQuestion, TranscriptLine

Part = Flashcard | QuizQuestion | TranscriptLine
LINES, CARDS, QUESTIONS = "lines", "cards", "questions"
PARTS: dict[str, type[Flashcard] | type[QuizQuestion] | type[TranscriptLine]] = {
    LINES: TranscriptLine,
    CARDS: Flashcard,
    QUESTIONS: QuizQuestion,
}
"""By the name that stands in addresses."""
STUDENT = "student"
"""Origin of what the student wrote."""
PACK_ITEMS = 500
"""Cards or questions a pack may have: a whole deck, and still one page."""


@dataclass(frozen=True)
class Field:
    """One text of a part as its form shows it."""

    name: str
    label: str
    most: int
    rows: int = 1
    needed: bool = True


FIELDS: dict[str, tuple[Field, ...]] = {
    LINES: (Field("text", mark("Line"), MAX_TEXT_CHARS, rows=2),),
    CARDS: (
        Field("front", mark("Front"), ANSWER_ITEM_CHARS, rows=2),
        Field("back", mark("Back"), ANSWER_ITEM_CHARS, rows=3),
    ),
    QUESTIONS: (
        Field("question", mark("Question"), ANSWER_ITEM_CHARS, rows=2),
        Field("answer", mark("Right answer"), ANSWER_ITEM_CHARS),
        Field("others", mark("Wrong answers, one a line"), ANSWER_ITEM_CHARS * ANSWER_MAX_OPTIONS, rows=4),
        Field(
            "explanation", mark("Explanation (if you like)"), ANSWER_EXPLANATION_CHARS, rows=2, needed=False
        ),
    ),
}


def find_part(session: Session, pack: Pack, kind: str, item_id: int) -> Part:
    """Return a part of the pack, deleted ones too. Raises NotFound."""
    if kind not in PARTS:
        raise NotFound
    found = session.get(PARTS[kind], item_id)
    if not isinstance(found, Part) or found.pack_id != pack.id:
        raise NotFound
    return found


def texts_of(part: Part) -> dict[str, str]:
    """Return the part's texts under the names of its form's fields."""
    if isinstance(part, TranscriptLine):
        return {"text": part.text}
    if isinstance(part, Flashcard):
        return {"front": part.front, "back": part.back}
    others = [option for place, option in enumerate(part.options) if place != part.answer_index]
    answer = part.options[part.answer_index]
    return {
        "question": part.question,
        "answer": answer,
        "others": "\n".join(others),
        "explanation": part.explanation,
    }


def fields_of(kind: str, part: Part) -> tuple[Field, ...]:
    """Return the fields of a part's form: no words are needed where a picture asks or answers."""
    session = object_session(part)
    if not isinstance(part, Flashcard) or session is None:
        return FIELDS[kind]
    mine = (CardPicture.pack_id == part.pack_id, CardPicture.card_uid == part.uid)
    sides = set(session.scalars(select(CardPicture.on_back).where(*mine)))
    free = {"back"} if part.kind == LABEL else {"back" if on_back else "front" for on_back in sides}
    return tuple(replace(field, needed=field.needed and field.name not in free) for field in FIELDS[kind])


def check_texts(fields: tuple[Field, ...], texts: dict[str, str]) -> None:
    """Raise BadText when a needed text is empty."""
    for field in fields:
        text = texts[field.name]
        if field.needed and not text:
            raise BadText(_("“%(field)s” is empty. Write something, or delete it.", field=said(field.label)))


def split_options(answer: str, others: str) -> list[str]:
    """Return the right answer and the wrong ones. Raises BadText when two are alike or none is wrong."""
    options = [answer, *(line.strip() for line in others.splitlines() if line.strip())]
    if len({" ".join(option.casefold().split()) for option in options}) < len(options):
        raise BadText(_("Two of the answers are the same."))
    if not 2 <= len(options) <= ANSWER_MAX_OPTIONS:
        raise BadText(
            _("A question has one to %(most)s wrong answers, one a line.", most=ANSWER_MAX_OPTIONS - 1)
        )
    return options
