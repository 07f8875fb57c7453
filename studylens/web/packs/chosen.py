"""The packs that a form of the library names."""

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText, BeingJoined, NotFound
from studylens.language import _
from studylens.models import Pack
from studylens.storable import is_id
from studylens.web.door.guests import guest_id

PACKS_AT_ONCE = 100
"""Packs that one action changes: what a page lists while packs are chosen."""


def chosen_packs(session: Session, *, to_change: bool = False) -> list[Pack]:
    """Return the chosen packs in the order of the form; locked, when they are to be changed.

    Raises NotFound for a pack of somebody else or of the trash, BadText for none and for more than 100, and
    BeingJoined for one that takes part in a join at this moment.
    """
    wanted = chosen_ids()
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


def chosen_ids() -> list[str]:
    """Return the ids that the form names, in its order, each once."""
    return list(dict.fromkeys(request.form.getlist("pack")))
