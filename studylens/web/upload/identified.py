"""What a guest's sets say of a job's photo, in a student's words and as JSON."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.analysis.protocol.taught import Verdict
from studylens.language import _
from studylens.models import Job, PhotoSet, SetClass, SetPhoto


@dataclass(frozen=True)
class Told:
    """What a set says of a photo, with the names that it has now; `photo_id` while that photo is there."""

    photo_set: PhotoSet
    verdict: str
    found: SetClass | None
    closeness: float
    photo_id: int | None

    @property
    def words(self) -> str:
        """The answer in a sentence."""
        if self.found is None:
            return _("Most like a class that was deleted meanwhile.")
        name = self.found.name
        if self.verdict == Verdict.NONE:
            alone = len(self.photo_set.classes) == 1
            return _("Not “%(name)s”.", name=name) if alone else _("None of these.")
        if self.verdict == Verdict.UNSURE:
            return _("Perhaps “%(name)s”, but unsure.", name=name)
        return _("This is “%(name)s”.", name=name)


def told_of(session: Session, job: Job) -> list[Told]:
    """Return what the guest's sets, as far as they are still there, said of a job's photo."""
    found = []
    for answer in job.identified or ():
        photo_set = session.get(PhotoSet, answer["set_id"])
        if photo_set is None or photo_set.guest_id != job.guest_id:
            continue
        one = session.get(SetClass, answer["class_id"])
        photo = session.scalar(select(SetPhoto.id).where(SetPhoto.id == answer["photo_id"]))
        found.append(Told(photo_set, str(answer["verdict"]), one, float(answer["closeness"]), photo))
    return found


def told_json(told: Told) -> dict[str, Any]:
    """Return an answer: `verdict` is this, unsure or none; `class` is the best one, whatever the verdict."""
    found = told.found
    return {
        "set": {"id": told.photo_set.id, "name": told.photo_set.name},
        "verdict": told.verdict,
        "class": {"id": found.id, "name": found.name} if found else None,
        "closeness": round(told.closeness, 4),
        "sentence": told.words,
    }
