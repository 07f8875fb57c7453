"""Cards that come in with pictures: as many as the guest has room for."""

from collections.abc import Iterable
from typing import IO, Any

from sqlalchemy import select

from studylens.models import CardPicture, Flashcard, Pack
from studylens.study.cutouts.cards import IMPORTED
from studylens.study.exchange.account.writing import table_of
from studylens.study.exchange.arriving import cards
from studylens.study.exchange.arriving.hand import Hand, Row
from studylens.study.exchange.counted import NO_ROOM

CAME, BYTES = "pictures", "picture_bytes"
"""Counted: pictures that came in, and their bytes."""
_PICTURES = table_of(CardPicture)
_COLUMNS = ("on_back", "width", "height", "alt", "hidden")


def write_cards(hand: Hand, lines: list[list[Any]]) -> None:
    """Write those that the guest does not have yet, and pictures that their cards lack."""
    known = cards.known(hand, [_uid(card) for _pictures, *card in lines])
    wanted: dict[str, list[Row]] = {}
    come = []
    for pictures, *card in lines:
        kept = _with_room(hand, pictures)
        lacks = any(one["alone"] for one in pictures if one not in kept)
        if lacks and _uid(card) not in known:
            hand.counts[f"left_{NO_ROOM}"] += 1
            hand.counts["skipped"] += 1
            continue
        if len(kept) < len(pictures):
            hand.counts[f"lost_{NO_ROOM}"] += len(pictures) - len(kept)
        wanted[_uid(card)] = kept
        come.append(card)
    cards.write_cards(hand, come)
    _hang(hand, wanted, known)


def _uid(card: list[Any]) -> str:
    return str(card[4])


def _with_room(hand: Hand, pictures: Iterable[Row]) -> list[Row]:
    """Return the pictures for which there is room, and count on it."""
    kept = []
    for one in pictures:
        if one["size"] <= hand.room:
            hand.room -= one["size"]
            kept.append(one)
    return kept


def _hang(hand: Hand, wanted: dict[str, list[Row]], known: set[str]) -> None:
    """Put pictures on cards that have none on that side; no more than a chunk of them is in memory."""
    packs = _packs_of(hand, wanted)
    sides = select(CardPicture.card_uid, CardPicture.on_back).where(CardPicture.card_uid.in_(wanted))
    sides = sides.where(CardPicture.pack_id.in_(set(packs.values())))
    taken = {(uid, on_back) for uid, on_back in hand.session.execute(sides)}
    for uid, pictures in wanted.items():
        for one in pictures:
            if uid not in packs or (uid, one["on_back"]) in taken:
                hand.room += one["size"]
                continue
            row = {name: one[name] for name in _COLUMNS}
            row |= {"pack_id": packs[uid], "card_uid": uid, "webp": True, "way": IMPORTED}
            row["picture"] = picture_at(hand.pictures, one)
            hand.insert(_PICTURES, [row], is_noted=uid in known)
            hand.counts[CAME] += 1
            hand.counts[BYTES] += one["size"]
            if uid in known:
                hand.journal.touched[packs[uid]] = None


def _packs_of(hand: Hand, uids: Iterable[str]) -> dict[str, str]:
    here = Pack.deleted_at.is_(None) | (Pack.joining_at == hand.at)
    found = select(Flashcard.uid, Flashcard.pack_id).join(Pack, Pack.id == Flashcard.pack_id)
    mine = (Pack.guest_id == hand.guest_id, here, Flashcard.deleted_at.is_(None), Flashcard.uid.in_(uids))
    return {uid: pack_id for uid, pack_id in hand.session.execute(found.where(*mine)) if uid}


def picture_at(file: IO[bytes], row: Row) -> bytes:
    """Return a picture that the reading has kept."""
    file.seek(row["place"])
    return file.read(row["size"])
