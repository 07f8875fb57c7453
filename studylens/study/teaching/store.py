"""Sets and their classes: made, found, renamed and deleted. For anybody but their guest they do not exist."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from studylens import teaching_limits as limits
from studylens.errors import BadText, NotFound, QuotaReached
from studylens.language import _, mark, said
from studylens.models import PhotoSet, SetClass, SetPhoto, now
from studylens.study.budgets import sums

FIRST_SET = mark("My first set")
"""The set into which a class comes that names none."""


@dataclass(frozen=True)
class Named:
    """A name and a description, as they were typed; `name` is not empty."""

    name: str
    description: str = ""


def sets_of(session: Session, guest_id: int | None) -> list[PhotoSet]:
    """Return the guest's sets, newest first."""
    mine = select(PhotoSet).where(PhotoSet.guest_id == (guest_id or 0)).order_by(PhotoSet.id.desc())
    return list(session.scalars(mine))


def find_set(session: Session, guest_id: int | None, set_id: int) -> PhotoSet:
    """Return the guest's set. Raises NotFound, also when it is somebody else's."""
    found = session.get(PhotoSet, set_id)
    if found is None or guest_id is None or found.guest_id != guest_id:
        raise NotFound
    sums.touch_rest(session, guest_id)  # Whoever changes anything of a set finds it first.
    return found


def find_class(
    session: Session, guest_id: int | None, class_id: int, *, set_id: int | None = None
) -> SetClass:
    """Return a class of one of the guest's sets; of this set, where one is named.

    Raises NotFound, also when it is somebody else's.
    """
    found = session.get(SetClass, class_id)
    if found is None or set_id not in {None, found.set_id}:
        raise NotFound
    find_set(session, guest_id, found.set_id)
    return found


def add_set(session: Session, guest_id: int, named: Named) -> PhotoSet:
    """Add a set. Raises QuotaReached."""
    there = session.scalar(select(func.count()).where(PhotoSet.guest_id == guest_id)) or 0
    if there >= limits.MAX_SETS:
        raise QuotaReached(
            _(
                "You have %(there)s sets, as many as there can be. Delete one that you do not need.",
                there=there,
            )
        )
    made = PhotoSet(guest_id=guest_id, name=named.name, description=named.description)
    session.add(made)
    session.flush()
    return made


def first_set(session: Session, guest_id: int) -> PhotoSet:
    """Return the guest's newest set; one is made for who has none."""
    return next(iter(sets_of(session, guest_id)), None) or add_set(session, guest_id, Named(said(FIRST_SET)))


def add_class(session: Session, photo_set: PhotoSet, named: Named) -> SetClass:
    """Add a class. Raises QuotaReached, or BadText when the set has one of that name."""
    if len(photo_set.classes) >= limits.MAX_CLASSES:
        raise QuotaReached(
            _("A set can have %(most)s classes. Make another set for the rest.", most=limits.MAX_CLASSES)
        )
    _refuse_double(photo_set, named.name)
    made = SetClass(set_id=photo_set.id, name=named.name, description=named.description)
    photo_set.classes.append(made)
    photo_set.changed_at = now()
    session.flush()
    return made


def rename_class(session: Session, found: SetClass, named: Named) -> None:
    """Give a class another name. Raises BadText when its set has another one of that name."""
    photo_set = session.get_one(PhotoSet, found.set_id)
    _refuse_double(photo_set, named.name, but=found)
    found.name, found.description = named.name, named.description


def delete_class(session: Session, found: SetClass) -> None:
    """Delete a class with its photos; what was trained no longer answers with it."""
    session.get_one(PhotoSet, found.set_id).changed_at = now()
    session.delete(found)
    session.flush()


def photo_counts(session: Session, guest_id: int | None) -> dict[int, int]:
    """Return how many photos each of the guest's sets has, by the set's id."""
    joined = select(SetClass.set_id, func.count()).join(SetPhoto, SetPhoto.class_id == SetClass.id)
    mine = joined.join(PhotoSet, PhotoSet.id == SetClass.set_id).where(PhotoSet.guest_id == (guest_id or 0))
    return {row[0]: row[1] for row in session.execute(mine.group_by(SetClass.set_id))}


def _refuse_double(photo_set: PhotoSet, name: str, but: SetClass | None = None) -> None:
    for other in photo_set.classes:
        if other is not but and other.name.casefold() == name.casefold():
            raise BadText(
                _("This set has a class “%(name)s” already. Add the photos there.", name=other.name)
            )


def forget_copies(session: Session, photo_set: PhotoSet) -> None:
    """Delete the small copies of the set's photos; their features stay."""
    classes = [found.id for found in photo_set.classes]
    mine = update(SetPhoto).where(SetPhoto.class_id.in_(classes), SetPhoto.features.is_not(None))
    session.execute(mine.values(jpeg=None, width=0, height=0))
