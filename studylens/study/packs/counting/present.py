"""What a pack has beside its cards, asked in one statement: what is not there is not asked for."""

from dataclasses import dataclass

from sqlalchemy import Exists, Table, bindparam, exists, literal_column, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from studylens.models import FollowUp, Pack, PackPage, PackPicture, QuizAttempt
from studylens.study.packs.pictures import FirstPhoto, first_photo

_PAGES: Table = PackPage.__table__  # type: ignore[assignment]
_COPIES: Table = PackPicture.__table__  # type: ignore[assignment]
_ATTEMPTS: Table = QuizAttempt.__table__  # type: ignore[assignment]
_ASKED: Table = FollowUp.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Present:
    """Whether quizzes of the pack were begun, and questions about it asked; the photo that stands for it."""

    attempts: bool
    follow_ups: bool
    photo: FirstPhoto | None


def present_in(session: Session, pack: Pack) -> Present:
    """Return what is there; the pack then knows its pages."""
    row = session.connection().execute(_PRESENT, {"pack": pack.id, "guest": pack.guest_id}).one()
    if not row.pages:
        set_committed_value(pack, "pages", [])
    page = next((page for page in pack.pages if page.n == 1), None)
    sha256, receipt = (page.sha256, page.receipt) if page else (None, pack.receipt)
    photo = first_photo(sha256, receipt, has_copy=bool(row.copy))
    return Present(bool(row.attempts), bool(row.follow_ups), photo)


def _of_pack(table: Table) -> Exists:
    return exists(select(literal_column("1")).select_from(table).where(table.c.pack_id == bindparam("pack")))


_PRESENT = select(
    _of_pack(_PAGES).label("pages"),
    _of_pack(_COPIES).where(_COPIES.c.page == 1).label("copy"),
    _of_pack(_ATTEMPTS).where(_ATTEMPTS.c.guest_id == bindparam("guest")).label("attempts"),
    _of_pack(_ASKED).label("follow_ups"),
)
