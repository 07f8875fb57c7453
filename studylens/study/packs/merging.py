"""Packs become one pack, and come apart again: in steps of one pack each, seen only when all are done.

Each step is a transaction of its own, so that nobody waits for a long one; what a kill cuts off is taken up
again by the next sweep. Meanwhile `Pack.joining_at` hides all packs that take part.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from database_config import Database
from studylens.errors import BadText, BeingJoined, DatabaseDown, NotFound, Stale
from studylens.language import _
from studylens.models import JOINED, LEAVING, WAITING, Pack, PackJoin, PackPage, now
from studylens.models.columns import Holds
from studylens.study.budgets import sums
from studylens.study.packs import search
from studylens.study.packs.belongings import highest
from studylens.study.packs.joins.absorbing import absorb
from studylens.study.packs.joins.parting import part
from studylens.study.packs.joins.records import latest, next_home, next_in, unfinished
from studylens.study.packs.pages import MAX_PAGES

log = logging.getLogger("studylens.packs")
MAX_NUMBER = 1_000_000
"""Lines or pages up to which packs are joined: 100 pages have 40,000 lines."""


def merge(session: Session, packs: Sequence[Pack]) -> Pack:
    """Make one pack of several, in this order and in one transaction. Raises BadText, BeingJoined."""
    first = begin(session, packs)
    while step(session, first.id):
        pass
    session.refresh(first)
    return first


def begin(
    session: Session, packs: Sequence[Pack], *, title: str = "", versions: Mapping[str, int] | None = None
) -> Pack:
    """Note that packs become one, in this order; return the first, which they become part of.

    `title`: of the joined pack, that of the first if empty. Raises BadText; BeingJoined when one of them
    takes part in something else; Stale when one is not of the version that the student was asked about.
    """
    first, *others = list({pack.id: pack for pack in packs}.values())
    _check(session, [first, *others])
    for pack in (first, *others):
        if versions and versions.get(pack.id, pack.version) != pack.version:
            raise Stale
    at = _hide(first, *others)
    for place, other in enumerate(others, start=1):
        kept = {"title": first.title} if place == 1 else None
        session.add(
            PackJoin(pack_id=first.id, other_id=other.id, place=place, joined_at=at, state=WAITING, kept=kept)
        )
    first.title = title or first.title
    session.flush()
    return first


def begin_parting(session: Session, pack: Pack, *, version: int = 0) -> int:
    """Note that the pack's latest join is undone; return how many packs come out of it.

    `version`: of the pack as the student saw it. Raises NotFound when there is nothing to undo, Stale, and
    BeingJoined.
    """
    session.refresh(pack, with_for_update=True)
    if version and pack.version != version:
        raise Stale
    if pack.joining_at is not None:
        raise BeingJoined
    parts = latest(session, pack)
    if not parts:
        raise NotFound(_("These packs cannot be taken apart any more."))
    _hide(pack)
    for record in parts:
        record.state = LEAVING
    session.flush()
    return len(parts)


def finish(database: Database, pack_id: str) -> None:
    """Do all steps that are left, each in a transaction of its own. Raises DatabaseDown."""
    more = True
    while more:
        with database.writing() as session:
            more = step(session, pack_id)


def finish_all(database: Database) -> None:
    """Take up what was cut off; what cannot be done stays as it is, and is seen. Raises DatabaseDown."""
    with database.reading() as session:
        left = unfinished(session)
    for pack_id in left:
        try:
            finish(database, pack_id)
        except DatabaseDown:
            raise
        except Exception:
            log.exception("Packs could not be joined or taken apart; they stay as they are now")
            with database.writing() as session:
                give_up(session, pack_id)


def step(session: Session, pack_id: str) -> bool:
    """Let one pack come in or go home; say whether there was anything left to do."""
    pack = session.get(Pack, pack_id, with_for_update=True)
    if pack is None or pack.joining_at is None:
        return False
    sums.admit(session)  # What one pack gains, another one loses, now or in a later step.
    if (record := next_in(session, pack)) is not None:
        absorb(session, pack, record)
    elif (record := next_home(session, pack)) is not None:
        part(session, pack, record)
    else:
        _show(session, pack)
        return False
    return True


def give_up(session: Session, pack_id: str) -> None:
    """Let packs that are not in yet stay out, those that are not out yet stay in; all are seen again."""
    pack = session.get(Pack, pack_id, with_for_update=True)
    if pack is None or pack.joining_at is None:
        return
    mine = PackJoin.pack_id == pack_id
    session.execute(delete(PackJoin).where(mine, PackJoin.state == WAITING))
    session.execute(update(PackJoin).where(mine, PackJoin.state == LEAVING).values(state=JOINED))
    _show(session, pack)


def _check(session: Session, packs: Sequence[Pack]) -> None:
    if len(packs) < 2:
        raise BadText(_("Choose at least two different packs to make one of them."))
    if any(pack.joining_at is not None for pack in packs):
        raise BeingJoined
    ids = [pack.id for pack in packs]
    counted = select(PackPage.pack_id, func.count()).where(PackPage.pack_id.in_(ids))
    counts = dict(session.execute(counted.group_by(PackPage.pack_id)).all())
    if sum(counts.get(pack_id, 1) for pack_id in ids) > MAX_PAGES:
        raise BadText(_("A pack holds at most %(most)s photos.", most=MAX_PAGES))
    # Only a file from elsewhere can have brought such numbers: they would not add up.
    if max(highest(session, what, *packs) for what in (Holds.LINE, Holds.PAGE)) > MAX_NUMBER:
        raise BadText(_("The lines or pages of a pack have numbers too high to be joined with others."))


def _hide(*packs: Pack) -> datetime:
    at = now()
    for pack in packs:
        pack.joining_at = at
        pack.version += 1
    return at


def _show(session: Session, pack: Pack) -> None:
    """Let every pack that took part be seen again."""
    took_part = (Pack.guest_id == pack.guest_id, Pack.joining_at == pack.joining_at)
    session.execute(update(Pack).where(*took_part).values(joining_at=None))
    session.refresh(pack)
    search.index_pack(session, pack)
