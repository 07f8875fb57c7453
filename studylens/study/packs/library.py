"""A guest's packs as a library: subjects, tags, search, order, and pages that stay fast."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session

from studylens.language import mark
from studylens.models import Pack, PackTag, now
from studylens.study.packs import search
from studylens.study.packs.counting import lists
from studylens.study.packs.counting.lists import HEAD, Listed
from studylens.study.packs.subjects import Label, subjects_counted, tags_in_use
from studylens.study.schedule.live import PACKS, DueInPacks, at_moment, due_in_packs, due_packs
from studylens.study.schedule.moment import moment_of

PACKS_A_PAGE = 24
"""Packs listed at once: whole rows of two, three and four; a few thumb strokes on a phone."""
SORTS = {"newest": mark("Newest"), "oldest": mark("Oldest"), "title": mark("Title"), "due": mark("Most due")}
Rows = Sequence[Row[Any]]
"""Of HEAD."""


class Shape(NamedTuple):
    """What decides how the list is asked for; the values themselves are parameters."""

    subject: bool = False
    tag: bool = False
    due: bool = False
    trash: bool = False


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

    @property
    def shape(self) -> Shape:
        """How it is asked for."""
        return Shape(bool(self.subject), bool(self.tag), self.due, self.trash)


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
    due_cards: DueInPacks = DueInPacks({})  # noqa: RUF009 - frozen, and nobody writes into it.
    """Of all packs: what the number beside Review is made of."""


def latest(session: Session, guest_id: int, *, most: int) -> tuple[Listed, ...]:
    """Return the guest's newest packs, `most` at the most."""
    known = {"guest": guest_id, "most": most, "skip": 0}
    rows = session.connection().execute(_page(Shape(), "newest"), known).all()
    if not rows:
        return ()
    due = due_in_packs(session, guest_id, moment_of(session, guest_id, now()))
    return lists.counted(session, rows, due.by_pack)


def browse(session: Session, guest_id: int | None, wanted: Wanted) -> Shelf:
    """Return one page of what the guest looks for; a page too far shows the last one."""
    guest = guest_id or 0
    moment = moment_of(session, guest_id, now())
    known = _parameters(guest, wanted) | at_moment(moment)
    if wanted.trash:
        return _shelf(session, wanted, _listed(session, wanted, known), DueInPacks({}))
    due = due_in_packs(session, guest, moment)
    whole, subjects = subjects_counted(session, guest)
    if wanted.words:
        found = _searched(session, guest, wanted, known)
    else:
        found = _listed(session, wanted, known, whole=whole)
    shelf, tags = _shelf(session, wanted, found, due), tags_in_use(session, guest)
    return replace(shelf, whole=whole, due=len(due.by_pack), subjects=subjects, tags=tags)


@dataclass(frozen=True)
class _Found:
    """How many packs there are on all pages, which page is shown, and its packs."""

    total: int
    number: int
    rows: Rows


def _shelf(session: Session, wanted: Wanted, found: _Found, due: DueInPacks) -> Shelf:
    packs = lists.counted(session, found.rows, due.by_pack)
    return Shelf(packs, found.number, _pages(wanted, found.total), found.total, due_cards=due)


def _listed(session: Session, wanted: Wanted, known: dict[str, Any], whole: int | None = None) -> _Found:
    """Return a page of the list; `whole`: how many packs there are in all, where that is known."""
    connection, shape = session.connection(), wanted.shape
    if shape == Shape() and whole is not None:
        total = whole
    else:
        total = connection.execute(_counted(shape), known).scalar_one()
    number = _number(wanted, total)
    which = {**known, "most": wanted.a_page, "skip": _offset(wanted, number)}
    return _Found(total, number, connection.execute(_page(shape, wanted.sort), which).all())


def _searched(session: Session, guest: int, wanted: Wanted, known: dict[str, Any]) -> _Found:
    """Search first; what is narrowed to a subject, tag or what is due is narrowed among all results."""
    connection = session.connection()
    if wanted.shape != Shape() or wanted.sort != "newest":
        mine = (*_mine(wanted.shape), PACKS.c.id.in_(search.found_ids(session, guest, wanted.words)))
        total = connection.execute(select(func.count()).where(*mine), known).scalar_one()
        number = _number(wanted, total)
        page = _ordered(select(*HEAD).where(*mine), wanted.sort)
        page = page.offset(_offset(wanted, number)).limit(wanted.a_page)
        return _Found(total, number, connection.execute(page, known).all())

    def find(number: int) -> search.SearchResult:
        offset = _offset(wanted, number)
        return search.find(session, guest, wanted.words, limit=wanted.a_page, offset=offset)

    found = find(wanted.number)
    number = _number(wanted, found.total)
    if number != wanted.number:
        found = find(number)
    packs = {row.id: row for row in connection.execute(_NAMED, {"ids": found.ids})}
    return _Found(found.total, number, [packs[pack_id] for pack_id in found.ids if pack_id in packs])


def matching(session: Session, guest_id: int, wanted: Wanted) -> tuple[Select[Pack], dict[str, Any]]:
    """Return the query of all packs that the list shows, on whatever page, and its parameters."""
    known = _parameters(guest_id, wanted) | at_moment(moment_of(session, guest_id, now()))
    mine = _mine(wanted.shape)
    if wanted.words and not wanted.trash:
        mine = (*mine, PACKS.c.id.in_(search.found_ids(session, guest_id, wanted.words)))
    return select(Pack).where(*mine), known


def _parameters(guest: int, wanted: Wanted) -> dict[str, Any]:
    return {"guest": guest, "subject": wanted.subject, "tag": wanted.tag}


def _mine(shape: Shape) -> tuple[ColumnElement[bool], ...]:
    # A pack that is being imported is hidden as if deleted, and no trash either.
    in_trash = PACKS.c.deleted_at.is_not(None) & PACKS.c.joining_at.is_(None)
    there = PACKS.c.erasing_at.is_(None) & (in_trash if shape.trash else PACKS.c.deleted_at.is_(None))
    found: tuple[ColumnElement[bool], ...] = (PACKS.c.guest_id == bindparam("guest"), there)
    if shape.subject:
        found = (*found, PACKS.c.subject == bindparam("subject"))
    if shape.tag:
        tagged = select(PackTag.pack_id).where(PackTag.tag == bindparam("tag"))
        found = (*found, PACKS.c.id.in_(tagged))
    if shape.due:
        found = (*found, PACKS.c.id.in_(select(due_packs().subquery().c.pack_id)))
    return found


@lru_cache
def _counted(shape: Shape) -> Select[int]:
    return select(func.count()).where(*_mine(shape))


@lru_cache
def _page(shape: Shape, sort: str) -> Select[*tuple[Any, ...]]:
    page = _ordered(select(*HEAD).where(*_mine(shape)), sort)
    return page.offset(bindparam("skip")).limit(bindparam("most"))


_NAMED = select(*HEAD).where(PACKS.c.id.in_(bindparam("ids", expanding=True)))


def _ordered(packs: Select[*tuple[Any, ...]], sort: str) -> Select[*tuple[Any, ...]]:
    newest = (PACKS.c.created_at.desc(), PACKS.c.id)
    if sort == "due":
        due = due_packs().subquery()
        counted = packs.outerjoin(due, due.c.pack_id == PACKS.c.id)
        return counted.order_by(func.coalesce(due.c.cards, 0).desc(), *newest)
    if sort == "title":
        return packs.order_by(func.lower(PACKS.c.title), PACKS.c.id)
    return packs.order_by(*((PACKS.c.created_at, PACKS.c.id) if sort == "oldest" else newest))


def _pages(wanted: Wanted, total: int) -> int:
    return max(1, -(-total // wanted.a_page))


def _number(wanted: Wanted, total: int) -> int:
    return min(max(1, wanted.number), _pages(wanted, total))


def _offset(wanted: Wanted, number: int) -> int:
    return (max(1, number) - 1) * wanted.a_page
