"""A set as the analysis needs it: the photos that have features, of the classes that have photos."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.taught import FEATURE_BYTES, Known
from studylens.models import PhotoSet, SetClass, SetPhoto


@dataclass(frozen=True)
class SetIds:
    """Ids of a guest's sets: `trained` are those that can be asked."""

    every: list[int]
    trained: list[int]


def set_ids(session: Session, guest_id: int) -> SetIds:
    """Return the ids of the guest's sets, oldest first."""
    mine = select(PhotoSet.id, PhotoSet.trained_at).where(PhotoSet.guest_id == guest_id).order_by(PhotoSet.id)
    rows = session.execute(mine).all()
    return SetIds([row.id for row in rows], [row.id for row in rows if row.trained_at])


def known_set(session: Session, set_id: int) -> Known | None:
    """Return the set; None when none of its photos has been looked at."""
    found = session.get_one(PhotoSet, set_id)
    columns = (SetPhoto.id, SetPhoto.class_id, SetPhoto.features)
    photos = select(*columns).join(SetClass, SetClass.id == SetPhoto.class_id)
    mine = photos.where(SetClass.set_id == set_id, SetPhoto.features.is_not(None)).order_by(SetPhoto.id)
    rows = [row for row in session.execute(mine) if len(row.features) == FEATURE_BYTES]
    classes = tuple(sorted({row.class_id for row in rows}))
    if not rows:
        return None
    return Known(
        set_id=set_id,
        classes=classes,
        photos=tuple(row.id for row in rows),
        labels=tuple(classes.index(row.class_id) for row in rows),
        features=b"".join(row.features for row in rows),
        head=found.head or b"",
        head_classes=tuple(found.head_classes or ()),
        refuse_below=found.refuse_below,
    )
