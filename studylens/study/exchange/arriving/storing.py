"""One step of storing: lines that were read become rows, for a tenth of a second."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import IO, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from studylens.database.pace import Pace
from studylens.models import Guest, Import, ImportStep, Pack, ReviewLog
from studylens.study.exchange.account import staging
from studylens.study.exchange.anki.scheduling.reading import ANSWERED, SCHEDULED
from studylens.study.exchange.arriving import (
    answers,
    cards,
    history,
    labels,
    packs,
    pictures,
    questions,
    schedules,
)
from studylens.study.exchange.arriving.hand import Hand
from studylens.study.exchange.incoming import CARD, QUESTION, TAGS, WITH_LABEL, WITH_PICTURES

WAS_EMPTY, SETTINGS = "was_empty", "settings"
"""Among an import's notes: the account had no packs and answers; the settings that the file brings."""
_MANY = (staging.PARTS, staging.ITEMS, staging.SCHEDULES, SCHEDULED, ANSWERED)
"""Kinds of lines that hold many rows, as the last thing in them."""
BYTES_A_ROW = staging.CHARS_A_LINE // staging.ROWS_A_LINE
"""A longer line counts for several: a chunk is held in memory whole, its pictures too."""


@dataclass(frozen=True)
class Pictures:
    """The file of pictures that the lines name, and how many bytes of them the guest may keep."""

    file: IO[bytes] = field(default_factory=io.BytesIO)
    room: int = 0


def store_some(
    session: Session, pace: Pace, found: Import, staged: IO[bytes], *, drawn: Pictures = Pictures()
) -> bool:
    """Store lines from `found.place` on until the step is over; say whether more are left."""
    session.execute(select(Guest.id).where(Guest.id == found.guest_id).with_for_update())
    if found.notes is None:
        found.notes = {WAS_EMPTY: _is_empty(session, found.guest_id)}
    hand = Hand(session, found.guest_id, found.id, found.created_at, found.notes)
    hand.pictures, hand.room = drawn.file, drawn.room
    staged.seek(found.place)
    while found.place < found.size:
        _write(hand, _lines(staged, pace.rows))
        found.place = staged.tell()
        if not pace.goes_on():
            break
    _note(session, found, hand)
    return found.place < found.size


def _lines(staged: IO[bytes], rows: int) -> list[list[Any]]:
    """Return the next lines with about so many rows, at least one line."""
    found: list[list[Any]] = []
    weight = 0
    while weight < rows and (text := staged.readline()):
        line = json.loads(text)
        pictures = line[1] if line[0] == WITH_PICTURES else [line[1]] if line[0] == WITH_LABEL else []
        drawn = sum(one["size"] for one in pictures)
        weight += max(len(line[-1]) if line[0] in _MANY else 1, (len(text) + drawn) // BYTES_A_ROW)
        found.append(line)
    return found


def _write(hand: Hand, lines: list[list[Any]]) -> None:
    for kind, group in groupby(lines, key=lambda line: line[0]):
        _write_kind(hand, kind, (line[1:] for line in group))


def _write_kind(hand: Hand, kind: str, lines: Iterator[list[Any]]) -> None:
    if (write := _TOGETHER.get(kind)) is not None:
        write(hand, list(lines))
    elif kind == staging.SETTINGS:
        hand.notes[SETTINGS] = next(lines)[0]
    else:
        for line in lines:
            _WRITERS[kind](hand, *line)


def _note(session: Session, found: Import, hand: Hand) -> None:
    counts = dict(found.counts or {})
    for name, number in hand.counts.items():
        counts[name] = counts.get(name, 0) + number
    found.counts, found.notes = counts, hand.notes
    flag_modified(found, "notes")
    if kept := hand.journal.as_json():
        session.add(ImportStep(import_id=found.id, kept=kept))
    session.flush()


def _is_empty(session: Session, guest_id: int) -> bool:
    there = (select(func.count()).where(model.guest_id == guest_id) for model in (Pack, ReviewLog))
    return not any(session.scalar(count) for count in there)


_TOGETHER: dict[str, Callable[[Hand, list[list[Any]]], None]] = {
    CARD: cards.write_cards,
    WITH_PICTURES: pictures.write_cards,
    WITH_LABEL: labels.write_cards,
    QUESTION: questions.write_questions,
    TAGS: cards.write_tags,
    ANSWERED: lambda hand, lines: history.write_answered(hand, [row for [rows] in lines for row in rows]),
    staging.REVIEW: answers.write_reviews,
}
"""Lines of these kinds that follow each other are written at once."""
_WRITERS: dict[str, Any] = {
    staging.PACK: packs.write_pack,
    staging.PARTS: packs.write_parts,
    staging.SCHEDULES: packs.write_schedules,
    staging.PICTURE: packs.write_picture,
    staging.QUIZ: answers.write_quiz,
    staging.ITEMS: answers.write_items,
    staging.ACHIEVEMENT: answers.write_achievement,
    SCHEDULED: schedules.write_scheduled,
}
