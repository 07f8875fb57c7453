"""The pictures of cards: put there from a cut-out, found for pages without their bytes, taken away."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, true
from sqlalchemy.orm import Session

from studylens.errors import BadText, NotFound
from studylens.language import _, mark, said
from studylens.models import PICTURED, CardPicture, Cutout, Flashcard, Pack, new_id, now
from studylens.study.keeping.marks import touch_pictures
from studylens.study.packs.editing import add_card
from studylens.study.packs.parts import CARDS, FIELDS, STUDENT, check_texts
from studylens.study.packs.pictures import count_copies

PICTURES_A_PACK = 100
"""Pictures of one pack's cards: a card each of a long lecture's figures, at most 30 MB."""
PICTURE_BYTES = 300_000
"""Of one picture: a thing of 800 px has 20-110 kB, a dense page as WebP up to 260."""
IMPORTED = "import"
"""The way of a picture that came in with a deck."""
HIDDEN = mark("What is hidden here?")
"""The front of a card on which a part of the picture is covered, when the student wrote none."""
ALONE = mark("This side of the card is a picture alone. Write words on it first, then take the picture off.")
NOT_READY = mark("This cut-out is not ready yet. Wait for it, then make the card.")


@dataclass(frozen=True)
class Shown:
    """A card's picture for pages; `hidden` (left, top, right, bottom in 0-1): what its front covers.

    `alt`: what it shows, in words; empty: not known.
    """

    id: int
    width: int
    height: int
    on_back: bool
    hidden: tuple[float, ...] | None = None
    alt: str = ""


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
    """Make the cut-out a card's picture, in place of one on that side. Raises BadText and NotFound."""
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
    same = CardPicture.hidden.is_not(None) | CardPicture.on_back.is_(wanted.on_back)
    # What is hidden on the front is shown on the back, so it stands alone.
    clear(session, pack, card, true() if wanted.hidden else same)
    check_room(session, pack)
    row = CardPicture(pack_id=pack.id, card_uid=card.uid, picture=cutout.picture, way=cutout.way)
    row.webp, row.width, row.height = cutout.media_type == "image/webp", cutout.width, cutout.height
    row.on_back, row.hidden = wanted.on_back, list(wanted.hidden) if wanted.hidden else None
    session.add(row)
    session.flush()
    count_copies(session, pack)
    return card


def take_away(session: Session, pack: Pack, card_id: int, number: int = 0) -> Flashcard:
    """Take one picture off a card, or all (0); the card stays. Raises NotFound.

    Raises BadText where the picture is all that a side has.
    """
    card = _own_card(session, pack, card_id)
    if card.kind == PICTURED:
        _check_words(session, card, number)
    clear(session, pack, card, CardPicture.id == number if number else true())
    session.flush()
    count_copies(session, pack)
    return card


def shown_in(
    session: Session, pack_id: str, uids: Iterable[str | None] | None = None
) -> dict[str, tuple[Shown, ...]]:
    """Return the pictures of a pack's cards, or of these, by the card's uid, without their bytes.

    The front's stands first.
    """
    columns = (CardPicture.card_uid, CardPicture.id, CardPicture.width, CardPicture.height)
    told = (CardPicture.on_back, CardPicture.hidden, CardPicture.alt)
    rows = select(*columns, *told).where(CardPicture.pack_id == pack_id)
    rows = rows if uids is None else rows.where(CardPicture.card_uid.in_(uids))
    found: dict[str, tuple[Shown, ...]] = {}
    for uid, number, width, height, on_back, hidden, alt in session.execute(
        rows.order_by(CardPicture.on_back, CardPicture.id)
    ):
        one = Shown(number, width, height, on_back, tuple(hidden) if hidden else None, alt)
        found[uid] = (*found.get(uid, ()), one)
    return found


def on_card(session: Session, card_id: int) -> tuple[Shown, ...]:
    """Return the pictures of one card, without their bytes."""
    card = session.get(Flashcard, card_id)
    return shown_in(session, card.pack_id, [card.uid]).get(card.uid or "", ()) if card is not None else ()


def find(session: Session, guest_id: int | None, number: int) -> CardPicture:
    """Return a picture of the guest's own cards. Raises NotFound."""
    mine = select(CardPicture).join(Pack, Pack.id == CardPicture.pack_id)
    found = session.scalar(mine.where(CardPicture.id == number, Pack.guest_id == (guest_id or 0)))
    if found is None:
        raise NotFound
    return found


def _new_card(session: Session, pack: Pack, wanted: Wanted) -> Flashcard:
    front = wanted.front or (said(HIDDEN) if wanted.hidden else "")
    check_texts(FIELDS[CARDS], {"front": front, "back": wanted.back})
    made = {"kind": "short_answer", "origin": STUDENT, "edited_at": now(), "source_line": None}
    return add_card(session, pack, Flashcard(front=front, back=wanted.back, **made))


def _own_card(session: Session, pack: Pack, card_id: int) -> Flashcard:
    card = session.get(Flashcard, card_id)
    if card is None or card.pack_id != pack.id or card.deleted_at is not None:
        raise NotFound
    return card


def _check_words(session: Session, card: Flashcard, number: int) -> None:
    """Raise BadText when a side would be empty without this picture, or without all of them."""
    for one in on_card(session, card.id):
        if number in {0, one.id} and not (card.back if one.on_back else card.front):
            raise BadText(said(ALONE))


def clear(session: Session, pack: Pack, card: Flashcard, which: ColumnElement[bool]) -> None:
    """Take these pictures off a card."""
    mine = CardPicture.pack_id == pack.id, CardPicture.card_uid == card.uid
    session.execute(delete(CardPicture).where(*mine, which))
    touch_pictures(session, pack.id)


def check_room(session: Session, pack: Pack) -> None:
    """Count what was cut out; what a deck brought was counted when it came in. Raises BadText."""
    cut = (CardPicture.pack_id == pack.id, CardPicture.way != IMPORTED)
    there = session.scalar(select(func.count()).where(*cut)) or 0
    if there >= PICTURES_A_PACK:
        raise BadText(_("A pack may have %(num)s pictures on its cards.", num=PICTURES_A_PACK))
