"""What has changed of an account since a browser that keeps it asked last: one number for each part.

Rows that go through the session are seen here as they are written. Who writes past it says so: `touch` for a
pack (study/budgets/sums.py calls it for everybody who changes one), `note` for anything else. Answers need
neither: the log's own numbers tell what is new in it. A guest whose account no browser keeps costs nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, event, inspect, literal, select, update
from sqlalchemy.orm import Session, UOWTransaction

from studylens.database.upsert import insert_on
from studylens.models import (
    CardPicture,
    KeptAccount,
    KeptMark,
    Pack,
    PackPicture,
    QuizAttempt,
    QuizItem,
    ReviewLog,
    StudySettings,
    UserAchievement,
    now,
)
from studylens.models.belonging import BELONGING, Belonging

SETTINGS, PACK, LOG, QUIZ, MEDALS = "1", "2", "3", "4", "5"
"""How the name of a part begins, in the order in which parts stand in an account file; an id follows."""
PICTURES = "p"
"""How the name of a pack's pictures ends: they are large, and hardly ever change."""
_KEY = "marks"
"""Under it a session knows what changed."""
_AT_ONCE = 500
"""Ids in one statement."""


@dataclass
class _Changed:
    packs: set[str] = field(default_factory=set)
    pictures: set[str] = field(default_factory=set)
    quizzes: set[str] = field(default_factory=set)
    others: set[tuple[int, str]] = field(default_factory=set)


def touch(session: Session, pack_id: str) -> None:
    """Note that this transaction changes a pack, or ends it."""
    _changed(session).packs.add(pack_id)


def touch_pictures(session: Session, pack_id: str) -> None:
    """Note that it changes the pack's kept photos, or pictures of its cards."""
    _changed(session).pictures.add(pack_id)


def note(session: Session, guest_id: int, part: str) -> None:
    """Note that this transaction changes another part of the guest's account."""
    _changed(session).others.add((guest_id, part))


def restart(session: Session, guest_id: int) -> None:
    """Let browsers ask for everything anew: more has changed than can be told by parts."""
    again = update(KeptAccount).where(KeptAccount.guest_id == guest_id)
    at = _following()
    session.execute(again.values(mark=at, began=at).execution_options(synchronize_session=False))


def _changed(session: Session) -> _Changed:
    found: _Changed = session.info.setdefault(_KEY, _Changed())
    return found


@event.listens_for(Session, "after_flush")
def _after_flush(session: Session, _context: UOWTransaction) -> None:
    for row in session.new:
        _note_row(session, row)
    for row in session.dirty:
        if session.is_modified(row):
            _note_row(session, row)
    for row in session.deleted:
        _note_row(session, row)


def _note_row(session: Session, row: Any) -> None:
    if isinstance(row, StudySettings | UserAchievement | ReviewLog):
        if row.guest_id is not None:
            note(session, row.guest_id, _PARTS[type(row)])
    elif isinstance(row, QuizAttempt):
        note(session, row.guest_id, f"{QUIZ}{row.id}")
    elif isinstance(row, QuizItem):
        _changed(session).quizzes.add(row.attempt_id)
    else:
        _note_of_pack(session, row)


def _note_of_pack(session: Session, row: Any) -> None:
    if isinstance(row, Pack):
        note(session, row.guest_id, f"{PACK}{row.id}")  # Who deletes it leaves nobody to ask whose it was.
        if inspect(row).attrs.joining_at.history.has_changes():
            touch_pictures(session, row.id)
    elif isinstance(row, PackPicture | CardPicture):
        touch_pictures(session, row.pack_id)
    elif _travels_with_a_pack(row):
        touch(session, row.pack_id)


_PARTS: dict[type[Any], str] = {StudySettings: SETTINGS, UserAchievement: MEDALS, ReviewLog: LOG}


def _travels_with_a_pack(row: Any) -> bool:
    belonging: Belonging | None = row.__table__.info.get(BELONGING)
    return belonging is not None and belonging.travels and not belonging.stays


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        session.flush()
    changed: _Changed | None = session.info.pop(_KEY, None)
    if changed is not None:
        _write(session, changed)


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    session.info.pop(_KEY, None)


def _write(session: Session, changed: _Changed) -> None:
    """Give every part that changed the next mark of its account; the accounts in the order of their ids."""
    parts = set(changed.others)
    parts |= {(guest, f"{PACK}{pack}") for pack, guest in _owners(session, Pack, changed.packs)}
    pictures = _owners(session, Pack, changed.pictures)
    parts |= {(guest, f"{PACK}{pack}{PICTURES}") for pack, guest in pictures}
    parts |= {(guest, f"{QUIZ}{quiz}") for quiz, guest in _owners(session, QuizAttempt, changed.quizzes)}
    by_guest: dict[int, list[str]] = {}
    for guest_id, part in sorted(parts):
        by_guest.setdefault(guest_id, []).append(part)
    for guest_id, names in sorted(by_guest.items()):
        _mark(session, guest_id, names)


def _owners(session: Session, model: type[Pack | QuizAttempt], ids: set[str]) -> Iterable[tuple[str, int]]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), _AT_ONCE):
        some = select(model.id, model.guest_id).where(model.id.in_(wanted[start : start + _AT_ONCE]))
        yield from session.execute(some)


def _mark(session: Session, guest_id: int, parts: list[str]) -> None:
    raised = update(KeptAccount).where(KeptAccount.guest_id == guest_id).values(mark=_following())
    raised = raised.returning(KeptAccount.mark).execution_options(synchronize_session=False)
    mark = session.scalar(raised)
    if mark is None:
        return  # No browser keeps this account.
    row = insert_on(session.get_bind().dialect.name, KeptMark)
    same = [KeptMark.guest_id, KeptMark.part]
    row = row.on_conflict_do_update(index_elements=same, set_={"mark": row.excluded.mark})
    session.execute(row, [{"guest_id": guest_id, "part": part, "mark": mark} for part in parts])


def _following() -> ColumnElement[int]:
    """Return the mark of a change at this moment: the clock may go back, marks do not."""
    at = literal(int(now().timestamp() * 1000), BigInteger)
    return case((KeptAccount.mark >= at, KeptAccount.mark + 1), else_=at)
