"""One lecture from many photos: packs become one, page after page, and pages change places."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.models import (
    CardSchedule,
    Flashcard,
    FollowUp,
    Pack,
    PackPage,
    PackPicture,
    PackProposal,
    PackTag,
    PackTerm,
    QuizAttempt,
    QuizItem,
    QuizQuestion,
    TranscriptLine,
)
from studylens.study.packs import search
from studylens.study.packs.pictures import count_copies
from studylens.study.packs.privacy import is_private
from studylens.study.packs.trash import delete_for_good

MAX_PAGES = 100
"""Photos in one pack: a long lecture, and still a page that a phone can show."""
_SOURCED = (PackTerm, Flashcard, QuizQuestion)
"""Parts that name the transcript line they came from."""


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
    _renumber_lines(session, pack, places)
    _renumber_pictures(session, pack, places)
    for page in pages:
        page.n = places[page.n]
    session.flush()
    session.expire(pack)


def _absorb(session: Session, pack: Pack, other: Pack) -> None:
    """Move everything of `other` behind what `pack` has; then `other` is gone."""
    pages, more = _own_pages(session, pack), _own_pages(session, other)
    if len(pages) + len(more) > MAX_PAGES:
        raise BadText(f"A pack holds at most {MAX_PAGES} photos.")
    last = session.scalar(select(func.max(TranscriptLine.n)).where(TranscriptLine.pack_id == pack.id)) or 0
    pack.private = is_private(session, pack) or is_private(session, other)
    _join_texts(pack, other)
    for page in more:
        page.pack_id, page.n = pack.id, page.n + len(pages)
    session.flush()
    _move_parts(session, other.id, pack.id, lines=last, pages=len(pages))
    _move_tags(session, other.id, pack.id)
    session.expire_all()
    delete_for_good(session, other)
    session.flush()
    session.expire_all()


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
    pack.summary = " ".join(part for part in (pack.summary, other.summary) if part)
    heading = f"## {other.title}\n\n" if other.title else ""
    if other.explanation:
        pack.explanation = f"{pack.explanation}\n\n{heading}{other.explanation}".strip()
    pack.title = pack.title or other.title
    pack.caption = pack.caption or other.caption
    pack.caption_engine = pack.caption_engine or other.caption_engine
    pack.text_engine = pack.text_engine or other.text_engine
    pack.subject = pack.subject or other.subject
    pack.exam_date = pack.exam_date or other.exam_date
    _join_receipts(pack, other)
    pack.notes = [*pack.notes, *(note for note in other.notes if note not in pack.notes)]
    pack.version += 1


def _join_receipts(pack: Pack, other: Pack) -> None:
    """Keep whom each photo was sent to."""
    sent = [*pack.receipt.get("sent_to", []), *other.receipt.get("sent_to", [])]
    pack.receipt = {**pack.receipt, "sent_to": list(dict.fromkeys(sent))}


def _move_parts(session: Session, old: str, new: str, *, lines: int, pages: int) -> None:
    moved = update(TranscriptLine).where(TranscriptLine.pack_id == old)
    session.execute(moved.values(pack_id=new, n=TranscriptLine.n + lines, page=TranscriptLine.page + pages))
    for model in _SOURCED:
        part = update(model).where(model.pack_id == old)
        session.execute(part.values(pack_id=new, source_line=model.source_line + lines))
    for owned in (CardSchedule, FollowUp, QuizAttempt):
        session.execute(update(owned).where(owned.pack_id == old).values(pack_id=new))
    asked = update(QuizItem).where(QuizItem.pack_id == old)
    session.execute(asked.values(pack_id=new, source_line=QuizItem.source_line + lines))
    kept = update(PackPicture).where(PackPicture.pack_id == old)
    session.execute(kept.values(pack_id=new, page=PackPicture.page + pages))
    session.execute(delete(PackProposal).where(PackProposal.pack_id.in_((old, new))))


def _move_tags(session: Session, old: str, new: str) -> None:
    have = set(session.scalars(select(PackTag.tag).where(PackTag.pack_id == new)))
    more = set(session.scalars(select(PackTag.tag).where(PackTag.pack_id == old)))
    session.add_all(PackTag(pack_id=new, tag=tag) for tag in more - have)


def _renumber_lines(session: Session, pack: Pack, places: dict[int, int]) -> None:
    """Number the lines through in the new order of pages, and let every source follow its line."""
    lines = list(session.scalars(select(TranscriptLine).where(TranscriptLine.pack_id == pack.id)))
    # A restored file may name pages that the pack has not.
    lines.sort(key=lambda line: (places.get(line.page, line.page), line.n))
    numbers = {line.n: n for n, line in enumerate(lines, start=1)}
    for model in _SOURCED:
        found: Iterable[Any] = session.scalars(select(model).where(model.pack_id == pack.id))
        for part in found:
            part.source_line = numbers.get(part.source_line or 0)
    for line in lines:
        line.n, line.page = numbers[line.n], places.get(line.page, line.page)


def _renumber_pictures(session: Session, pack: Pack, places: dict[int, int]) -> None:
    """The page is part of a picture's key, so pictures step aside first."""
    mine = PackPicture.pack_id == pack.id
    session.execute(update(PackPicture).where(mine).values(page=-PackPicture.page))
    for old, new in places.items():
        session.execute(update(PackPicture).where(mine, PackPicture.page == -old).values(page=new))
