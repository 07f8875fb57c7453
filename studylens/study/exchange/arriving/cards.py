"""Cards from elsewhere become drafts in packs of their own; a deck that comes again adds only what is new."""

from typing import Any

from sqlalchemy import insert, select

from studylens.language import _
from studylens.models import Flashcard, Pack, PackTag, new_id
from studylens.study.exchange.arriving.hand import Hand
from studylens.study.exchange.deck_names import place_of
from studylens.study.exchange.incoming import IMPORT, tag_of
from studylens.study.packs.parts import PACK_ITEMS

DECKS = "decks"
"""Among an import's notes: each deck's open pack, the cards in it, how many packs it is, and all these."""


def write_cards(hand: Hand, lines: list[list[Any]]) -> None:
    """Write those that the guest does not have yet."""
    there = known(hand, [line[4] for line in lines])
    fresh = [line for line in lines if line[4] not in there]
    hand.counts["known"] += len(lines) - len(fresh)
    hand.counts["cards"] += len(fresh)
    rows = [_row(hand, line) for line in fresh]
    hand.session.flush()
    if rows:
        hand.session.execute(insert(Flashcard), rows)


def write_tags(hand: Hand, lines: list[list[Any]]) -> None:
    """Give the packs that this file has begun the tags of their deck's cards."""
    for deck, tags in lines:
        *_begun, ids = hand.notes.get(DECKS, {}).get(deck, [[]])
        names = dict.fromkeys(filter(None, map(tag_of, tags)))
        hand.session.flush()
        rows = [{"pack_id": pack_id, "tag": name} for pack_id in ids for name in names]
        if rows:
            hand.session.execute(insert(PackTag), rows)


def known(hand: Hand, uids: list[str]) -> set[str]:
    """Return those that stand in one of the guest's packs, or in one that this file has brought."""
    here = Pack.deleted_at.is_(None) | (Pack.joining_at == hand.at)
    mine = (Pack.guest_id == hand.guest_id, here, Flashcard.deleted_at.is_(None))
    wanted = select(Flashcard.uid).join(Pack, Pack.id == Flashcard.pack_id)
    return {uid for uid in hand.session.scalars(wanted.where(*mine, Flashcard.uid.in_(uids))) if uid}


def _row(hand: Hand, line: list[Any]) -> dict[str, object]:
    return {"pack_id": pack_for(hand, line[0]), **row_of(line)}


def row_of(line: list[Any]) -> dict[str, object]:
    """Return a card's columns, but for its pack."""
    _deck, front, back, kind, uid, marks, also = line
    return {
        "front": front,
        "back": back,
        "kind": kind,
        "origin": IMPORT,
        "uid": uid,
        "source_line": None,
        "marks": marks,
        "also_right": also or None,
    }


def pack_for(hand: Hand, deck: str, cards: int = 1) -> str:
    """Return the pack into which so many cards of a deck go; a new one when none has room for all of them."""
    decks = hand.notes.setdefault(DECKS, {})
    pack_id, filled, parts, ids = decks.get(deck, ("", PACK_ITEMS, 0, []))
    if filled + cards > PACK_ITEMS:
        pack_id, filled, parts = _new_pack(hand, deck, parts + 1), 0, parts + 1
        ids = [*ids, pack_id]
    decks[deck] = [pack_id, filled + cards, parts, ids]
    return str(pack_id)


def _new_pack(hand: Hand, deck: str, number: int) -> str:
    part = f" ({number})" if number > 1 else ""
    subject, title = place_of(deck)
    title = (title or _("Imported cards")) + part
    pack = Pack(id=new_id(), guest_id=hand.guest_id, subject=subject, title=title, created_at=hand.at)
    pack.joining_at = pack.deleted_at = hand.at
    hand.session.add(pack)
    hand.counts["packs"] += 1
    hand.journal.add(Pack.__table__, [pack.id])  # type: ignore[arg-type]
    hand.journal.touched[pack.id] = None
    return pack.id
