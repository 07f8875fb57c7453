"""Subjects and tags: how a student orders a library."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Table, bindparam, delete, func, select
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


_PACKS: Table = Pack.__table__  # type: ignore[assignment]
_TAGGED: Table = PackTag.__table__  # type: ignore[assignment]
_MINE = (
    _PACKS.c.guest_id == bindparam("guest"),
    _PACKS.c.deleted_at.is_(None),
    _PACKS.c.erasing_at.is_(None),
)
_SUBJECTS = select(_PACKS.c.subject, func.count()).where(*_MINE).group_by(_PACKS.c.subject)
_TAGS = (
    select(_TAGGED.c.tag, func.count())
    .select_from(_TAGGED.join(_PACKS, _PACKS.c.id == _TAGGED.c.pack_id))
    .where(*_MINE)
    .group_by(_TAGGED.c.tag)
)


def subjects_in_use(session: Session, guest_id: int) -> tuple[Label, ...]:
    """Return the subjects of the guest's packs, those of the most packs first; none of the trash."""
    return subjects_counted(session, guest_id)[1]


def subjects_counted(session: Session, guest_id: int) -> tuple[int, tuple[Label, ...]]:
    """Return how many packs the guest has, those of the trash left out, and the same."""
    rows = session.connection().execute(_SUBJECTS, {"guest": guest_id}).all()
    return sum(packs for _, packs in rows), _labels((name, packs) for name, packs in rows if name)


def tags_in_use(session: Session, guest_id: int) -> tuple[Label, ...]:
    """Return the tags of the guest's packs, those of the most packs first; none of the trash."""
    rows = session.connection().execute(_TAGS, {"guest": guest_id})
    return _labels((tag, packs) for tag, packs in rows)


def _labels(counted: Iterable[tuple[str, int]]) -> tuple[Label, ...]:
    found = (Label(name, packs) for name, packs in counted)
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
