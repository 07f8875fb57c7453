"""A card's hidden label as pages draw it: what is asked, what else is hidden, and in which picture."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.models import CardLabel, Flashcard, Pack, PackPicture
from studylens.study.labels.boxes import Box, kept
from studylens.study.packs.pictures import PagePicture, pictures_of


@dataclass(frozen=True)
class Label:
    """One label of a picture; `n` counts the labels that are there, from 1, for paper.

    `kept_n`: its number for good, under which Anki keeps its schedule. `asks`: its card's front. `extra`:
    what a deck says below the answer.
    """

    card_id: int
    n: int
    word: str
    box: Box
    kept_n: int = 0
    asks: str = ""
    extra: str = ""


@dataclass(frozen=True)
class PageLabels:
    """The labels of one page that are cards, and its picture.

    `picture` None: neither a browser nor this server is known to have one.
    """

    page: int
    labels: tuple[Label, ...]
    hides_all: bool
    picture: PagePicture | None
    set_uid: str = ""


@dataclass(frozen=True)
class Hidden:
    """What is hidden on one card."""

    asked: Label
    others: tuple[Label, ...]
    hides_all: bool
    page: int
    picture: PagePicture | None

    @property
    def words(self) -> list[str]:
        """The other labels' words, which are seen beside it; none when all are covered."""
        return [] if self.hides_all else [label.word for label in self.others if label.word]


def labels_of(session: Session, pack: Pack) -> list[PageLabels]:
    """Return the hidden labels of a pack, page by page; cards that were deleted are left out."""
    rows = _rows(session, pack.id)
    if not rows:
        return []
    pictures = {picture.page: picture for picture in pictures_of(session, pack)}
    pages = sorted({row.page for row, *_ in rows})
    return [_page(page, [row for row in rows if row[0].page == page], pictures.get(page)) for page in pages]


def hidden_in(session: Session, pack: Pack) -> dict[int, Hidden]:
    """Return what is hidden on the pack's cards, by the card's id."""
    return {
        label.card_id: Hidden(
            label,
            tuple(other for other in page.labels if other is not label),
            page.hides_all,
            page.page,
            page.picture,
        )
        for page in labels_of(session, pack)
        for label in page.labels
    }


def words_beside(session: Session, card: Flashcard) -> list[str]:
    """Return the words of the other labels of the card's picture, in their order."""
    rows = _rows(session, card.pack_id)
    pages = {row.page for row, number, *_ in rows if number == card.id}
    return [word for row, number, word, _asks in rows if row.page in pages and number != card.id and word]


def count_without_copy(session: Session, guest_id: int | None) -> int:
    """Return how many of the guest's cards hide a label of a picture that is not kept here."""
    same = (Flashcard.uid == CardLabel.card_uid) & (Flashcard.pack_id == CardLabel.pack_id)
    kept_here = (PackPicture.pack_id == CardLabel.pack_id) & (PackPicture.page == CardLabel.page)
    found = select(func.count()).select_from(CardLabel).join(Flashcard, same)
    found = found.join(Pack, Pack.id == CardLabel.pack_id).outerjoin(PackPicture, kept_here)
    there = (Flashcard.deleted_at.is_(None), Pack.deleted_at.is_(None), PackPicture.page.is_(None))
    return session.scalar(found.where(Pack.guest_id == (guest_id or 0), *there)) or 0


Row = tuple[CardLabel, int, str, str]


def _rows(session: Session, pack_id: str) -> list[Row]:
    """Return labels with the id, the answer and the front of their card, in their order."""
    same = (Flashcard.uid == CardLabel.card_uid) & (Flashcard.pack_id == CardLabel.pack_id)
    found = select(CardLabel, Flashcard.id, Flashcard.back, Flashcard.front).join(Flashcard, same)
    found = found.where(CardLabel.pack_id == pack_id, Flashcard.deleted_at.is_(None))
    ordered = found.order_by(CardLabel.page, CardLabel.n, CardLabel.id)
    return [(row, number, word, asks) for row, number, word, asks in session.execute(ordered)]


def _page(page: int, rows: Iterable[Row], picture: PagePicture | None) -> PageLabels:
    found = list(rows)
    labels = tuple(
        Label(number, n, word, kept(row.x0, row.y0, row.x1, row.y1), row.n, asks, row.extra)
        for n, (row, number, word, asks) in enumerate(found, start=1)
    )
    return PageLabels(page, labels, found[0][0].hides_all, picture, found[0][0].set_uid)
