"""What programs add: named by an id of their own, so that a request whose answer was lost is sent again."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText, CardAway, NotFound
from studylens.language import _
from studylens.models import Flashcard, Pack, new_id, now
from studylens.storable import is_id
from studylens.study.packs import editing, subjects
from studylens.study.packs.parts import CARDS
from studylens.study.packs.search import index_pack
from studylens.study.packs.store import find_pack
from studylens.study.reviews import cards as schedule


@dataclass(frozen=True)
class Heading:
    """What a new pack is called; `id` empty: it gets one."""

    title: str
    subject: str = ""
    id: str = ""


@dataclass(frozen=True)
class Sides:
    """What a new card says, the tags that its pack gets; `id` empty: it gets one."""

    front: str
    back: str
    id: str = ""
    tags: Sequence[str] = ()


def add_pack(session: Session, guest_id: int, heading: Heading) -> tuple[Pack, bool]:
    """Return the pack of this id, and whether it is new: one that is there stays as it is.

    Raises BadText; NotFound for an id that is another's, or in the trash.
    """
    if not heading.title:
        raise BadText(_("“%(field)s” is missing.", field="title"))
    _check_id(heading.id)
    if heading.id and session.get(Pack, heading.id) is not None:
        return find_pack(session, guest_id, heading.id), False
    pack = Pack(id=heading.id or new_id(), guest_id=guest_id, title=heading.title, receipt={})
    subjects.set_subject(pack, heading.subject)
    session.add(pack)
    index_pack(session, pack)
    return pack, True


def add_card(session: Session, pack: Pack, sides: Sides) -> tuple[str, bool]:
    """Return the uid of the card of this id, and whether it is new: one that is there stays as it is.

    A new one needs no acceptance and is due at once. Raises BadText; CardAway for one that was put away.
    """
    _check_id(sides.id)
    session.refresh(pack, with_for_update=True)  # Of two that send the same id at once, one waits here.
    known = _known(session, pack.guest_id, sides.id) if sides.id else None
    if known is not None:
        if known.deleted_at is not None:
            raise CardAway
        return sides.id, False
    made = editing.add_part(session, pack, CARDS, {"front": sides.front, "back": sides.back})
    if not isinstance(made, Flashcard):
        raise NotFound
    made.uid = sides.id or made.uid
    schedule.accept(session, pack, [made], now())
    for tag in sides.tags:
        with contextlib.suppress(BadText):  # No tag of a pack's, or one too many: the card matters more.
            subjects.add_tag(session, [pack], tag.replace("_", " "))
            session.flush()
    return made.uid or "", True


def _known(session: Session, guest_id: int, uid: str) -> Flashcard | None:
    mine = select(Flashcard).join(Pack, Pack.id == Flashcard.pack_id)
    found = mine.where(Flashcard.uid == uid, Pack.guest_id == guest_id, Pack.erasing_at.is_(None))
    return session.scalars(found.order_by(Flashcard.deleted_at.is_not(None), Flashcard.id).limit(1)).first()


def _check_id(text: str) -> None:
    if text and not is_id(text):
        raise BadText(_("“%(field)s” is not as it should be.", field="id"))
