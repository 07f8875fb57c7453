"""One lecture from many photos: packs become one, page after page, and pages change places."""

from collections.abc import Sequence
from itertools import product
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.models import Pack, PackPage, TranscriptLine
from studylens.models.columns import Holds
from studylens.study.packs import search
from studylens.study.packs.belongings import counted_on, hand_over, highest, join_columns, renumber, shifts
from studylens.study.packs.pictures import count_copies
from studylens.study.packs.privacy import is_private
from studylens.study.packs.trash import delete_for_good

MAX_PAGES = 100
"""Photos in one pack: a long lecture, and still a page that a phone can show."""
MAX_NUMBER = 1_000_000
"""Lines or pages up to which packs are merged: 100 pages have 40,000 lines."""


def merge(session: Session, packs: Sequence[Pack]) -> Pack:
    """Make one pack of several, in this order; cards keep their reviews. Raises BadText."""
    distinct = list({pack.id: pack for pack in packs}.values())
    if len(distinct) < 2:
        raise BadText("Choose at least two different packs to make one of them.")
    first, *others = distinct
    for other in others:
        _absorb(session, first, other)
    count_copies(session, first)
    search.index_pack(session, first)
    return first


def pages_of(session: Session, pack: Pack) -> list[PackPage]:
    """Return the photos that the pack was made from, in order; one that was never merged has one page."""
    kept = list(session.scalars(select(PackPage).where(PackPage.pack_id == pack.id).order_by(PackPage.n)))
    return kept or [_page_of(pack)]


def move_page(session: Session, pack: Pack, number: int, *, to: int) -> None:
    """Move a page to another place; its lines and their sources go along. Raises BadText."""
    pages = pages_of(session, pack)
    if not (1 <= number <= len(pages) and 1 <= to <= len(pages)):
        raise BadText("There is no such page.")
    pages.insert(to - 1, pages.pop(number - 1))
    places = {page.n: place for place, page in enumerate(pages, start=1)}
    session.flush()
    renumber(session, pack, shifts(_line_numbers(session, pack, places)), shifts(places))
    session.expire_all()


def _absorb(session: Session, pack: Pack, other: Pack) -> None:
    """Move everything of `other` behind what `pack` has; then `other` is gone."""
    pages, more = _own_pages(session, pack), _own_pages(session, other)
    if len(pages) + len(more) > MAX_PAGES:
        raise BadText(f"A pack holds at most {MAX_PAGES} photos.")
    _check_numbers(session, pack, other)
    pack.private = is_private(session, pack) or is_private(session, other)
    _join_texts(pack, other)
    session.flush()
    renumber(session, other, *(counted_on(highest(session, pack, what)) for what in (Holds.LINE, Holds.PAGE)))
    session.refresh(other, ["judged"])
    pack.judged = _join_judged(pack.judged, other.judged)
    session.flush()
    hand_over(session, other, pack)
    session.expire_all()
    delete_for_good(session, other)
    session.flush()
    session.expire_all()


def _check_numbers(session: Session, *packs: Pack) -> None:
    """Raise BadText for numbers that only a file from elsewhere can have brought: they would not add up."""
    for pack, what in product(packs, (Holds.LINE, Holds.PAGE)):
        if highest(session, pack, what) > MAX_NUMBER:
            raise BadText("The lines or pages of a pack have numbers too high to be joined with others.")


def _own_pages(session: Session, pack: Pack) -> list[PackPage]:
    pages = pages_of(session, pack)
    session.add_all(pages)
    return pages


def _page_of(pack: Pack) -> PackPage:
    """Return the one page of a pack that was made from one photo or text."""
    job = pack.job
    return PackPage(
        pack_id=pack.id,
        n=1,
        job_id=pack.job_id,
        name=job.name if job else "",
        sha256=str(pack.receipt.get("sha256") or ""),
        caption=pack.caption,
        caption_engine=pack.caption_engine,
        text_engine=pack.text_engine,
        quality=pack.quality,
        receipt=pack.receipt,
    )


def _join_texts(pack: Pack, other: Pack) -> None:
    heading = f"## {other.title}\n\n" if other.title else ""
    if other.explanation:
        pack.explanation = f"{pack.explanation}\n\n{heading}{other.explanation}".strip()
    join_columns(pack, other)
    _join_receipts(pack, other)
    pack.version += 1


def _join_receipts(pack: Pack, other: Pack) -> None:
    """Keep whom each photo was sent to, and what it took."""
    sent = [*pack.receipt.get("sent_to", []), *other.receipt.get("sent_to", [])]
    tokens = [*pack.receipt.get("tokens", []), *other.receipt.get("tokens", [])]
    pack.receipt = {**pack.receipt, "sent_to": list(dict.fromkeys(sent)), "tokens": tokens}


def _join_judged(mine: dict[str, Any] | None, theirs: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what was judged on both pages; that a page gave no cards is only said when both gave none."""
    if mine is None or theirs is None:
        return mine or theirs
    lists = {name: [*value, *theirs.get(name, [])] for name, value in mine.items() if isinstance(value, list)}
    return {**mine, **lists, "no_cards": mine.get("no_cards", "") and theirs.get("no_cards", "")}


def _line_numbers(session: Session, pack: Pack, places: dict[int, int]) -> dict[int, int]:
    """Return the number of each line when they are counted through in the new order of pages."""
    lines = select(TranscriptLine.n, TranscriptLine.page).where(TranscriptLine.pack_id == pack.id)
    # A restored file may name pages that the pack has not.
    ordered = sorted(
        session.execute(lines).all(), key=lambda line: (places.get(line.page, line.page), line.n)
    )
    return {line.n: n for n, line in enumerate(ordered, start=1)}
