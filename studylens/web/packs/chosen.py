"""The packs that a form of the library chooses: by name, or all that its list shows.

`every=5000` with `back`, the query of the list, chooses all packs that the list shows, on whatever page. The
number is what the student saw; another number now is refused, so that nothing happens to what nobody saw.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText, BeingJoined, NotFound, Stale
from studylens.language import _
from studylens.models import Pack
from studylens.storable import is_id, whole_number
from studylens.study.packs import library, several
from studylens.study.packs.several import Found
from studylens.web.door.guests import guest_id
from studylens.web.packs.wanted import wanted_of
from studylens.web.text.dates import grouped

PACKS_AT_ONCE = 100
"""Packs that a form names: what a page lists while packs are chosen."""
_LOADED_AT_ONCE = 50
"""Packs that are read together while all are written into a file."""


@dataclass(frozen=True)
class Every:
    """All packs that a list shows, and how many the student saw that to be."""

    found: Found
    total: int


def every(session: Session) -> Every | None:
    """Return what the form chooses by its list; None when it names packs.

    Raises Stale when there are more or fewer by now, NotFound for none, BadText, and BeingJoined.
    """
    total = whole_number(request.form.get("every"))
    if not total:
        return None
    wanted = wanted_of(dict(parse_qsl(request.form.get("back", ""))))
    found = Found(*library.matching(session, guest_id(session) or 0, wanted))
    now = found.count(session)
    if not now:
        raise NotFound
    if now != total:
        raise Stale(
            _(
                "There are %(now)s packs by now, not %(total)s. Look at the list again.",
                now=grouped(now),
                total=grouped(total),
            )
        )
    several.check_rest(session, found)
    return Every(found, total)


def packs_in_turn(session: Session) -> Iterator[Pack]:
    """Yield the chosen packs, however many, some at a time. Raises what `every` and `chosen_packs` raise."""
    listed = every(session)
    if listed is None:
        yield from chosen_packs(session)
        return
    ids = session.scalars(listed.found.packs.with_only_columns(Pack.id), listed.found.known).all()
    for start in range(0, len(ids), _LOADED_AT_ONCE):
        some = Pack.id.in_(ids[start : start + _LOADED_AT_ONCE])
        yield from session.scalars(select(Pack).where(some).order_by(Pack.created_at, Pack.id))


def chosen_packs(session: Session, *, to_change: bool = False) -> list[Pack]:
    """Return the chosen packs in the order of the form; locked, when they are to be changed.

    Raises NotFound for a pack of somebody else or of the trash, BadText for none and for more than 100, and
    BeingJoined for one that takes part in a join at this moment; and what `every` raises.
    """
    wanted = chosen_ids(session)
    if not wanted:
        raise BadText(_("Choose at least one pack."))
    if len(wanted) > PACKS_AT_ONCE:
        raise BadText(
            _("That is more than %(most)s packs at once. Do it in smaller groups.", most=PACKS_AT_ONCE)
        )
    if not all(map(is_id, wanted)):
        raise NotFound
    mine = (Pack.guest_id == (guest_id(session) or 0), Pack.deleted_at.is_(None))
    found = select(Pack).where(Pack.id.in_(wanted), *mine).order_by(Pack.id)
    if to_change:  # A double click would merge twice; in one order, so that no two wait for each other.
        found = found.with_for_update()
    packs = {pack.id: pack for pack in session.scalars(found)}
    if len(packs) < len(wanted):
        raise NotFound
    if any(pack.joining_at is not None for pack in packs.values()):
        raise BeingJoined
    return [packs[pack_id] for pack_id in wanted]


def chosen_ids(session: Session) -> list[str]:
    """Return the ids of the chosen packs, in the form's order, each once; at most 101 of a list."""
    listed = every(session)
    if listed is not None:
        return [pack.id for pack in listed.found.some(session, PACKS_AT_ONCE + 1)]
    return list(dict.fromkeys(request.form.getlist("pack")))
