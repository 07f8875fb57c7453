"""What an account file tells of studying: answers, quizzes, achievements; each once."""

from typing import Any

from sqlalchemy import insert, select

from studylens.models import Pack as _Pack
from studylens.models import QuizAttempt, QuizItem, QuizQuestion, ReviewLog, UserAchievement
from studylens.study.exchange.account.writing import table_of
from studylens.study.exchange.arriving.hand import Hand, Row
from studylens.study.exchange.portable import revive

_LOG, _ITEMS, _ATTEMPTS = table_of(ReviewLog), table_of(QuizItem), table_of(QuizAttempt)
_EARNED, _QUESTIONS = table_of(UserAchievement), table_of(QuizQuestion)
_EMPTY = {column.name: None for column in _LOG.columns if column.name != "id"} | {"duration_ms": 0}
_SAME = ("kind", "reviewed_at", "card_uid", "rating")
Key = tuple[Any, ...]


def write_reviews(hand: Hand, lines: list[list[Any]]) -> None:
    """Add answers that are not there yet; one that takes back another follows after that is written."""
    cards = hand.card_ids(line[1] or line[2].get("card_uid") for line in lines)
    waiting: dict[Key, Row] = {}
    for pack, card, plain, undone in lines:
        row = {**_EMPTY, **revive(plain, _LOG), "guest_id": hand.guest_id}
        row["card_id"] = cards.get(card or row["card_uid"] or "")
        row["pack_id"] = hand.own_id(_Pack, pack) if pack else None
        if undone is not None:
            _write(hand, waiting)
            waiting = {}
            row["undoes_id"] = _number(hand, revive(undone, _LOG))
        waiting.setdefault(_key(row), row)
    _write(hand, waiting)


def _write(hand: Hand, waiting: dict[Key, Row]) -> None:
    there = _there(hand, waiting.values())
    rows = [row for key, row in waiting.items() if key not in there]
    hand.insert(_LOG, rows, is_noted=True)
    hand.counts["reviews"] += len(rows)


def _there(hand: Hand, rows: Any) -> dict[Key, int]:
    """Return the account's answers among which these may be, by what they are known by."""
    keys = [row["request_key"] for row in rows if row["request_key"]]
    found: dict[Key, int] = {}
    if keys:
        found |= _numbers(hand, _LOG.c.request_key.in_(keys))
    if keyless := [row for row in rows if not row["request_key"]]:
        days, moments = ({row[name] for row in keyless} for name in ("local_date", "reviewed_at"))
        same_moment = _LOG.c.local_date.in_(days), _LOG.c.reviewed_at.in_(moments)
        found |= _numbers(hand, *same_moment, _LOG.c.request_key.is_(None))
    return found


def _numbers(hand: Hand, *which: Any) -> dict[Key, int]:
    columns = (_LOG.c.id, _LOG.c.request_key, *(_LOG.c[name] for name in _SAME))
    found = hand.session.execute(select(*columns).where(_LOG.c.guest_id == hand.guest_id, *which))
    return {_key(row): row["id"] for row in found.mappings()}


def _number(hand: Hand, undone: Row) -> int | None:
    """Return the number here of an answer that is taken back."""
    return _there(hand, [undone]).get(_key(undone))


def _key(row: Any) -> Key:
    """An answer is known by its form's random key, else by its moment, card and rating."""
    return (row["request_key"],) if row["request_key"] else tuple(row[name] for name in _SAME)


def write_quiz(hand: Hand, wanted: str, pack: str | None, plain: Row) -> None:
    """Add a quiz that is not there; its questions follow."""
    attempt_id = hand.own_id(QuizAttempt, wanted)
    if hand.session.scalar(select(_ATTEMPTS.c.id).where(_ATTEMPTS.c.id == attempt_id)) is not None:
        return
    own = {"id": attempt_id, "guest_id": hand.guest_id, "pack_id": _pack_here(hand, pack)}
    hand.insert(_ATTEMPTS, [{**revive(plain, _ATTEMPTS), **own}], is_noted=True)
    hand.counts["quizzes"] += 1


def _pack_here(hand: Hand, wanted: str | None) -> str | None:
    """Return the guest's pack of this id; None when there is none."""
    pack_id = hand.own_id(_Pack, wanted) if wanted else ""
    return hand.session.scalar(select(_Pack.id).where(_Pack.id == pack_id, _Pack.guest_id == hand.guest_id))


def write_items(hand: Hand, wanted: str, plain: list[tuple[Row, dict[str, str | None]]]) -> None:
    """Add a quiz's questions, each in its place."""
    attempt_id = hand.own_id(QuizAttempt, wanted)
    there = set(hand.session.scalars(select(_ITEMS.c.position).where(_ITEMS.c.attempt_id == attempt_id)))
    cards = hand.card_ids(links["card"] for _, links in plain)
    rows = []
    for row, links in ((revive(row, _ITEMS), links) for row, links in plain):
        if row["position"] not in there:
            there.add(row["position"])
            rows.append({**row, "attempt_id": attempt_id, **_links(hand, links, cards)})
    hand.insert(_ITEMS, rows, is_noted=True)


def _links(hand: Hand, links: dict[str, str | None], cards: dict[str, int]) -> Row:
    pack_id = hand.own_id(_Pack, links["pack"]) if links["pack"] else None
    asked = select(_QUESTIONS.c.id).where(_QUESTIONS.c.pack_id == pack_id, _QUESTIONS.c.uid == links["asked"])
    question = (
        hand.session.scalar(asked.limit(1)) if links["asked"] and _pack_here(hand, links["pack"]) else None
    )
    return {"pack_id": pack_id, "card_id": cards.get(links["card"] or ""), "question_id": question}


def write_achievement(hand: Hand, plain: Row) -> None:
    """Add a tier that the guest has not earned here."""
    row = revive(plain, _EARNED)
    name, tier = row.get("achievement_name"), row.get("tier", 1)
    mine = (_EARNED.c.guest_id == hand.guest_id, _EARNED.c.tier == tier)
    same = select(_EARNED.c.id).where(*mine, _EARNED.c.achievement_name == name)
    if hand.session.scalar(same) is None:
        evidence = {**(row.get("evidence") or {}), "log_id": None}  # Another database's number.
        made = {**row, "evidence": evidence, "guest_id": hand.guest_id}
        number = hand.session.scalar(insert(_EARNED).values(made).returning(_EARNED.c.id))
        hand.journal.add(_EARNED, [number])
        hand.counts["achievements"] += 1
