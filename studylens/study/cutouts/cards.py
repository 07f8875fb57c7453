"""The pictures of cards: put there from a cut-out, found for pages without their bytes, taken away."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studylens.errors import BadText, NotFound
from studylens.language import _, mark, said
from studylens.models import CardPicture, Cutout, Flashcard, Pack, new_id, now
from studylens.study.keeping.marks import touch_pictures
from studylens.study.packs.editing import add_card
from studylens.study.packs.parts import STUDENT, check_texts
from studylens.study.packs.pictures import count_copies

PICTURES_A_PACK = 100
"""Pictures of one pack's cards: a card each of a long lecture's figures, at most 30 MB."""
PICTURE_BYTES = 300_000
"""Of one picture: a thing of 800 px has 20-110 kB, a dense page as WebP up to 260."""
HIDDEN = mark("What is hidden here?")
"""The front of a card on which a part of the picture is covered, when the student wrote none."""
NOT_READY = mark("This cut-out is not ready yet. Wait for it, then make the card.")


@dataclass(frozen=True)
class Shown:
    """A card's picture for pages; `hidden` (left, top, right, bottom in 0-1): what its front covers."""

    id: int
    width: int
    height: int
    on_back: bool
    hidden: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Wanted:
    """What a student wants of a cut-out: the card's two sides, and where the picture goes.

    `card_id`: of an existing card, whose texts stay; 0: a new one.
    """

    front: str = ""
    back: str = ""
    card_id: int = 0
    on_back: bool = False
    hidden: tuple[float, ...] | None = None


def put(session: Session, pack: Pack, cutout: Cutout, wanted: Wanted) -> Flashcard:
    """Make the cut-out a card's picture, in place of one that is there. Raises BadText and NotFound."""
    if cutout.picture is None:
        raise BadText(said(NOT_READY))
    if len(cutout.picture) > PICTURE_BYTES:
        most = PICTURE_BYTES // 1000
        raise BadText(
            _("This picture has more than %(most)s kB. Cut out a smaller part of the page.", most=most)
        )
    card = _own_card(session, pack, wanted.card_id) if wanted.card_id else _new_card(session, pack, wanted)
    card.uid = card.uid or new_id()
    card.marks = None if not wanted.card_id else card.marks  # What stands in a picture no line can prove.
    _clear(session, pack, card)
    _check_room(session, pack)
    row = CardPicture(pack_id=pack.id, card_uid=card.uid, picture=cutout.picture, way=cutout.way)
    row.webp, row.width, row.height = cutout.media_type == "image/webp", cutout.width, cutout.height
    row.on_back, row.hidden = wanted.on_back, list(wanted.hidden) if wanted.hidden else None
    session.add(row)
    session.flush()
    count_copies(session, pack)
    return card


def take_away(session: Session, pack: Pack, card_id: int) -> Flashcard:
    """Take the picture off a card, which stays. Raises NotFound."""
    card = _own_card(session, pack, card_id)
    _clear(session, pack, card)
    session.flush()
    count_copies(session, pack)
    return card


def shown_in(session: Session, pack_id: str) -> dict[str, Shown]:
    """Return the pictures of a pack's cards by the card's uid, without their bytes."""
    columns = (CardPicture.card_uid, CardPicture.id, CardPicture.width, CardPicture.height)
    rows = select(*columns, CardPicture.on_back, CardPicture.hidden).where(CardPicture.pack_id == pack_id)
    return {
        uid: Shown(number, width, height, on_back, tuple(hidden) if hidden else None)
        for uid, number, width, height, on_back, hidden in session.execute(rows.order_by(CardPicture.id))
    }


def on_card(session: Session, card_id: int) -> Shown | None:
    """Return the picture of one card, without its bytes; None where it has none."""
    card = session.get(Flashcard, card_id)
    return shown_in(session, card.pack_id).get(card.uid or "") if card is not None else None


def find(session: Session, guest_id: int | None, number: int) -> CardPicture:
    """Return a picture of the guest's own cards. Raises NotFound."""
    mine = select(CardPicture).join(Pack, Pack.id == CardPicture.pack_id)
    found = session.scalar(mine.where(CardPicture.id == number, Pack.guest_id == (guest_id or 0)))
    if found is None:
        raise NotFound
    return found


def _new_card(session: Session, pack: Pack, wanted: Wanted) -> Flashcard:
    front = wanted.front or (said(HIDDEN) if wanted.hidden else "")
    check_texts("cards", {"front": front, "back": wanted.back})
    made = {"kind": "short_answer", "origin": STUDENT, "edited_at": now(), "source_line": None}
    return add_card(session, pack, Flashcard(front=front, back=wanted.back, **made))


def _own_card(session: Session, pack: Pack, card_id: int) -> Flashcard:
    card = session.get(Flashcard, card_id)
    if card is None or card.pack_id != pack.id or card.deleted_at is not None:
        raise NotFound
    return card


def _clear(session: Session, pack: Pack, card: Flashcard) -> None:
    mine = CardPicture.pack_id == pack.id, CardPicture.card_uid == card.uid
    session.execute(delete(CardPicture).where(*mine))
    touch_pictures(session, pack.id)


def _check_room(session: Session, pack: Pack) -> None:
    there = session.scalar(select(func.count()).where(CardPicture.pack_id == pack.id)) or 0
    if there >= PICTURES_A_PACK:
        raise BadText(_("A pack may have %(num)s pictures on its cards.", num=PICTURES_A_PACK))
