"""Questions of quizzes that come home from Anki: as questions of a pack, those that are here left alone."""

from typing import Any

from sqlalchemy import insert, select

from studylens.models import Pack, QuizQuestion
from studylens.study.exchange.arriving.cards import pack_for
from studylens.study.exchange.arriving.hand import Hand
from studylens.study.exchange.incoming import IMPORT

QUESTIONS = "questions"
"""What is counted."""


def write_questions(hand: Hand, lines: list[list[Any]]) -> None:
    """Write those that the guest does not have yet."""
    here = Pack.deleted_at.is_(None) | (Pack.joining_at == hand.at)
    mine = (Pack.guest_id == hand.guest_id, here, QuizQuestion.deleted_at.is_(None))
    wanted = select(QuizQuestion.uid).join(Pack, Pack.id == QuizQuestion.pack_id)
    known = set(hand.session.scalars(wanted.where(*mine, QuizQuestion.uid.in_([line[1] for line in lines]))))
    rows = [_row(hand, line) for line in lines if line[1] not in known]
    hand.counts.update({QUESTIONS: len(rows), "known": len(lines) - len(rows)})
    hand.session.flush()
    if rows:
        hand.session.execute(insert(QuizQuestion), rows)


def _row(hand: Hand, line: list[Any]) -> dict[str, Any]:
    deck, uid, question, options, answer, explanation, marks = line
    return {
        "pack_id": pack_for(hand, deck), "question": question, "options": options, "uid": uid,
        "answer_index": options.index(answer), "explanation": explanation, "origin": IMPORT,
        "source_line": None, "marks": marks,
    }  # fmt: skip
