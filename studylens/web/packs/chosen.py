"""The packs that a form of the library names."""

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.models import Pack
from studylens.study.packs.store import find_pack
from studylens.web.door.guests import guest_id

PACKS_AT_ONCE = 100
"""Packs that one action changes: what a page lists while packs are chosen."""


def chosen_packs(session: Session) -> list[Pack]:
    """Return the chosen packs in the order of the form, locked where the session writes.

    Raises NotFound for a pack of somebody else, BadText for none and for more than 100.
    """
    wanted = list(dict.fromkeys(request.form.getlist("pack")))
    if not wanted:
        raise BadText("Choose at least one pack.")
    if len(wanted) > PACKS_AT_ONCE:
        raise BadText(f"That is more than {PACKS_AT_ONCE} packs at once. Do it in smaller groups.")
    guest = guest_id(session)
    return [find_pack(session, guest, pack_id) for pack_id in wanted]


def lock_chosen(session: Session) -> list[Pack]:
    """Return the same, locked: a double click would merge twice, or add a tag that is there.

    Raises NotFound and BadText.
    """
    mine = select(Pack.id).where(Pack.id.in_(request.form.getlist("pack")[:PACKS_AT_ONCE]))
    mine = mine.where(Pack.guest_id == (guest_id(session) or 0))
    session.execute(
        mine.order_by(Pack.id).with_for_update()
    )  # In one order, so that no two wait for each other.
    return chosen_packs(session)
