"""When cards of another program come back: taken over where nothing newer is known here.

What was answered here later always stays, so an older file sets nothing back. A card that comes in with a
schedule is accepted; days are those of the student's own zone.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from studylens.models import NEW, REVIEW, CardSchedule, Flashcard, Pack
from studylens.study.exchange.account.writing import table_of
from studylens.study.exchange.anki.scheduling.days import Created, day_of
from studylens.study.exchange.arriving.hand import Hand, Row
from studylens.study.keeping import marks
from studylens.study.schedule.days import day_start, study_date
from studylens.study.schedule.due_day import as_moment
from studylens.study.schedule.fsrs import LONGEST_INTERVAL_DAYS
from studylens.study.schedule.memory import MemoryState
from studylens.study.schedule.settings import settings_of

KEPT, ANEW, MENDED, STAYED = "scheduled", "anew", "mended", "stayed"
"""What is counted: schedules that were taken over; cards that begin anew, since theirs makes no sense; of
those taken over the ones with a value that could not be; cards that were answered here later."""
_CARDS, _SCHEDULES, _PACKS = table_of(Flashcard), table_of(CardSchedule), table_of(Pack)
_SECOND = timedelta(seconds=1)
"""As exactly as Anki notes the last answer."""


def write_scheduled(hand: Hand, made: Created, plain: list[tuple[str, Row]]) -> None:
    """Give cards the schedules of their file, which was made on the day `made`."""
    cards = _cards(hand, [uid for uid, _row in plain])
    there = _there(hand, cards.values())
    zone = settings_of(hand.session, hand.guest_id).time_zone
    fresh, accepted = [], []
    for uid, row in plain:
        if (card := cards.get(uid)) is None:
            continue
        memory, is_mended = _memory(row, made, zone, hand.at)
        own = {"card_id": card["id"], "pack_id": card["pack_id"], "guest_id": hand.guest_id}
        if card["id"] not in there:
            fresh.append({**memory.columns(), **own})
            accepted.append(card)
        elif not _is_newer(hand, memory, there[card["id"]]):
            continue
        else:
            _replace(hand, there[card["id"]], memory)
        _count(hand, row, memory, is_mended=is_mended)
    hand.insert(_SCHEDULES, fresh, is_noted=True)
    _accept(hand, accepted)
    for pack_id in {card["pack_id"] for card in cards.values()}:
        marks.touch(hand.session, pack_id)


def _there(hand: Hand, cards: Collection[Any]) -> dict[int, Any]:
    """Return what is known of these cards; who answers one at this moment, or accepts it, waits for us."""
    packs, ids = {card["pack_id"] for card in cards}, [card["id"] for card in cards]
    hand.session.execute(
        select(_PACKS.c.id).where(_PACKS.c.id.in_(packs)).order_by(_PACKS.c.id).with_for_update()
    )
    found = select(_SCHEDULES).where(_SCHEDULES.c.card_id.in_(ids)).order_by(_SCHEDULES.c.card_id)
    rows = hand.session.execute(found.with_for_update()).mappings()
    return {row["card_id"]: row for row in rows}


def _cards(hand: Hand, uids: list[str]) -> dict[str, Any]:
    """Return the guest's cards by their uids: of packs that are there, or that this file has brought."""
    here = _PACKS.c.deleted_at.is_(None) | (_PACKS.c.joining_at == hand.at)
    wanted = select(_CARDS, _PACKS.c.joining_at).join(_PACKS, _PACKS.c.id == _CARDS.c.pack_id)
    mine = (_PACKS.c.guest_id == hand.guest_id, here, _CARDS.c.deleted_at.is_(None))
    hand.session.flush()
    found = hand.session.execute(wanted.where(*mine, _CARDS.c.uid.in_(uids))).mappings()
    return {card["uid"]: card for card in found}


def _memory(row: Row, made: Created, zone: str, at: datetime) -> tuple[MemoryState, bool]:
    """Return a schedule whose days are ours, and whether something in it could not be."""
    today = study_date(at, zone)
    due_at, is_moved = _due(row, made, zone, at)
    seen_at = _seen(row, made, zone)
    is_ahead = seen_at is not None and seen_at > at
    buried = row.get("buried_at")
    buried_on = study_date(_moment(buried), zone) if buried else None
    memory = MemoryState(
        due_at=due_at, state=row["state"], step=row.get("step"), stability=row.get("stability"),
        difficulty=row.get("difficulty"), last_review_at=at if is_ahead else seen_at, reps=row["reps"],
        lapses=row["lapses"], suspended=row["suspended"], leech=row["leech"],
        buried_on=buried_on.isoformat() if buried_on == today else None,
    )  # fmt: skip
    if memory.state == NEW:
        memory = memory.but(step=None, stability=None, difficulty=None, last_review_at=None)
    return memory, bool(row.get("mended") or is_moved or is_ahead)


def _due(row: Row, made: Created, zone: str, at: datetime) -> tuple[datetime, bool]:
    """Return when it comes back, and whether that had to be moved: to today, or to the farthest day."""
    if row["state"] == NEW:
        return at, False
    if (moment := row.get("due_at")) is not None:
        latest = at + timedelta(days=LONGEST_INTERVAL_DAYS)
        return min(_moment(moment), latest), _moment(moment) > latest
    today = study_date(at, zone)
    number = row.get("due_day")
    day = day_of(made, number, zone) if number is not None else None
    last = today + timedelta(days=LONGEST_INTERVAL_DAYS)
    wanted = today if day is None else min(day, last)
    return _begin(row["state"], wanted, zone), wanted != day


def _begin(state: int, day: date, zone: str) -> datetime:
    return as_moment(day) if state == REVIEW else day_start(day, zone)


def _seen(row: Row, made: Created, zone: str) -> datetime | None:
    if (seconds := row.get("seen_at")) is not None:
        return _moment(seconds)
    number = row.get("seen_day")
    day = day_of(made, number, zone) if number is not None else None
    return day_start(day, zone) if day else None


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _is_newer(hand: Hand, memory: MemoryState, there: Any) -> bool:
    """Say whether the file's last answer is later than ours; count ours when that was clearly later."""
    ours, theirs = there["last_review_at"], memory.last_review_at
    if theirs is not None and (ours is None or theirs > ours):
        return True
    if ours is not None and (theirs is None or ours - theirs >= _SECOND):
        hand.counts[STAYED] += 1
    return False


def _replace(hand: Hand, there: Any, memory: MemoryState) -> None:
    hand.journal.change(_SCHEDULES, there)
    same = _SCHEDULES.c.card_id == there["card_id"]
    hand.session.execute(update(_SCHEDULES).where(same).values(**memory.columns()))


def _accept(hand: Hand, cards: list[Any]) -> None:
    """Accept drafts; those of packs that were here before are noted as they were."""
    drafts = [card for card in cards if card["accepted_at"] is None]
    for card in drafts:
        if card["joining_at"] != hand.at:
            hand.journal.change(_CARDS, card)
    if drafts:
        known = _CARDS.c.id.in_([card["id"] for card in drafts])
        hand.session.execute(update(_CARDS).where(known).values(accepted_at=hand.at))


def _count(hand: Hand, row: Row, memory: MemoryState, *, is_mended: bool) -> None:
    if row.get("anew"):
        hand.counts[ANEW] += 1
    elif memory.state != NEW:
        hand.counts[KEPT] += 1
        if is_mended:
            hand.counts[MENDED] += 1
