"""Answers that were given without a network and come later: each once, in order, at the time it was given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database_config import Database
from studylens.errors import CardAway
from studylens.models import Flashcard, Pack
from studylens.study.keeping.arrivals import check_all_here
from studylens.study.reviews import answers
from studylens.study.reviews.answers import Answer

MOST_AT_ONCE = 200
"""Answers a request: 40 kB, and at a tenth of a processor it is over before anybody gives up."""
AT_A_TIME = 5
"""Answers a transaction: others write in between, also where an answer takes 20 ms."""
OLDEST = timedelta(days=180)
"""Half a year: who was away for longer has a wrong clock."""
AHEAD = timedelta(minutes=1)
"""What lies so far ahead was sent while its clock was set."""

COUNTED, KNOWN, AWAY, UNKNOWN = "counted", "known", "away", "unknown"
"""What became of an answer: it counts; it had come before; its card is deleted or paused; there is none."""


@dataclass(frozen=True)
class LateAnswer:
    """An answer to the card with this uid; `given_at` None: its clock said nothing that can be believed."""

    card_uid: str
    rating: int
    request_key: str
    duration_ms: int = 0
    given_at: datetime | None = None


def take_in(database: Database, guest_id: int, late: Sequence[LateAnswer], at: datetime) -> list[str]:
    """Count answers in their order, few in a transaction; return what became of each.

    What was counted before an error stays counted, and is KNOWN when it is sent again.
    Raises Busy, DatabaseDown; StillMoving while cards of theirs may be on their way from another device.
    """
    with database.reading() as session:
        check_all_here(session, guest_id)
        cards = _cards(session, guest_id, {each.card_uid for each in late})
    taking = _Taking(database, guest_id, cards)
    timed = list(zip(late, settled([each.given_at for each in late], at), strict=True))
    found: list[str] = []
    for first in range(0, len(timed), AT_A_TIME):
        found += taking.count(timed[first : first + AT_A_TIME])
    return found


def settled(given: Sequence[datetime | None], at: datetime) -> list[datetime]:
    """Return a time for each answer: as it was given, but never after `at`, nor before the one before it.

    What cannot be (half a year ago, tomorrow) takes the time of its neighbour before it, else after it.
    """
    believed = [when if when and at - OLDEST <= when <= at + AHEAD else None for when in given]
    last = min(next((when for when in believed if when), at), at)
    found = []
    for when in believed:
        last = max(last, min(when or last, at))
        found.append(last)
    return found


@dataclass(frozen=True)
class _Taking:
    """Whose answers are counted, and the ids of their cards by uid."""

    database: Database
    guest_id: int
    cards: dict[str, int]

    def count(self, some: Sequence[tuple[LateAnswer, datetime]]) -> list[str]:
        """Count some answers in one transaction; each in its own, if another device sends the same now."""
        try:
            with self.database.writing() as session:
                return [self._count_one(session, each, when) for each, when in some]
        except IntegrityError:
            if len(some) == 1:
                return [KNOWN]
            return [found for each in some for found in self.count([each])]

    def _count_one(self, session: Session, late: LateAnswer, when: datetime) -> str:
        # Asked first: the answer itself may have paused its card, and it may be deleted since.
        if answers.is_known(session, self.guest_id, late.request_key):
            return KNOWN
        card_id = self.cards.get(late.card_uid)
        if card_id is None:
            return UNKNOWN
        given = Answer(card_id, late.rating, late.request_key, late.duration_ms)
        try:
            return COUNTED if answers.answer(session, self.guest_id, given, when).counted else KNOWN
        except CardAway:
            return AWAY


def _cards(session: Session, guest_id: int, uids: Iterable[str]) -> dict[str, int]:
    """Return the ids of the guest's own cards by their uid, deleted ones too."""
    own = select(Flashcard.uid, Flashcard.id).join(Pack, Pack.id == Flashcard.pack_id)
    own = own.where(Pack.guest_id == guest_id, Flashcard.uid.in_(sorted(uids)))
    return {uid: card_id for uid, card_id in session.execute(own.order_by(Flashcard.id.desc())) if uid}
