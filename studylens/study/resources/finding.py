"""Cards by their words, their fronts or their numbers: of one pack or of all, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.language import _
from studylens.models import Flashcard, Pack
from studylens.storable import LARGEST_INTEGER
from studylens.study.packs.search import MAX_WORDS
from studylens.study.packs.store import find_pack
from studylens.study.resources.pages import MOST_AT_ONCE, Part, Scheduled, after_number, numbered, scheduled


@dataclass(frozen=True)
class Wanted:
    """What the cards shall meet, all of it; what is empty asks nothing."""

    words: str = ""
    fronts: Sequence[str] = ()
    numbers: Sequence[int] = ()
    pack: str = ""


def cards_like(session: Session, guest_id: int, wanted: Wanted, *, cursor: str, most: int) -> Part[Scheduled]:
    """Return the student's cards that meet this, each with its schedule.

    Raises BadText for too much at once and a made-up cursor, NotFound for a pack that is none.
    """
    for name, asked in (("fronts", wanted.fronts), ("numbers", wanted.numbers)):
        if len(asked) > MOST_AT_ONCE:
            raise BadText(_("“%(field)s” holds at most %(most)s.", field=name, most=MOST_AT_ONCE))
    mine = (Pack.guest_id == guest_id, Pack.deleted_at.is_(None), Pack.erasing_at.is_(None))
    found = scheduled().join(Pack, Pack.id == Flashcard.pack_id).where(*mine, Pack.joining_at.is_(None))
    found = found.where(Flashcard.deleted_at.is_(None), *_conditions(wanted))
    if wanted.pack:
        found = found.where(Flashcard.pack_id == find_pack(session, guest_id, wanted.pack).id)
    if cursor:
        found = found.where(Flashcard.id > after_number(cursor))
    return numbered(session, found, most)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [_holds(word) for word in wanted.words.split()[:MAX_WORDS]]
    if wanted.fronts:
        found.append(Flashcard.front.in_(wanted.fronts))
    if wanted.numbers:
        found.append(Flashcard.id.in_([n for n in wanted.numbers if 0 < n <= LARGEST_INTEGER]))
    return found


def _holds(word: str) -> ColumnElement[bool]:
    """Return the condition for cards with this word: SQLite knows the capitals of ASCII alone."""
    written = dict.fromkeys((word, word.lower(), word.upper(), word.capitalize()))
    sides = (Flashcard.front, Flashcard.back)
    return or_(*(side.icontains(one, autoescape=True) for side in sides for one in written))
