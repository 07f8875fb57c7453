"""Rows of files on their way in: take one, whose turn it is, stop it, forget it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, null, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from studylens.errors import Busy, NotFound, QuotaReached, UploadLost
from studylens.import_limits import (
    ASKING_YIELDS_SECONDS,
    IMPORTS_WAITING,
    IMPORTS_WAITING_ADDRESS,
    IMPORTS_WAITING_GUEST,
    KEEP_ASKING_SECONDS,
    KEEP_IMPORT_SECONDS,
)
from studylens.language import _, mark
from studylens.models import ARRIVED, ASKS, NEEDS_FILE, ON_ITS_WAY, REFUSED, STOPPED, Guest, Import, now
from studylens.storable import is_id

LOST = mark("The file was lost when the server restarted. Please send it again.")
_UNANSWERED = mark("You did not say within a day whether this table comes in, so it was forgotten.")
_YIELDED = mark("This table waited for your word until its place was needed. Please send it again.")
NEXT_STEPS = tuple(state for state in ON_ITS_WAY if state != ARRIVED)
"""States of what was begun."""


def check_room(session: Session, guest_id: int | None, address_hash: str) -> None:
    """Raise QuotaReached or Busy when so many files wait that no more is taken."""
    waiting = select(func.count()).where(_holds_place(now()))
    mine = session.scalar(waiting.where(Import.guest_id == (guest_id or 0))) or 0
    theirs = session.scalar(waiting.where(Import.address_hash == address_hash)) or 0
    if mine >= IMPORTS_WAITING_GUEST or theirs >= IMPORTS_WAITING_ADDRESS:
        raise QuotaReached(_too_many(session, guest_id), retry_after=60)
    if (session.scalar(waiting) or 0) >= IMPORTS_WAITING:
        raise Busy(
            _("Many files are on their way in right now. Please try again in some minutes."), retry_after=120
        )


def put(session: Session, made: Import) -> None:
    """Put an import in line, its guest's one after the other: files of one moment all find the line empty.

    Raises what `check_room` raises, and NotFound when everything of the guest's was deleted meanwhile.
    """
    if session.scalar(select(Guest.id).where(Guest.id == made.guest_id).with_for_update()) is None:
        raise NotFound
    check_room(session, made.guest_id, made.address_hash)
    _make_room(session, made)
    session.add(made)


def _too_many(session: Session, guest_id: int | None) -> str:
    if asking(session, guest_id):
        return _(
            "Other tables of yours wait for your word: open them on the page “Import”, and say yes or no."
        )
    return _("Your other files are still on their way in. Please wait for them.")


def _holds_place(at: datetime) -> ColumnElement[bool]:
    """A table that has waited for a word for some minutes gives its place to whoever needs it."""
    young = Import.created_at > at - timedelta(seconds=ASKING_YIELDS_SECONDS)
    return or_(Import.state.in_(ON_ITS_WAY), and_(Import.state == ASKS, young))


def _make_room(session: Session, made: Import) -> None:
    """Forget the tables that have waited longest for a word, as many as there are too many with this one."""
    mine, theirs = Import.guest_id == made.guest_id, Import.address_hash == made.address_hash
    groups = ((IMPORTS_WAITING_GUEST, mine), (IMPORTS_WAITING_ADDRESS, theirs), (IMPORTS_WAITING, true()))
    for most, group in groups:
        there = select(func.count()).where(group, or_(Import.state == ASKS, Import.state.in_(ON_ITS_WAY)))
        if (over := (session.scalar(there) or 0) + 1 - most) > 0:
            old = select(Import.id).where(group, Import.state == ASKS, ~_holds_place(now()))
            ids = session.scalars(old.order_by(Import.created_at).limit(over)).all()
            _forget(session, Import.id.in_(ids), UploadLost(_YIELDED))


def forget_unanswered(session: Session, at: datetime) -> None:
    """Let tables of yesterday that still wait for a word be forgotten."""
    old = Import.created_at <= at - timedelta(seconds=KEEP_ASKING_SECONDS)
    _forget(session, old, UploadLost(_UNANSWERED))


def _forget(session: Session, which: ColumnElement[bool], why: UploadLost) -> None:
    told = {"error_code": why.code, "error_message": why.sentence}
    over = update(Import).where(which, Import.state == ASKS)
    session.execute(over.values(state=REFUSED, finished_at=now(), **told))


def asking(session: Session, guest_id: int | None) -> list[Import]:
    """Return the guest's tables that wait for a word, oldest first."""
    mine = (Import.guest_id == (guest_id or 0), Import.state == ASKS)
    return list(session.scalars(select(Import).where(*mine).order_by(Import.created_at, Import.id)))


def choose(session: Session, found: Import, choice: dict[str, Any], state: str = ASKS) -> bool:
    """Note how a table that waits for a word is to be read, and with ARRIVED that it comes in.

    False: it waits no longer, so nothing was noted.
    """
    waits = update(Import).where(Import.id == found.id, Import.state == ASKS)
    chosen = waits.values(choice=choice or null(), state=state).returning(Import.id)
    return session.execute(chosen).first() is not None


def find_import(session: Session, guest_id: int | None, import_id: str) -> Import:
    """Return the guest's import. Raises NotFound, also when it is somebody else's."""
    found = session.get(Import, import_id) if is_id(import_id) else None
    if found is None or found.guest_id != guest_id:
        raise NotFound
    return found


def next_import(session: Session, folder_id: str, but: Iterable[str] = ()) -> str | None:
    """Return the import of this machine that goes on, else the one whose turn it is; None for none.

    The guest whose last turn is longest ago comes first: ten files of one wait for one of another. `but`
    names imports that are passed over.
    """
    here = and_(Import.folder_id == folder_id, Import.id.not_in(list(but)))
    begun = select(Import.id).where(here, Import.state.in_(NEXT_STEPS)).order_by(Import.created_at)
    if (found := session.scalar(begun.limit(1))) is not None:
        return found
    other = aliased(Import)
    last = select(func.max(other.started_at)).where(other.guest_id == Import.guest_id).scalar_subquery()
    elsewhere = exists().where(other.guest_id == Import.guest_id, other.state.in_(NEXT_STEPS))
    waiting = select(Import.id).where(here, Import.state == ARRIVED, ~elsewhere)
    order = (last.is_not(None), last, Import.created_at, Import.id)
    return session.scalar(waiting.order_by(*order).limit(1))


def place_in_line(session: Session, found: Import) -> int:
    """Return how many files of this machine come before it, at most, plus one."""
    before = and_(Import.state == ARRIVED, Import.created_at < found.created_at)
    wanted = select(func.count()).where(
        Import.folder_id == found.folder_id, or_(before, Import.state.in_(NEXT_STEPS))
    )
    return 1 + (session.scalar(wanted) or 0)


def cancel(session: Session, found: Import) -> None:
    """Ask for its end: at once while it waits, within a step while it is carried."""
    waits = (Import.id == found.id, Import.state.in_((ASKS, ARRIVED)))
    ended = update(Import).where(*waits).values(state=STOPPED, finished_at=now())
    if not session.execute(ended.returning(Import.id)).first():
        going = (Import.id == found.id, Import.state.in_(ON_ITS_WAY))
        session.execute(update(Import).where(*going).values(cancel_requested=True))


def live_ids(session: Session, folder_id: str) -> set[str]:
    """Return the imports of this machine that still need their files."""
    here = (Import.folder_id == folder_id, Import.state.in_(NEEDS_FILE))
    return set(session.scalars(select(Import.id).where(*here)))


def old_ids(session: Session, at: datetime) -> list[str]:
    """Return imports that ended so long ago that nobody asks for them any more."""
    over = Import.finished_at < at - timedelta(seconds=KEEP_IMPORT_SECONDS)
    return list(session.scalars(select(Import.id).where(over).limit(100)))
