"""Photos of a class: what keeps them out, and how far each of them is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studylens import teaching_limits as limits
from studylens.errors import BadText, QuotaReached
from studylens.language import _, mark
from studylens.models import LIVE_STATES, TEACHING, Job, PhotoSet, SetClass, SetPhoto, now
from studylens.study.teaching.outcomes import touch

SAME = mark("%(name)s is in “%(own)s” already. Each photo counts once.")
OTHER = mark(
    "%(name)s is in “%(own)s” already. A photo can be in one class only: else nothing tells the two apart."
)


@dataclass(frozen=True)
class Brought:
    """A photo that is about to be added: its name and its fingerprint."""

    name: str
    sha256: str


@dataclass(frozen=True)
class Shown:
    """A photo as pages show it: `waits` for its turn, or why it could not be read."""

    photo: SetPhoto
    learnt: bool
    waits: bool
    trouble: str


def check(session: Session, found: SetClass, brought: Sequence[Brought]) -> None:
    """Return when these photos may come into the class; failed ones are forgotten.

    Raises BadText or QuotaReached.
    """
    _forget_failed(session, found.id)
    guest_id = session.get_one(PhotoSet, found.set_id).guest_id
    there = session.scalar(select(func.count()).where(SetPhoto.class_id == found.id)) or 0
    if there + len(brought) > limits.MAX_PHOTOS:
        raise QuotaReached(
            _(
                "“%(name)s” has %(there)s of %(most)s photos; these would be %(more)s more.",
                name=found.name,
                there=there,
                most=limits.MAX_PHOTOS,
                more=len(brought),
            )
        )
    check_total(session, guest_id, len(brought))
    _refuse_known(session, found, brought)


def check_total(session: Session, guest_id: int, more: int) -> None:
    """Raise QuotaReached when all sets of the guest would have too many photos."""
    of_guest = select(func.count(SetPhoto.id)).join(SetClass, SetClass.id == SetPhoto.class_id)
    mine = of_guest.join(PhotoSet, PhotoSet.id == SetClass.set_id).where(PhotoSet.guest_id == guest_id)
    if (session.scalar(mine) or 0) + more > limits.MAX_PHOTOS_OF_GUEST:
        raise QuotaReached(
            _("All your sets together can have %(most)s photos.", most=limits.MAX_PHOTOS_OF_GUEST)
        )


def check_hour(session: Session, guest_id: int, count: int) -> None:
    """Raise QuotaReached when the guest has taught or asked too much within an hour."""
    hour_ago = now() - timedelta(hours=1)
    recent = (Job.guest_id == guest_id, Job.kind.in_(TEACHING), Job.created_at >= hour_ago)
    taught = session.scalar(select(func.count()).where(*recent)) or 0
    if taught + count > limits.MAX_PHOTOS_AN_HOUR:
        most = limits.MAX_PHOTOS_AN_HOUR
        raise QuotaReached(_("That is more than %(most)s photos within an hour. Come back later.", most=most))


def add(session: Session, found: SetClass, jobs: Sequence[Job]) -> None:
    """Note the photos of these jobs as the class's; their features come with the jobs' ends."""
    for job in jobs:
        session.add(SetPhoto(class_id=found.id, job_id=job.id, name=job.name, sha256=job.sha256))
    session.flush()
    touch(session, found.id)


def shown(session: Session, class_ids: Sequence[int]) -> dict[int, list[Shown]]:
    """Return the photos of these classes, by class, with how far each is."""
    told = (SetPhoto, SetPhoto.features.is_not(None), Job.state, Job.error_message)
    rows = select(*told).outerjoin(Job, Job.id == SetPhoto.job_id)
    mine = rows.where(SetPhoto.class_id.in_(class_ids)).order_by(SetPhoto.id)
    found: dict[int, list[Shown]] = {class_id: [] for class_id in class_ids}
    for photo, learnt, state, message in session.execute(mine):
        waits = not learnt and state in LIVE_STATES
        trouble = "" if learnt or waits else message or _("This photo could not be read.")
        found[photo.class_id].append(Shown(photo, bool(learnt), waits, trouble))
    return found


def _forget_failed(session: Session, class_id: int) -> None:
    """A photo that could not be read may be sent again."""
    live = select(Job.id).where(Job.state.in_(LIVE_STATES))
    gone = (SetPhoto.class_id == class_id, SetPhoto.features.is_(None), SetPhoto.job_id.not_in(live))
    session.execute(delete(SetPhoto).where(*gone))


def _refuse_known(session: Session, found: SetClass, brought: Sequence[Brought]) -> None:
    """The same photo in two classes would teach that they are one; twice in one, that it counts twice."""
    seen: set[str] = set()
    for one in brought:
        if one.sha256 in seen:
            raise BadText(_("%(name)s is there twice. Each photo counts once.", name=one.name))
        seen.add(one.sha256)
    names = {one.sha256: one.name for one in brought}
    same = select(SetPhoto.sha256, SetClass).join(SetClass, SetClass.id == SetPhoto.class_id)
    there = same.where(SetClass.set_id == found.set_id, SetPhoto.sha256.in_(names)).limit(1)
    for sha256, other in session.execute(there):
        if other.id == found.id:
            raise BadText(_(SAME, name=names[sha256], own=found.name))
        raise BadText(_(OTHER, name=names[sha256], own=other.name))
