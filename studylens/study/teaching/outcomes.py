"""What the analysis found, kept with the job's end: a photo's features, a set's head, what sets answer."""

import base64
from collections import Counter
from dataclasses import asdict

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studylens.analysis.protocol.taught import Identified, Learnt, Trained
from studylens.models import Job, PhotoSet, SetClass, SetPhoto, now
from studylens.study.budgets import sums

LEFT_OUT = 2
"""Photos of a class from which on one can be left out."""


def receive(session: Session, job: Job, found: Learnt | Trained | Identified) -> None:
    """Keep it; nothing, when the photo or the set was deleted meanwhile."""
    sums.touch_rest(session, job.guest_id)
    if isinstance(found, Learnt):
        _keep_photo(session, job, found)
    elif isinstance(found, Trained):
        _keep_head(session, found)
    else:
        job.identified = [asdict(answer) for answer in found.answers]


def _keep_photo(session: Session, job: Job, found: Learnt) -> None:
    photo = session.scalars(select(SetPhoto).where(SetPhoto.job_id == job.id)).first()
    if photo is None:
        return
    photo.features = base64.b64decode(found.features_base64)
    if found.jpeg_base64:
        photo.jpeg, photo.width, photo.height = base64.b64decode(found.jpeg_base64), found.width, found.height
    touch(session, photo.class_id)


def _keep_head(session: Session, found: Trained) -> None:
    photo_set = session.get(PhotoSet, found.set_id)
    if photo_set is None:
        return
    photo_set.head = base64.b64decode(found.head_base64)
    photo_set.head_classes, photo_set.refuse_below = list(found.classes), found.refuse_below
    photo_set.trained_at = now()
    photos = select(SetPhoto).join(SetClass, SetClass.id == SetPhoto.class_id)
    guesses = dict(zip(found.photos, found.guesses, strict=True))
    rows = session.scalars(photos.where(SetClass.set_id == found.set_id)).all()
    of_class = Counter(photo.class_id for photo in rows if photo.id in guesses)
    for photo in rows:
        alone = of_class[photo.class_id] < LEFT_OUT
        photo.guess_id = None if alone else guesses.get(photo.id)


def touch(session: Session, class_id: int) -> None:
    """Note that the class's set has changed since it was trained."""
    owner = select(SetClass.set_id).where(SetClass.id == class_id).scalar_subquery()
    session.execute(update(PhotoSet).where(PhotoSet.id == owner).values(changed_at=now()))
