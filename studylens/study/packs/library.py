"""A guest's packs as a library: subjects, tags, search, order, and pages that stay fast."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from studylens.language import mark
from studylens.models import NEW, CardSchedule, Flashcard, Pack, PackTag, QuizQuestion, now
from studylens.study.packs import search
from studylens.study.packs.pictures import FirstPhoto, first_photos
from studylens.study.packs.subjects import Label, subjects_in_use, tags_in_use
from studylens.study.record.mastery import LEAST_CARDS, mastered
from studylens.study.schedule.live import at_moment, due_by_pack, due_packs
from studylens.study.schedule.moment import moment_of

PACKS_A_PAGE = 24
"""Packs listed at once: whole rows of two, three and four; a few thumb strokes on a phone."""
SORTS = {"newest": mark("Newest"), "oldest": mark("Oldest"), "title": mark("Title"), "due": mark("Most due")}


@dataclass(frozen=True)
class Wanted:
    """What the student looks for; pages count from 1."""

    words: str = ""
    subject: str = ""
    tag: str = ""
    sort: str = "newest"
    number: int = 1
    trash: bool = False
    due: bool = False
    """Only packs with cards that may come up now."""
    a_page: int = PACKS_A_PAGE

    @property
    def is_narrowed(self) -> bool:
        """Say whether packs may be left out."""
        return bool(self.words or self.subject or self.tag or self.due)


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

    @property
    def mastered(self) -> bool:
        """Say whether all of its cards are known, and there are enough to speak of."""
        return self.known == self.cards >= LEAST_CARDS


@dataclass(frozen=True)
class Shelf:
    """One page of the library, and what it may be narrowed to with how many packs each would leave."""

    packs: tuple[Listed, ...]
    number: int
    pages: int
    total: int
    """Packs that were found, on all pages."""
    whole: int = 0
    """Packs that there are."""
    due: int = 0
    """Packs with cards that may come up now."""
    subjects: tuple[Label, ...] = ()
    tags: tuple[Label, ...] = ()


def latest(session: Session, guest_id: int, *, most: int) -> tuple[Listed, ...]:
    """Return the guest's newest packs, `most` at the most."""
    page = _ordered(select(Pack).where(*_mine(guest_id, Wanted())), "newest").limit(most)
    return _with_counts(session, list(session.scalars(page)))


def browse(session: Session, guest_id: int | None, wanted: Wanted) -> Shelf:
    """Return one page of what the guest looks for; a page too far shows the last one."""
    guest = guest_id or 0
    known = {"guest": guest, **at_moment(moment_of(session, guest_id, now()))}
    if wanted.words and not wanted.trash:
        total, number, found = _searched(session, guest, wanted, known)
    else:
        total, number, found = _listed(session, wanted, _mine(guest, wanted), known)
    shelf = Shelf(_with_counts(session, found), number, _pages(wanted, total), total)
    return shelf if wanted.trash else _with_labels(session, guest, shelf, known)


def _with_labels(session: Session, guest: int, shelf: Shelf, known: dict[str, Any]) -> Shelf:
    mine = select(func.count()).select_from(Pack).where(*_mine(guest, Wanted()))
    due = select(func.count()).select_from(due_packs().subquery())
    return replace(
        shelf,
        whole=session.scalar(mine) or 0,
        due=session.scalar(due, known) or 0,
        subjects=subjects_in_use(session, guest),
        tags=tags_in_use(session, guest),
    )


def _listed(
    session: Session, wanted: Wanted, mine: tuple[ColumnElement[bool], ...], known: dict[str, Any]
) -> tuple[int, int, list[Pack]]:
    total = session.scalar(select(func.count()).select_from(Pack).where(*mine), known) or 0
    number = _number(wanted, total)
    page = _ordered(select(Pack).where(*mine), wanted.sort)
    page = page.offset(_offset(wanted, number)).limit(wanted.a_page)
    return total, number, list(session.scalars(page, known))


def _searched(
    session: Session, guest: int, wanted: Wanted, known: dict[str, Any]
) -> tuple[int, int, list[Pack]]:
    """Search first; what is narrowed to a subject, tag or what is due is narrowed among all results."""
    if wanted.subject or wanted.tag or wanted.due or wanted.sort != "newest":
        return _listed(session, wanted, _found(session, guest, wanted), known)

    def find(number: int) -> search.SearchResult:
        offset = _offset(wanted, number)
        return search.find(session, guest, wanted.words, limit=wanted.a_page, offset=offset)

    found = find(wanted.number)
    number = _number(wanted, found.total)
    if number != wanted.number:
        found = find(number)
    packs = {pack.id: pack for pack in session.scalars(select(Pack).where(Pack.id.in_(found.ids)))}
    return found.total, number, [packs[pack_id] for pack_id in found.ids if pack_id in packs]


def matching(session: Session, guest_id: int, wanted: Wanted) -> tuple[Select[Pack], dict[str, Any]]:
    """Return the query of all packs that the list shows, on whatever page, and its parameters."""
    known = {"guest": guest_id, **at_moment(moment_of(session, guest_id, now()))}
    return select(Pack).where(*_found(session, guest_id, wanted)), known


def _found(session: Session, guest: int, wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    mine = _mine(guest, wanted)
    if not wanted.words or wanted.trash:
        return mine
    return (*mine, Pack.id.in_(search.found_ids(session, guest, wanted.words)))


def _mine(guest: int, wanted: Wanted) -> tuple[ColumnElement[bool], ...]:
    # A pack that is being imported is hidden as if deleted, and no trash either.
    in_trash = Pack.deleted_at.is_not(None) & Pack.joining_at.is_(None)
    there = Pack.erasing_at.is_(None) & (in_trash if wanted.trash else Pack.deleted_at.is_(None))
    found: tuple[ColumnElement[bool], ...] = (Pack.guest_id == guest, there)
    if wanted.subject:
        found = (*found, Pack.subject == wanted.subject)
    if wanted.tag:
        found = (*found, Pack.id.in_(select(PackTag.pack_id).where(PackTag.tag == wanted.tag)))
    if wanted.due:
        found = (*found, Pack.id.in_(select(due_packs().subquery().c.pack_id)))
    return found


def _ordered(packs: Select[Pack], sort: str) -> Select[Pack]:
    newest = (Pack.created_at.desc(), Pack.id)
    if sort == "due":
        due = due_packs().subquery()
        counted = packs.outerjoin(due, due.c.pack_id == Pack.id)
        return counted.order_by(func.coalesce(due.c.cards, 0).desc(), *newest)
    if sort == "title":
        return packs.order_by(func.lower(Pack.title), Pack.id)
    return packs.order_by(*((Pack.created_at, Pack.id) if sort == "oldest" else newest))


def _pages(wanted: Wanted, total: int) -> int:
    return max(1, -(-total // wanted.a_page))


def _number(wanted: Wanted, total: int) -> int:
    return min(max(1, wanted.number), _pages(wanted, total))


def _offset(wanted: Wanted, number: int) -> int:
    return (max(1, number) - 1) * wanted.a_page


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
    stage = case((mastered(), 0), (seen, 1), else_=2)
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
