"""Packs of an account file: a new one is added whole, one that is there gets the parts that it lacks."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, or_, select, update

from studylens.models import Base, CardSchedule, Flashcard, Pack
from studylens.study.exchange.account.writing import table_of
from studylens.study.exchange.arriving.hand import Hand, Row
from studylens.study.exchange.portable import revive
from studylens.study.keeping import marks
from studylens.study.packs.belongings import listed

_PACKS, _CARDS, _SCHEDULES = table_of(Pack), table_of(Flashcard), table_of(CardSchedule)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_PICTURE_KNOWN_BY = {"pack_pictures": ("page",), "card_pictures": ("card_uid", "on_back")}


def write_pack(hand: Hand, wanted: str, plain: Row) -> None:
    """Add the pack, hidden; or take over what was edited more often."""
    pack_id, row = hand.own_id(Pack, wanted), revive(plain, _PACKS)
    there = hand.session.execute(select(_PACKS).where(_PACKS.c.id == pack_id)).mappings().first()
    if there is None:
        _begin(hand, pack_id, row)
        return
    hand.fresh.discard(pack_id)
    if row.get("version", 1) > there["version"]:
        hand.journal.change(_PACKS, there)
        hand.journal.touched[pack_id] = None
        hand.session.execute(update(_PACKS).where(_PACKS.c.id == pack_id).values(**row))


def _begin(hand: Hand, pack_id: str, row: Row) -> None:
    if (since := row.get("deleted_at")) is not None:
        hand.journal.trashed[pack_id] = since.isoformat()
    own = {"id": pack_id, "guest_id": hand.guest_id, "joining_at": hand.at, "deleted_at": hand.at}
    hand.insert(_PACKS, [{**row, **own}], is_noted=True)
    hand.journal.touched[pack_id] = None
    hand.fresh.add(pack_id)
    hand.counts["packs"] += 1


def write_parts(hand: Hand, wanted: str, name: str, plain: list[Row]) -> None:
    """Add parts that the pack lacks; of a text that differs the higher version wins."""
    pack_id, (table, belonging) = hand.own_id(Pack, wanted), listed()[name]
    rows = [revive(row, table) for row in plain]
    known_by = belonging.known_by
    there = {} if pack_id in hand.fresh else _there(hand, pack_id, name, rows)
    fresh: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = _key(known_by, row)
        mine = there.get(key)
        if mine is None:
            fresh.setdefault(key, {**row, **_owned(hand, table, pack_id)})
        elif "version" in row and row["version"] > mine["version"]:
            hand.journal.change(table, mine)
            hand.journal.touched[pack_id] = None
            hand.session.execute(update(table).where(table.c.id == mine["id"]).values(**row))
    hand.insert(table, fresh.values(), is_noted=not _is_new(hand, pack_id))
    if fresh:
        hand.journal.touched[pack_id] = None
    hand.counts["cards"] += len(fresh) if table is _CARDS else 0


def _is_new(hand: Hand, pack_id: str) -> bool:
    """Say whether this import has brought the pack: what is in it goes with it."""
    if pack_id in hand.fresh:
        return True
    since = hand.session.scalar(select(_PACKS.c.joining_at).where(_PACKS.c.id == pack_id))
    return since is not None and since == hand.at


def _there(hand: Hand, pack_id: str, name: str, rows: Iterable[Row]) -> dict[tuple[Any, ...], Any]:
    """Return the pack's rows among which these may be, by what they are known by."""
    table, belonging = listed()[name]
    wanted = select(table).where(table.c.pack_id == pack_id)
    if belonging.known_by:  # Else a pack has one at the most.
        first = table.c[belonging.known_by[0]]
        values = {row.get(first.name) for row in rows} - {None}
        wanted = wanted.where(or_(first.in_(values), first.is_(None)))
    found = hand.session.execute(wanted).mappings()
    return {_key(belonging.known_by, row): row for row in found}


def _owned(hand: Hand, table: Table, pack_id: str) -> Row:
    return {"pack_id": pack_id} | ({"guest_id": hand.guest_id} if "guest_id" in table.columns else {})


def _key(known_by: tuple[str, ...], row: Any) -> tuple[Any, ...]:
    return tuple(row.get(column) for column in known_by)


def write_schedules(hand: Hand, wanted: str, plain: list[tuple[str, Row]]) -> None:
    """Add schedules; of two of a card the one that was reviewed last wins."""
    pack_id = hand.own_id(Pack, wanted)
    uids = [uid for uid, _ in plain]
    cards = select(_CARDS.c.uid, _CARDS.c.id).where(_CARDS.c.pack_id == pack_id, _CARDS.c.uid.in_(uids))
    numbers: dict[str, int] = dict(hand.session.execute(cards).all())
    found = (
        select(_SCHEDULES).where(_SCHEDULES.c.card_id.in_(numbers.values())).order_by(_SCHEDULES.c.card_id)
    )
    there = {row["card_id"]: row for row in hand.session.execute(found.with_for_update()).mappings()}
    fresh = []
    for uid, row in ((uid, revive(row, _SCHEDULES)) for uid, row in plain if uid in numbers):
        card_id = numbers[uid]
        if card_id not in there:
            fresh.append({**row, "card_id": card_id, "pack_id": pack_id, "guest_id": hand.guest_id})
        elif _reviewed(row) > _reviewed(there[card_id]):
            hand.journal.change(_SCHEDULES, there[card_id])
            hand.session.execute(update(_SCHEDULES).where(_SCHEDULES.c.card_id == card_id).values(**row))
    hand.insert(_SCHEDULES, fresh, is_noted=not _is_new(hand, pack_id))
    marks.touch(hand.session, pack_id)


def write_picture(hand: Hand, wanted: str, table_name: str, plain: Row) -> None:
    """Add a picture of a pack that is the guest's, unless there is one in its place."""
    pack_id, table = hand.own_id(Pack, wanted), Base.metadata.tables[table_name]
    owner = hand.session.scalar(select(_PACKS.c.guest_id).where(_PACKS.c.id == pack_id))
    row = revive(plain, table)
    place = (table.c[name] == row.get(name, False) for name in _PICTURE_KNOWN_BY[table_name])
    same = select(table.c.pack_id).where(table.c.pack_id == pack_id, *place)
    if owner == hand.guest_id and hand.session.scalar(same) is None:
        hand.insert(table, [{**row, "pack_id": pack_id}], is_noted=not _is_new(hand, pack_id))
        marks.touch_pictures(hand.session, pack_id)


def _reviewed(row: Any) -> datetime:
    found: datetime = row.get("last_review_at") or _LONG_AGO
    return found
