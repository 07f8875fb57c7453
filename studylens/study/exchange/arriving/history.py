"""Answers in another program become a card's history: kept, sent out again, and counted for nothing here.

They earn no day, streak or medal, since those tell what was learned with this program; and no forecast of
another program is known that could be checked. A student's own weights are fitted to them (study/fits): they
say how this student forgets, wherever it was asked.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from studylens.import_limits import MOST_ANSWERS_GUEST
from studylens.models import LOG_ELSEWHERE, Flashcard, Pack, ReviewLog
from studylens.study.exchange.account.writing import table_of
from studylens.study.exchange.anki.scheduling.log import FACTOR, IVL
from studylens.study.exchange.anki.scheduling.reading import ANSWERS_LEFT
from studylens.study.exchange.arriving.hand import Hand, Row
from studylens.study.schedule.days import study_clock
from studylens.study.schedule.settings import settings_of

HISTORY = "history"
"""What is counted, and among an import's notes: how many such answers the guest has."""
_LOG, _CARDS = table_of(ReviewLog), table_of(Flashcard)
Key = tuple[int, int, int]


def write_answered(hand: Hand, plain: list[list[Any]]) -> None:
    """Add answers of cards that are here, unless the log has them: our own that come home are known."""
    cards = _cards(hand, {row[0] for row in plain})
    zone = settings_of(hand.session, hand.guest_id).time_zone
    rows = [_row(hand, cards[row[0]], row[1:], zone) for row in plain if row[0] in cards]
    before = {card.id for card in cards.values() if card.joining_at != hand.at}
    known = _known(hand, [row for row in rows if row["card_id"] in before])
    fresh = [row for row in rows if _key(row) not in known]
    room = max(0, MOST_ANSWERS_GUEST - _there(hand))
    hand.insert(_LOG, fresh[:room], is_noted=True)
    hand.notes[HISTORY] += len(fresh[:room])
    hand.counts.update({HISTORY: len(fresh[:room]), ANSWERS_LEFT: len(fresh[room:])})


def _cards(hand: Hand, uids: set[str]) -> dict[str, Any]:
    hand.session.flush()
    here = Pack.deleted_at.is_(None) | (Pack.joining_at == hand.at)
    columns = (Flashcard.uid, Flashcard.id, Flashcard.pack_id, Pack.joining_at)
    wanted = select(*columns).join(Pack, Pack.id == Flashcard.pack_id)
    mine = (Pack.guest_id == hand.guest_id, here, Flashcard.deleted_at.is_(None), Flashcard.uid.in_(uids))
    return {card.uid: card for card in hand.session.execute(wanted.where(*mine))}


def _row(hand: Hand, card: Any, answer: list[Any], zone: str) -> Row:
    milliseconds, rating, interval, last_interval, factor, took, state = answer
    at = datetime.fromtimestamp(milliseconds / 1_000, UTC)
    day, hour = study_clock(at, zone)
    clock = {"local_date": day.isoformat(), "local_hour": hour, "zone": zone}
    return {
        "guest_id": hand.guest_id, "card_id": card.id, "card_uid": card.uid, "pack_id": card.pack_id,
        "kind": LOG_ELSEWHERE, "rating": rating, "reviewed_at": at, **clock, "duration_ms": took,
        "state_before": state, "before": {IVL: last_interval},
        "after": {IVL: interval, FACTOR: factor},
    }  # fmt: skip


def _known(hand: Hand, rows: list[Row]) -> set[Key]:
    """Return the answers of these cards that the log has from this time."""
    if not rows:
        return set()
    moments = [row["reviewed_at"] for row in rows]
    near = _LOG.c.reviewed_at.between(
        min(moments).replace(microsecond=0), max(moments).replace(microsecond=999_999)
    )
    which = (_LOG.c.card_id.in_({row["card_id"] for row in rows}), _LOG.c.guest_id == hand.guest_id, near)
    found = select(_LOG.c.card_id, _LOG.c.rating, _LOG.c.reviewed_at).where(*which)
    return {_key(row) for row in hand.session.execute(found).mappings() if row["rating"]}


def _key(row: Any) -> Key:
    """Answers are the same when card, button and second are: Anki moves one of two by a millisecond."""
    return row["card_id"], row["rating"], int(row["reviewed_at"].timestamp())


def _there(hand: Hand) -> int:
    """Return how many such answers the guest has; counted once an import."""
    if HISTORY not in hand.notes:
        mine = (ReviewLog.guest_id == hand.guest_id, ReviewLog.kind == LOG_ELSEWHERE)
        some = select(ReviewLog.id).where(*mine).limit(MOST_ANSWERS_GUEST)
        hand.notes[HISTORY] = hand.session.scalar(select(func.count()).select_from(some.subquery()))
    return int(hand.notes[HISTORY])
