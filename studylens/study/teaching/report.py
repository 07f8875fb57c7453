"""How good a set is: each photo asked without itself, what is taken for what, and what would help."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens import teaching_limits as limits
from studylens.language import _, ngettext
from studylens.models import PhotoSet, SetClass, SetPhoto


@dataclass(frozen=True)
class Lack:
    """What a set lacks: a class of that name has few photos, or none; without a name, a second class."""

    name: str = ""
    photos: int = 0

    @property
    def words(self) -> str:
        """The sentence as programs are told it; pages set the name apart (teaching/_lack.html)."""
        if not self.name:
            return _("There is one class only: the answers are this, not this, or unsure.")
        if not self.photos:
            return _("“%(name)s” has no photo yet, so it is never the answer.", name=self.name)
        least = limits.LEAST_PHOTOS
        return ngettext(
            "“%(name)s” has %(num)s photo. With %(least)s it is told far more surely.",
            "“%(name)s” has %(num)s photos. With %(least)s it is told far more surely.",
            self.photos,
            name=self.name,
            least=least,
        )


@dataclass(frozen=True)
class Mistake:
    """A photo that would be taken for another class than its own."""

    photo: SetPhoto
    own: SetClass
    taken_for: SetClass


@dataclass(frozen=True)
class Report:
    """Photos tried, each without itself, and how many were told right; `matrix` by own class, then guess."""

    tried: int
    right: int
    mistakes: tuple[Mistake, ...]
    matrix: tuple[tuple[SetClass, tuple[int, ...]], ...]
    warnings: tuple[Lack, ...]

    @property
    def words(self) -> str:
        """How good it is, with its n; a percentage only from 20 photos on."""
        counts = {"right": self.right, "tried": self.tried}
        if not self.tried:
            return _("Not known yet: no two classes have two photos each.")
        if self.tried < limits.LEAST_FOR_SHARE:
            return _("%(right)s of %(tried)s photos told right, each without itself.", **counts)
        share = round(100 * self.right / self.tried)
        return _(
            "%(share)s %%: %(right)s of %(tried)s photos told right, each without itself.",
            share=share,
            **counts,
        )


def report(session: Session, photo_set: PhotoSet) -> Report:
    """Return what the last training found, of the photos and classes that are still there."""
    classes = {found.id: found for found in photo_set.classes}
    tried = select(SetPhoto).where(SetPhoto.class_id.in_(classes), SetPhoto.guess_id.in_(classes))
    photos = list(session.scalars(tried.order_by(SetPhoto.id))) if len(classes) > 1 else []
    wrong = [photo for photo in photos if photo.guess_id != photo.class_id]
    mistakes = tuple(Mistake(p, classes[p.class_id], classes[p.guess_id or 0]) for p in wrong)
    matrix = tuple(
        (own, tuple(sum(p.class_id == own.id and p.guess_id == other for p in photos) for other in classes))
        for own in classes.values()
    )
    return Report(len(photos), len(photos) - len(wrong), mistakes, matrix, warnings(session, photo_set))


def warnings(session: Session, photo_set: PhotoSet) -> tuple[Lack, ...]:
    """Return what would make the set better."""
    counted = select(SetClass.id, func.count(SetPhoto.features)).outerjoin(SetPhoto).group_by(SetClass.id)
    counts = {row[0]: row[1] for row in session.execute(counted.where(SetClass.set_id == photo_set.id))}
    few = [Lack(one.name, counts.get(one.id, 0)) for one in photo_set.classes]
    alone = [Lack()] if len(photo_set.classes) == 1 else []
    return (*(lack for lack in few if lack.photos < limits.LEAST_PHOTOS), *alone)
