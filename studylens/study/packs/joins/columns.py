"""What stands in the row of a pack itself: before it was joined, as a joined one, and apart again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from studylens.models import Pack
from studylens.models.columns import UtcDateTime
from studylens.study.packs.belongings import join_columns
from studylens.study.packs.joins.rows import Ranges, inside

_PACKS: Table = Pack.__table__  # type: ignore[assignment]
_APART = frozenset({"version", "judged", "joining_at", "summary", "explanation"})
"""Columns that come apart in a way of their own."""
SET_FOR_BOTH = ("subject", "exam_date")
"""What the student said of the joined pack holds for all that were in it."""

Row = dict[str, Any]


def plain(pack: Pack) -> Row:
    """Return the pack's row as plain JSON types."""
    return plain_row({column.name: getattr(pack, column.name) for column in _PACKS.columns})


def plain_row(row: Mapping[str, Any]) -> Row:
    """Return a row as plain JSON types."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}


def revived(row: Row, table: Table = _PACKS) -> Row:
    """Return a row that `plain_row` made as the database takes it; columns that are gone are left out."""
    return {
        name: datetime.fromisoformat(value)
        if isinstance(table.columns[name].type, UtcDateTime) and value is not None
        else value
        for name, value in row.items()
        if name in table.columns
    }


def join(pack: Pack, other: Pack) -> None:
    """Write into the row of `pack` what the two are together."""
    join_columns(pack, other)
    _join_receipts(pack, other)
    pack.judged = _join_judged(pack.judged, other.judged)


def changes(before: Row, after: Row) -> dict[str, Row]:
    """Return columns as they were and as they became: those that joining has changed, or that both share."""
    changed = {name for name in before if before[name] != after[name]} | {*SET_FOR_BOTH, "receipt"}
    names = sorted(changed - _APART)
    return {"before": {name: before[name] for name in names}, "after": {name: after[name] for name in names}}


def part(pack: Pack, other: Pack, changed: Mapping[str, Row]) -> None:
    """Take out of the row of `pack` what came with `other`; what was changed since stays, where it can."""
    now, since = plain(pack), dict[str, Any]()
    for name, was in changed["before"].items():
        became = changed["after"][name]
        if now[name] == became:
            now[name] = was
        elif name in {"receipt", "notes"}:
            now[name], since[name] = _unjoined(was, became, now[name])
        elif name in SET_FOR_BOTH:
            since[name] = now[name]
    for name in changed["before"]:
        setattr(pack, name, revived({name: now[name]})[name])
    _add_since(other, since)


def part_judged(pack: Pack, other: Pack, before: Row | None, lines: Ranges) -> None:
    """Give each pack what was judged on its own lines; `lines` are those that go home with `other`."""
    own, joined = other.judged or {}, pack.judged or {}
    mine, theirs = dict(joined), dict(own)
    for name, items in joined.items():
        if isinstance(items, list):
            left = list(own.get(name, []))
            split = [(item, _goes(item, left, lines)) for item in items]
            mine[name] = [item for item, goes in split if not goes]
            theirs[name] = [item for item, goes in split if goes]
    if before is not None:
        mine["no_cards"] = before.get("no_cards", "")
    pack.judged = None if before is None and not any(mine[name] for name in _lists(mine)) else mine
    other.judged = theirs if other.judged is not None else None


def _goes(item: Any, left: list[Any], lines: Ranges) -> bool:
    """Say whether an item is of the pack that goes: by its line; without one, if the pack brought it."""
    line = item.get("first", item.get("source_line")) if isinstance(item, dict) else None
    if line is not None:
        return inside(line, lines)
    if item in left:
        left.remove(item)
        return True
    return False


def _lists(judged: Row) -> list[str]:
    return [name for name, value in judged.items() if isinstance(value, list)]


def _unjoined(was: Any, became: Any, now: Any) -> tuple[Any, Any]:
    """Return what it was with what has come since, and that alone."""
    if isinstance(now, list):
        since = [item for item in now if item not in became]
        return [*was, *since], since
    both = {name: _unjoined(was.get(name, []), became.get(name, []), now[name]) for name in _lists(now)}
    mine = {name: items for name, (items, _) in both.items() if items or name in was}
    return {**was, **mine}, {name: since for name, (_, since) in both.items() if since}


def _add_since(other: Pack, since: Row) -> None:
    for name, value in since.items():
        there = getattr(other, name)
        if isinstance(value, dict):
            lists = {key: [*there.get(key, []), *more] for key, more in value.items()}
            setattr(other, name, {**there, **lists})
        else:
            setattr(other, name, [*there, *value] if isinstance(value, list) else value)


def _join_receipts(pack: Pack, other: Pack) -> None:
    """Keep whom each photo was sent to, and what it took."""
    sent = [*pack.receipt.get("sent_to", []), *other.receipt.get("sent_to", [])]
    tokens = [*pack.receipt.get("tokens", []), *other.receipt.get("tokens", [])]
    pack.receipt = {**pack.receipt, "sent_to": list(dict.fromkeys(sent)), "tokens": tokens}


def _join_judged(mine: Row | None, theirs: Row | None) -> Row | None:
    """Return what was judged on both pages; that a page gave no cards is only said when both gave none."""
    if mine is None or theirs is None:
        return mine or theirs
    lists = {name: [*value, *theirs.get(name, [])] for name, value in mine.items() if isinstance(value, list)}
    return {**mine, **lists, "no_cards": mine.get("no_cards", "") and theirs.get("no_cards", "")}
