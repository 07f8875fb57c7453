"""Cards that come in and hide a label: each picture becomes a page of a pack, with a copy that is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from studylens.language import said
from studylens.models import CardLabel, Flashcard, Pack, PackPage, PackPicture
from studylens.storable import printable
from studylens.study.exchange.account.writing import table_of
from studylens.study.exchange.arriving import cards
from studylens.study.exchange.arriving.hand import Hand, Row
from studylens.study.exchange.arriving.pictures import BYTES, CAME, picture_at
from studylens.study.exchange.counted import NO_ROOM
from studylens.study.labels.sets import ASKS

_NAME_CHARS = 100


@dataclass(frozen=True)
class _Place:
    """The page of a pack on which the labels of a picture are."""

    pack_id: str
    page: int
    is_fresh: bool
    """This import has brought it: what is there goes with its pack."""


def write_cards(hand: Hand, lines: list[list[Any]]) -> None:
    """Write labels that the guest does not have yet; those of a picture that is here join the others."""
    there, places = _there(hand, {label["set_uid"] for label, *_card in lines})
    known = cards.known(hand, [card[4] for _label, *card in lines])
    for label, *card in lines:
        key = label["set_uid"], label["n"]
        if card[4] in known or key in there:
            hand.counts["known"] += 1
            continue
        there.add(key)
        place = places.get(label["set_uid"]) or _new_page(hand, label, deck=card[0])
        if place is None:
            hand.counts[f"left_{NO_ROOM}"] += 1
            hand.counts["skipped"] += 1
            continue
        places[label["set_uid"]] = place
        _write(hand, label, card, place)


def _there(hand: Hand, set_uids: Iterable[str]) -> tuple[set[tuple[str, int]], dict[str, _Place]]:
    """Return the labels of these pictures that the guest has, and where they are."""
    here = Pack.deleted_at.is_(None) | (Pack.joining_at == hand.at)
    same = (Flashcard.uid == CardLabel.card_uid) & (Flashcard.pack_id == CardLabel.pack_id)
    found = select(CardLabel.set_uid, CardLabel.n, CardLabel.pack_id, CardLabel.page, Pack.joining_at)
    found = found.join(Flashcard, same).join(Pack, Pack.id == CardLabel.pack_id)
    mine = (Pack.guest_id == hand.guest_id, here, Flashcard.deleted_at.is_(None))
    rows = hand.session.execute(found.where(*mine, CardLabel.set_uid.in_(set_uids))).all()
    places = {row.set_uid: _Place(row.pack_id, row.page, row.joining_at == hand.at) for row in rows}
    return {(row.set_uid, row.n) for row in rows}, places


def _new_page(hand: Hand, label: Row, *, deck: str) -> _Place | None:
    """Add a page with the picture to a pack that has room for all its labels; None without room for it."""
    if label["size"] > hand.room:
        return None
    hand.room -= label["size"]
    pack_id = cards.pack_for(hand, deck, label["labels"])
    hand.session.flush()
    last = select(func.max(PackPage.n)).where(PackPage.pack_id == pack_id)
    page = 1 + (hand.session.scalar(last) or 0)
    name = printable(label["name"])[:_NAME_CHARS]
    size = {name: label[name] for name in ("width", "height")}
    hand.insert(table_of(PackPage), [{"pack_id": pack_id, "n": page, "name": name}], is_noted=False)
    picture = {"jpeg": picture_at(hand.pictures, label), **size}
    hand.insert(table_of(PackPicture), [{"pack_id": pack_id, "page": page, **picture}], is_noted=False)
    hand.counts.update({CAME: 1, BYTES: label["size"]})
    return _Place(pack_id, page, is_fresh=True)


def _write(hand: Hand, label: Row, card: list[Any], place: _Place) -> None:
    row = {name: value for name, value in cards.row_of(card).items() if value is not None}
    row["pack_id"] = place.pack_id
    row["front"] = row["front"] or said(ASKS)
    x0, y0, x1, y1 = label["box"]
    hidden = {name: label[name] for name in ("set_uid", "n", "hides_all", "extra")}
    hidden |= {"pack_id": place.pack_id, "page": place.page, "card_uid": row["uid"]}
    hand.insert(table_of(Flashcard), [row], is_noted=not place.is_fresh)
    hand.insert(
        table_of(CardLabel), [{**hidden, "x0": x0, "y0": y0, "x1": x1, "y1": y1}], is_noted=not place.is_fresh
    )
    hand.counts["cards"] += 1
    if not place.is_fresh:
        hand.journal.touched[place.pack_id] = None
