"""A copy of a shared pack: it comes in as from an account file, without what is its owner's own.

What is named here travels, and nothing else: a column that a later release adds stays at home until somebody
has thought about it. Taken twice, the copy gets what it lacks, as when a file is imported twice.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import exists, func, insert, literal, select
from sqlalchemy.orm import Session

from studylens.errors import BeingJoined
from studylens.language import mark
from studylens.models import (
    LABEL,
    CardLabel,
    CardPicture,
    Flashcard,
    Guest,
    Pack,
    PackPicture,
    PackTerm,
    QuizQuestion,
    TranscriptLine,
    new_id,
    now,
)
from studylens.sharing_limits import MOST_BYTES_AT_ONCE, MOST_ROWS_AT_ONCE
from studylens.study.exchange.account.writing import pack_entry, table_of
from studylens.study.exchange.arriving.hand import Hand
from studylens.study.exchange.arriving.packs import write_pack, write_parts
from studylens.study.keeping.marks import touch_pictures
from studylens.study.packs import search, trash
from studylens.study.packs.parts import STUDENT
from studylens.study.packs.pictures import bytes_kept, count_copies
from studylens.study.sharing.parts import Part, covering

SOURCE = mark("This is a copy of a pack that somebody shared with a link.")
"""Kept among the pack's notes, so that it says where it came from."""
_IMPORTED = "import"
_ALWAYS = ("title", "text_engine", "private", "quality")
_OF_PACK: dict[Part, tuple[str, ...]] = {
    Part.TOLD: ("summary", "explanation", "caption", "caption_engine"),
    Part.QUESTION: ("question",),
    Part.TEXT: ("judged",),
}
_MADE = ("source_line", "origin", "rule", "marks", "level")
_LISTS: dict[str, tuple[Part | None, tuple[str, ...]]] = {
    "lines": (Part.TEXT, ("n", "text", "score", "box", "page", "unsure", "table_n", "cells")),
    "terms": (Part.TERMS, ("term", "definition", "source_line", "origin")),
    "cards": (Part.CARDS, ("uid", "front", "back", "kind", "answer_box", *_MADE)),
    "questions": (Part.CARDS, ("uid", "question", "options", "answer_index", "explanation", *_MADE)),
    "labels": (
        Part.CARDS,
        ("card_uid", "page", "set_uid", "n", "hides_all", "extra", "x0", "y0", "x1", "y1"),
    ),
    "pages": (None, ("n", "title", "text_engine")),
}
_TOLD_BY_PAGES = ("summary", "explanation", "caption", "caption_engine")
_ROWS_AT_ONCE = 200
"""Rows in one statement: SQLite takes 32,766 values."""
_PLACES = ("box", "answer_box")
"""Where something stands in the photo."""
PICTURE = ("jpeg", "width", "height")
CARD_PICTURE = ("card_uid", "picture", "webp", "width", "height", "on_back", "hidden", "way", "alt")


def take(session: Session, guest_id: int, pack: Pack, parts: frozenset[Part]) -> str:
    """Give the guest a pack with these parts of a shared one; return its id. One's own pack is its own copy.

    Raises NoRoom when the transaction ends, BeingJoined.
    """
    source = pack.id
    if pack.guest_id == guest_id:
        return source
    own = own_id(session, guest_id, source)
    _write(Hand(session, guest_id, "", now(), {}), own, plain_copy(session, pack, parts))
    if Part.PHOTO in parts:
        _take_pictures(session, source, own)
    taken = session.get_one(Pack, own, populate_existing=True)
    taken.joining_at = taken.deleted_at = None
    count_copies(session, taken)
    search.index_pack(session, taken)
    return own


def is_large(session: Session, pack: Pack, parts: frozenset[Part]) -> bool:
    """Say whether others would wait too long for a copy that is written at once."""
    tables = (TranscriptLine, Flashcard, QuizQuestion, PackTerm, CardLabel)
    counts = (session.scalar(select(func.count()).where(table.pack_id == pack.id)) for table in tables)
    if sum(count or 0 for count in counts) > MOST_ROWS_AT_ONCE:
        return True
    return Part.PHOTO in parts and bytes_kept(session, pack.id) > MOST_BYTES_AT_ONCE


def _write(hand: Hand, own: str, plain: dict[str, Any]) -> None:
    """Add what is not there yet, hidden as all that comes in, in the order of an account file."""
    write_pack(hand, own, {name: plain[name] for name in plain.keys() - _LISTS.keys()})
    for name in _LISTS:
        for start in range(0, len(plain[name]), _ROWS_AT_ONCE):
            write_parts(hand, own, name, plain[name][start : start + _ROWS_AT_ONCE])
    hand.session.flush()


def own_id(session: Session, guest_id: int, source: str) -> str:
    """Return under which id the copy is this guest's: the same each time, as long as it is there.

    One that lies in the trash comes out of it. Raises BeingJoined.
    """
    session.execute(select(Guest.id).where(Guest.id == guest_id).with_for_update())  # One at a time.
    moved = hashlib.sha256(f"{guest_id}:{source}".encode()).hexdigest()[:32]
    there = session.get(Pack, moved)
    if there is None:
        return moved
    if there.guest_id != guest_id or there.erasing_at is not None:
        return new_id()
    if there.joining_at is not None:
        raise BeingJoined
    trash.bring_back(session, there)
    session.flush()
    return moved


def plain_copy(session: Session, pack: Pack, parts: frozenset[Part]) -> dict[str, Any]:
    """Return these parts of the pack as plain JSON, as they stand in an account file."""
    row = session.execute(select(table_of(Pack)).where(Pack.id == pack.id)).mappings().one()
    _, plain = pack_entry(session, row)
    columns = {name for part in parts for name in _OF_PACK.get(part, ())} | set(_ALWAYS)
    kept = {name: plain[name] for name in columns} | {"notes": [SOURCE]}
    for name, (part, wanted) in _LISTS.items():
        kept[name] = list(_some(plain[name], _wanted(name, wanted, parts))) if _is_in(part, parts) else []
    return _without_lost_pictures(session, pack, kept, parts)


def _without_lost_pictures(
    session: Session, pack: Pack, kept: dict[str, Any], parts: frozenset[Part]
) -> dict[str, Any]:
    """Leave out cards that hide a part of a picture that does not come along: nobody could answer them."""
    pages = select(PackPicture.page).where(PackPicture.pack_id == pack.id)
    pictured = set(session.scalars(pages)) if Part.PHOTO in parts else set()
    labels = [row for row in kept["labels"] if row["page"] in pictured]
    seen = {row["card_uid"] for row in labels}
    lost = set() if Part.PHOTO in parts else covering(session, pack.id)
    cards = [row for row in kept["cards"] if row["kind"] != LABEL or row["uid"] in seen]
    cards = [row for row in cards if row["uid"] not in lost]
    there = {row["uid"] for row in cards}
    return {**kept, "cards": cards, "labels": [row for row in labels if row["card_uid"] in there]}


def _is_in(part: Part | None, parts: frozenset[Part]) -> bool:
    return part is None or part in parts


def _wanted(name: str, wanted: tuple[str, ...], parts: frozenset[Part]) -> set[str]:
    columns = set(wanted) | (set(_TOLD_BY_PAGES) if name == "pages" and Part.TOLD in parts else set())
    return columns if Part.PHOTO in parts else columns - set(_PLACES)


def _some(rows: Iterable[dict[str, Any]], wanted: set[str]) -> Iterable[dict[str, Any]]:
    """Yield rows that are not deleted, with these columns; what its owner wrote counts as imported."""
    for row in rows:
        if row.get("deleted_at") is None:
            kept = {name: row[name] for name in wanted}
            yield {**kept, "origin": _IMPORTED} if kept.get("origin") == STUDENT else kept


def _take_pictures(session: Session, source: str, own: str) -> None:
    """Copy kept photos and the pictures of cards from row to row: none of them passes through here."""
    there = table_of(PackPicture).alias()
    is_there = exists().where(there.c.pack_id == own, there.c.page == PackPicture.page)
    photos = select(literal(own), PackPicture.page, *_columns(PackPicture, PICTURE))
    photos = photos.where(PackPicture.pack_id == source, ~is_there)
    session.execute(insert(PackPicture).from_select(["pack_id", "page", *PICTURE], photos))
    others = table_of(CardPicture).alias()
    same = (others.c.card_uid == CardPicture.card_uid, others.c.on_back == CardPicture.on_back)
    has_one = exists().where(others.c.pack_id == own, *same)
    cards = select(literal(own), *_columns(CardPicture, CARD_PICTURE))
    mine = select(Flashcard.uid).where(Flashcard.pack_id == own)
    cards = cards.where(CardPicture.pack_id == source, CardPicture.card_uid.in_(mine), ~has_one)
    session.execute(insert(CardPicture).from_select(["pack_id", *CARD_PICTURE], cards))
    touch_pictures(session, own)


def _columns(model: type[Any], names: tuple[str, ...]) -> list[Any]:
    return [getattr(model, name) for name in names]
