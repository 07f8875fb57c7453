"""A guest's packs as a library: subjects, tags, search, order, and pages that stay fast."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from studylens.models import NEW, REVIEW, CardSchedule, Flashcard, Pack, PackTag, QuizQuestion, now
from studylens.study.packs import search
from studylens.study.packs.pictures import FirstPhoto, first_photos
from studylens.study.schedule.leech import MATURE_DAYS
from studylens.study.schedule.live import due_by_pack
from studylens.study.schedule.moment import moment_of

PACKS_A_PAGE = 20
"""Packs listed at once: one screen on a desk, a few thumb strokes on a phone."""
SORTS = {"newest": "Newest first", "oldest": "Oldest first", "title": "By title"}


@dataclass(frozen=True)
class Wanted:
    """What the student looks for; pages count from 1."""

    words: str = ""
    subject: str = ""
    tag: str = ""
    sort: str = "newest"
    number: int = 1
    trash: bool = False


@dataclass(frozen=True)
class Listed:
    """One pack in the list, with what it holds and what of it is due."""

    pack: Pack
    cards: int
    questions: int
    due: int
    tags: tuple[str, ...]
    known: int = 0
    """Cards whose memory holds 21 days or longer."""
    learning: int = 0
    """Cards that were answered, and are not known yet; all others are new."""
    photo: FirstPhoto | None = None

    @property
    def new(self) -> int:
        """Cards that were never answered, drafts too."""
        return self.cards - self.known - self.learning


@dataclass(frozen=True)
class Shelf:
    """One page of the library, and what it may be narrowed to."""

    packs: tuple[Listed, ...]
    number: int
    pages: int
    total: int
    subjects: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def latest(session: Session, guest_id: int, *, most: int) -> tuple[Listed, ...]:
    """Return the guest's newest packs, `most` at the most."""
    page = select(Pack).where(*_mine(guest_id, Wanted())).order_by(*_order("newest")).limit(most)
    return _with_counts(session, list(session.scalars(page)))


def browse(session: Session, guest_id: int | None, wanted: Wanted) -> Shelf:
    """Return one page of what the guest looks for; a page too far shows the last one."""
    guest = guest_id or 0
    if wanted.words and not wanted.trash:
        total, number, found = _searched(session, guest, wanted)
    else:
        total, number, found = _listed(session, guest, wanted)
    packs = _with_counts(session, found)
    pages = max(1, -(-total // PACKS_A_PAGE))
    return Shelf(packs, number, pages, total, _subjects(session, guest), _tags(session, guest))


def _listed(session: Session, guest: int, wanted: Wanted) -> tuple[int, int, list[Pack]]:
    mine = _mine(guest, wanted)
    total = session.scalar(select(func.count()).select_from(Pack).where(*mine)) or 0
    number = _number(wanted.number, total)
    page = select(Pack).where(*mine).order_by(*_order(wanted.sort))
    return total, number, list(session.scalars(_page(page, number)))


def _searched(session: Session, guest: int, wanted: Wanted) -> tuple[int, int, list[Pack]]:
    """Search first; what is narrowed to a subject or tag is narrowed among all results."""
    if wanted.subject or wanted.tag or wanted.sort != "newest":
        ids = search.find(session, guest, wanted.words, limit=_NARROWED).ids
        mine = (*_mine(guest, wanted), Pack.id.in_(ids))
        total = session.scalar(select(func.count()).select_from(Pack).where(*mine)) or 0
        number = _number(wanted.number, total)
        page = select(Pack).where(*mine).order_by(*_order(wanted.sort))
        return total, number, list(session.scalars(_page(page, number)))
    found = search.find(session, guest, wanted.words, limit=PACKS_A_PAGE, offset=_offset(wanted.number))
    number = _number(wanted.number, found.total)
    if number != wanted.number:
        found = search.find(session, guest, wanted.words, limit=PACKS_A_PAGE, offset=_offset(number))
    packs = {pack.id: pack for pack in session.scalars(select(Pack).where(Pack.id.in_(found.ids)))}
    return found.total, number, [packs[pack_id] for pack_id in found.ids if pack_id in packs]


_NARROWED = 500
"""Newest results among which subject, tag and order choose: an IN list that both databases take well."""


def _mine(guest: int, wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    there = Pack.deleted_at.is_not(None) if wanted.trash else Pack.deleted_at.is_(None)
    found: tuple[ColumnElement[bool], ...] = (Pack.guest_id == guest, there)
    if wanted.subject:
        found = (*found, Pack.subject == wanted.subject)
    if wanted.tag:
        found = (*found, Pack.id.in_(select(PackTag.pack_id).where(PackTag.tag == wanted.tag)))
    return found


def _order(sort: str) -> tuple[Any, ...]:
    if sort == "title":
        return func.lower(Pack.title), Pack.id
    return (Pack.created_at, Pack.id) if sort == "oldest" else (Pack.created_at.desc(), Pack.id)


def _page(found: Select[Pack], number: int) -> Select[Pack]:
    return found.offset(_offset(number)).limit(PACKS_A_PAGE)


def _number(number: int, total: int) -> int:
    return min(max(1, number), max(1, -(-total // PACKS_A_PAGE)))


def _offset(number: int) -> int:
    return (max(1, number) - 1) * PACKS_A_PAGE


def _with_counts(session: Session, packs: list[Pack]) -> tuple[Listed, ...]:
    """Count for the packs of one page, in a query each: never by loading the cards themselves."""
    ids = [pack.id for pack in packs]
    cards = _cards(session, ids)
    questions = _counts(session, QuizQuestion.pack_id, ids, QuizQuestion.deleted_at.is_(None))
    owner = packs[0].guest_id if packs else 0
    due = due_by_pack(session, owner, ids, moment_of(session, owner, now()))
    photos = first_photos(session, packs)
    tags: dict[str, list[str]] = {}
    for pack_id, tag in session.execute(
        select(PackTag.pack_id, PackTag.tag).where(PackTag.pack_id.in_(ids)).order_by(PackTag.tag)
    ):
        tags.setdefault(pack_id, []).append(tag)
    return tuple(
        Listed(
            pack,
            sum(cards.get(pack.id, _NONE)),
            questions.get(pack.id, 0),
            due.get(pack.id, 0),
            tuple(tags.get(pack.id, ())),
            known=cards.get(pack.id, _NONE)[0],
            learning=cards.get(pack.id, _NONE)[1],
            photo=photos.get(pack.id),
        )
        for pack in packs
    )


_NONE = (0, 0, 0)


def _cards(session: Session, ids: list[str]) -> dict[str, tuple[int, int, int]]:
    """Return how many cards of each pack are known, being learned, and new."""
    seen = and_(CardSchedule.state.is_not(None), CardSchedule.state != NEW)
    known = and_(CardSchedule.state == REVIEW, CardSchedule.stability >= MATURE_DAYS)
    stage = case((known, 0), (seen, 1), else_=2)
    rows = select(Flashcard.pack_id, stage, func.count()).outerjoin(
        CardSchedule, CardSchedule.card_id == Flashcard.id
    )
    rows = rows.where(Flashcard.pack_id.in_(ids), Flashcard.deleted_at.is_(None))
    found = {pack_id: [0, 0, 0] for pack_id in ids}
    for pack_id, which, cards in session.execute(rows.group_by(Flashcard.pack_id, stage)):
        found[pack_id][which] = cards
    return {pack_id: (known, learning, new) for pack_id, (known, learning, new) in found.items()}


def _counts(
    session: Session, column: InstrumentedAttribute[str], ids: list[str], *where: ColumnElement[bool]
) -> dict[str, int]:
    counted = select(column, func.count()).where(column.in_(ids), *where).group_by(column)
    return {row[0]: row[1] for row in session.execute(counted)}


def _subjects(session: Session, guest: int) -> tuple[str, ...]:
    named = (Pack.guest_id == guest, Pack.deleted_at.is_(None), Pack.subject != "")
    return tuple(session.scalars(select(Pack.subject).where(*named).distinct().order_by(Pack.subject)))


def _tags(session: Session, guest: int) -> tuple[str, ...]:
    mine = select(PackTag.tag).join(Pack, Pack.id == PackTag.pack_id)
    mine = mine.where(Pack.guest_id == guest, Pack.deleted_at.is_(None))
    return tuple(session.scalars(mine.distinct().order_by(PackTag.tag)))
