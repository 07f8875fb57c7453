"""A picture that a program puts on a card: small already, so that nothing is decoded here."""

from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy.orm import Session

from studylens.errors import BadText, Unreadable, UnsupportedType
from studylens.language import _
from studylens.models import CardPicture, Flashcard, Pack
from studylens.models.cutouts import ALT_CHARS
from studylens.study.cutouts.cards import check_room, clear
from studylens.study.packs.pictures import count_copies
from studylens.uploads.header import Header, read_header

SENT_BYTES = 180_000
"""Of one picture: base64 makes 240 kB of it, and JSON may have 256."""
MOST_PX = 2_000
"""Of a side: whoever draws the picture later, on a sheet say, holds 16 MB of it."""
SENT = "program"
"""The way of such a picture."""


@dataclass(frozen=True)
class SentPicture:
    """The picture as it came; `alt`: what it shows, in words."""

    data: bytes
    alt: str = ""


def put(session: Session, card: Flashcard, sent: SentPicture, *, on_back: bool) -> None:
    """Put a WebP on a side of a card, in place of one on that side or of one that hides a part.

    Raises BadText.
    """
    if len(sent.data) > SENT_BYTES:
        raise BadText(_("A picture of a card has at most %(most)s kB.", most=SENT_BYTES // 1000))
    header = _header(sent.data)
    pack = session.get_one(Pack, card.pack_id)
    clear(session, pack, card, or_(CardPicture.hidden.is_not(None), CardPicture.on_back.is_(on_back)))
    check_room(session, pack)
    row = CardPicture(pack_id=pack.id, card_uid=card.uid, picture=sent.data, webp=True, way=SENT)
    row.width, row.height, row.on_back, row.alt = header.width, header.height, on_back, sent.alt[:ALT_CHARS]
    session.add(row)
    session.flush()
    count_copies(session, pack)


def _header(data: bytes) -> Header:
    sentence = _("A picture of a card is a WebP of at most %(most)s px a side.", most=MOST_PX)
    try:
        header = read_header(data)
    except (UnsupportedType, Unreadable) as error:
        raise BadText(sentence) from error
    if header.kind != "webp" or max(header.width, header.height) > MOST_PX:
        raise BadText(sentence)
    return header
