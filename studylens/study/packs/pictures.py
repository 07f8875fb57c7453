"""The photos of a pack: what a page needs to find the student's own picture, and the copies kept here.

The picture itself stays in the student's browser, under the SHA-256 of the bytes that were sent. The server
has one only when the student asked for a copy.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Table, bindparam, delete, func, select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import KeptCopy
from studylens.errors import NotFound
from studylens.models import CardPicture, Pack, PackPage, PackPicture
from studylens.study.budgets import sums
from studylens.study.keeping.marks import touch_pictures


@dataclass(frozen=True)
class PagePicture:
    """One photo of a pack; `sha256` of the bytes that were sent, `kept_bytes` 0 without a copy here."""

    page: int
    sha256: str
    caption: str
    caption_engine: str
    kept_bytes: int
    width: int
    height: int
    """px of the kept copy; 0 without one."""
    turned: int = 0
    """Degrees clockwise by which the student's own picture must be turned to agree with the boxes."""


@dataclass(frozen=True)
class FirstPhoto:
    """The photo that stands for a pack: where the browser finds its own, and whether a copy is here."""

    sha256: str
    has_copy: bool
    turned: int = 0
    """Degrees clockwise by which the student's own picture must be turned."""


_PACKS: Table = Pack.__table__  # type: ignore[assignment]
_PAGES: Table = PackPage.__table__  # type: ignore[assignment]
_COPIES: Table = PackPicture.__table__  # type: ignore[assignment]
_FIRST = (
    select(
        _PACKS.c.id.label("pack_id"), _PAGES.c.sha256, _PAGES.c.receipt,
        _COPIES.c.pack_id.is_not(None).label("has_copy"),
    )
    .select_from(
        _PACKS.outerjoin(_PAGES, (_PAGES.c.pack_id == _PACKS.c.id) & (_PAGES.c.n == 1))
        .outerjoin(_COPIES, (_COPIES.c.pack_id == _PACKS.c.id) & (_COPIES.c.page == 1))
    )
    .where(_PACKS.c.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip
"""The first page of packs that were joined, and whether a copy of the first photo is here."""


class Photographed(Protocol):
    """A pack, or a row with what tells its first photo."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def receipt(self) -> dict[str, Any]: ...  # noqa: D102


def first_photos(session: Session, packs: Sequence[Photographed]) -> dict[str, FirstPhoto]:
    """Return the first photo of each pack by the pack's id, in one query; none for pasted text."""
    rows = session.connection().execute(_FIRST, {"ids": [pack.id for pack in packs]}).all() if packs else []
    told = {row.pack_id: row for row in rows}
    found = {}
    for pack in packs:
        row = told.get(pack.id)
        is_joined = row is not None and row.sha256 is not None
        sha256, receipt = (row.sha256, row.receipt) if row and is_joined else (None, pack.receipt)
        if photo := first_photo(sha256, receipt, has_copy=bool(row and row.has_copy)):
            found[pack.id] = photo
    return found


def first_photo(sha256: str | None, receipt: dict[str, Any], *, has_copy: bool) -> FirstPhoto | None:
    """Return the photo that stands for a pack, from the receipt of its first page; None for pasted text.

    `sha256`: of the page of a pack that was joined; None: as the receipt says.
    """
    known = receipt.get("sha256", "") if sha256 is None else sha256
    own = "" if receipt.get("document_page") else known or ""  # Browsers keep no pages of a PDF.
    return FirstPhoto(own, has_copy, receipt.get("turned") or 0) if own or has_copy else None


def keep_copy(session: Session, pack: Pack, copy: KeptCopy, page: int = 1) -> None:
    """Add the copy to the pack's page and count it in the receipt."""
    jpeg = base64.b64decode(copy.jpeg_base64)
    session.add(PackPicture(pack_id=pack.id, page=page, jpeg=jpeg, width=copy.width, height=copy.height))
    session.flush()
    count_copies(session, pack)


def forget_copies(session: Session, pack: Pack) -> None:
    """Delete every copy of the pack, and say so in its receipts."""
    session.execute(delete(PackPicture).where(PackPicture.pack_id == pack.id))
    touch_pictures(session, pack.id)
    for page in session.scalars(select(PackPage).where(PackPage.pack_id == pack.id)):
        page.receipt = {**page.receipt, "bytes_kept": 0}
    count_copies(session, pack)


def find_copy(session: Session, pack: Pack, page: int) -> PackPicture:
    """Return the copy of one page. Raises NotFound."""
    found = session.get(PackPicture, (pack.id, page))
    if found is None:
        raise NotFound
    return found


def pictures_of(session: Session, pack: Pack) -> list[PagePicture]:
    """Return the photos of the pack in order, with the size of their copies; none for pasted text."""
    sizes = (func.length(PackPicture.jpeg), PackPicture.width, PackPicture.height)
    copies = select(PackPicture.page, *sizes).where(PackPicture.pack_id == pack.id)
    kept = {page: (size, width, height) for page, size, width, height in session.execute(copies)}
    found = []
    for page, (sha256, caption, engine, receipt) in _sent(session, pack).items():
        size, width, height = kept.get(page, (0, 0, 0))
        if size or (sha256 and not receipt.get("document_page")):  # Browsers keep no pages of a PDF.
            turned = receipt.get("turned") or 0
            found.append(PagePicture(page, sha256, caption, engine, size, width, height, turned))
    return found


def answers_in(session: Session, pack: Pack) -> dict[int, PagePicture]:
    """Return, by the card's id, the photo of which a part is the card's answer."""
    pages = {line.n: line.page for line in pack.transcript}
    by_page = {picture.page: picture for picture in pictures_of(session, pack)}
    cards = [card for card in pack.cards if card.answer_box and card.source_line]
    found = {card.id: by_page.get(pages.get(card.source_line or 0, 0)) for card in cards}
    return {number: picture for number, picture in found.items() if picture is not None}


def pack_of_photo(session: Session, guest_id: int | None, sha256: str) -> Pack | None:
    """Return the guest's newest pack that was made from these very bytes."""
    mine = Pack.guest_id == (guest_id or 0)
    alone = select(Pack.id).where(mine, Pack.photo_sha256 == sha256)
    among = select(PackPage.pack_id).join(Pack, Pack.id == PackPage.pack_id)
    same = alone.union_all(among.where(mine, PackPage.sha256 == sha256))
    found = select(Pack).where(Pack.id.in_(same), Pack.deleted_at.is_(None))
    return session.scalar(found.order_by(Pack.created_at.desc()).limit(1))


def _sent(session: Session, pack: Pack) -> dict[int, tuple[str, str, str, dict[str, Any]]]:
    """Return fingerprint, caption, captioner and receipt by page; never merged: of one photo, or a text."""
    pages = session.scalars(select(PackPage).where(PackPage.pack_id == pack.id).order_by(PackPage.n))
    found = {page.n: (page.sha256, page.caption, page.caption_engine, page.receipt) for page in pages}
    alone = (pack.receipt.get("sha256", ""), pack.caption, pack.caption_engine, pack.receipt)
    return found or {1: alone}


def count_copies(session: Session, pack: Pack) -> None:
    """Say in the receipt how many bytes of the pack's photos are kept here, on its cards as well."""
    sums.touch(session, pack.id)
    pack.receipt = {**pack.receipt, "bytes_kept": bytes_kept(session, pack.id)}


def bytes_kept(session: Session, pack_id: str) -> int:
    """Return the bytes of the pack's photos that are kept here, and of the pictures of its cards."""
    copies = select(func.sum(func.length(PackPicture.jpeg))).where(PackPicture.pack_id == pack_id)
    on_cards = select(func.sum(func.length(CardPicture.picture))).where(CardPicture.pack_id == pack_id)
    return (session.scalar(copies) or 0) + (session.scalar(on_cards) or 0)
