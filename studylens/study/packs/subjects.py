"""Subjects and tags: how a student orders a library."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from studylens.errors import BadText
from studylens.language import _
from studylens.models import Pack, PackTag
from studylens.study.keeping.marks import touch

SUBJECT_CHARS = 100
"""A subject, as its column is wide."""
TAG_CHARS = 50
"""A tag, as its column is wide."""
TAGS_A_PACK = 20
"""Tags of one pack: more order nothing."""
TOO_MANY = _("A pack has at most %(most)s tags.", most=TAGS_A_PACK)


@dataclass(frozen=True)
class Label:
    """A subject or tag, and how many packs bear it."""

    name: str
    packs: int


def subjects_in_use(session: Session, guest_id: int) -> tuple[Label, ...]:
    """Return the subjects of the guest's packs, those of the most packs first; none of the trash."""
    mine = (Pack.guest_id == guest_id, Pack.deleted_at.is_(None), Pack.subject != "")
    return _labels(session, select(Pack.subject, func.count()).where(*mine).group_by(Pack.subject))


def tags_in_use(session: Session, guest_id: int) -> tuple[Label, ...]:
    """Return the tags of the guest's packs, those of the most packs first; none of the trash."""
    mine = (Pack.guest_id == guest_id, Pack.deleted_at.is_(None))
    tags = select(PackTag.tag, func.count()).join(Pack, Pack.id == PackTag.pack_id)
    return _labels(session, tags.where(*mine).group_by(PackTag.tag))


def _labels(session: Session, counted: Select[str, int]) -> tuple[Label, ...]:
    found = (Label(name, packs) for name, packs in session.execute(counted))
    return tuple(sorted(found, key=lambda label: (-label.packs, label.name.casefold())))


def set_subject(pack: Pack, subject: str) -> None:
    """Put the pack under a subject; an empty one takes it out. Raises BadText."""
    pack.subject = checked_subject(subject)


def checked_subject(subject: str) -> str:
    """Return the subject as it is stored. Raises BadText."""
    name = " ".join(subject.split())
    if len(name) > SUBJECT_CHARS:
        raise BadText(_("A subject has at most %(most)s characters.", most=SUBJECT_CHARS))
    return name


def tags_of(session: Session, pack: Pack) -> list[str]:
    """Return the pack's tags in alphabetical order."""
    return list(session.scalars(select(PackTag.tag).where(PackTag.pack_id == pack.id).order_by(PackTag.tag)))


def add_tag(session: Session, packs: Sequence[Pack], tag: str) -> str:
    """Give each pack one more tag; return it as it is stored. Raises BadText, also for a pack with 20."""
    name, ids = checked_tag(tag), [pack.id for pack in packs]
    rows = session.execute(select(PackTag.pack_id, PackTag.tag).where(PackTag.pack_id.in_(ids))).all()
    tagged = {pack_id for pack_id, known in rows if known == name}
    number = Counter(pack_id for pack_id, _ in rows)
    lacking = [pack_id for pack_id in ids if pack_id not in tagged]
    if any(number[pack_id] >= TAGS_A_PACK for pack_id in lacking):
        raise BadText(TOO_MANY)
    session.add_all(PackTag(pack_id=pack_id, tag=name) for pack_id in lacking)
    return name


def set_tags(session: Session, pack: Pack, text: str) -> None:
    """Give the pack the tags of a list with commas, and no others. Raises BadText."""
    tags = list(dict.fromkeys(checked_tag(tag) for tag in text.split(",") if tag.strip()))
    if len(tags) > TAGS_A_PACK:
        raise BadText(TOO_MANY)
    session.execute(delete(PackTag).where(PackTag.pack_id == pack.id))
    touch(session, pack.id)
    session.add_all(PackTag(pack_id=pack.id, tag=tag) for tag in tags)


def checked_tag(tag: str) -> str:
    """Return the tag as it is stored: small, without its #. Raises BadText."""
    name = " ".join(tag.strip().lstrip("#").split()).casefold()
    if not name or len(name) > TAG_CHARS or "," in name:
        raise BadText(_("A tag has 1 to %(most)s characters and no comma.", most=TAG_CHARS))
    return name
