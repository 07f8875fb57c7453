"""Quiz questions as notes of a note type of our own; told by that type, they come home as questions."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from studylens.limits import ANSWER_MAX_OPTIONS
from studylens.models import QuizQuestion, TranscriptLine
from studylens.study.exchange.contents import ROWS_AT_ONCE
from studylens.study.exchange.incoming import Choice, Incoming, own_uid
from studylens.study.exchange.markup import from_html, to_html

QUESTION_MODEL = 1_730_481_004
"""Id of our note type in every collection; another id would make copies of it on each import."""
FIELDS = ("Question", "Options", "Answer", "Explanation", "Source", "Studylens id")
FRONT = '<div dir="auto">{{Question}}</div>{{Options}}'
BACK = (
    '{{FrontSide}}<hr id=answer><div dir="auto"><b>{{Answer}}</b></div>'
    '{{#Explanation}}<div dir="auto">{{Explanation}}</div>{{/Explanation}}'
)


def model_of(genanki: Any, css: str, source: str) -> Any:
    """Return the note type; `source` ends its back."""
    return genanki.Model(
        QUESTION_MODEL,
        "Studylens question",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Card 1", "qfmt": FRONT, "afmt": BACK + source}],
        css=f"{css}ol {{ text-align: start; display: inline-block; }}\n",
    )


def questions_of(session: Session, pack_id: str) -> Iterator[tuple[QuizQuestion, str]]:
    """Yield a pack's questions that are not deleted, in their order, each with the line that it is from."""
    of_line = (TranscriptLine.pack_id == pack_id, TranscriptLine.n == QuizQuestion.source_line)
    there = (QuizQuestion.pack_id == pack_id, QuizQuestion.deleted_at.is_(None))
    wanted = select(QuizQuestion, TranscriptLine.text).outerjoin(TranscriptLine, and_(*of_line)).where(*there)
    wanted = wanted.order_by(QuizQuestion.id)
    for row, line in session.execute(wanted.execution_options(yield_per=ROWS_AT_ONCE)):
        yield row, line or ""
        session.expunge(row)


def uid_of(question: QuizQuestion) -> str:
    """Return the id that a question keeps everywhere."""
    return question.uid or f"{question.pack_id[:20]}{question.id:012d}"


def fields_of(question: QuizQuestion, source: str) -> list[str]:
    """Return the fields of a question's note."""
    options = [to_html(option, question.origin) for option in question.options]
    listed = "".join(f'<li dir="auto">{option}</li>' for option in options)
    asked, explanation = (
        to_html(text, question.origin) for text in (question.question, question.explanation)
    )
    right = options[question.answer_index]
    return [asked, f'<ol type="A">{listed}</ol>', right, explanation, source, uid_of(question)]


def question_in(fields: tuple[str, ...], guid: str, card: Incoming) -> Incoming | None:
    """Return the question of such a note; None when it was edited so that it is none any more."""
    if len(fields) < len(FIELDS):
        return None
    asked, right, explanation = (from_html(fields[place]) for place in (0, 2, 3))
    options = tuple(filter(None, map(from_html, _items(fields[1]))))
    is_whole = asked and right in options and 2 <= len(options) <= ANSWER_MAX_OPTIONS
    if not is_whole or len({option.casefold() for option in options}) < len(options):
        return None
    uid = own_uid(fields[5]) or own_uid(guid) or card.uid
    choice = Choice(options, explanation)
    return replace(card, front=asked, back=right, kind="choice", uid=uid, choice=choice)


def _items(html: str) -> Iterator[str]:
    """Yield what stands between the tags of a list, in time that grows with its length."""
    for part in html.split("<li")[1:]:
        yield part.partition(">")[2].partition("</li>")[0]
