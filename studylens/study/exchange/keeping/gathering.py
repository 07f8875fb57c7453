"""What a browser lacks of an account, in steps: each is short, and says itself where the next one begins."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from studylens.errors import BeingJoined
from studylens.models import (
    ON_ITS_WAY,
    Import,
    KeptMark,
    Pack,
    QuizAttempt,
    ReviewLog,
)
from studylens.study.exchange.account.writing import review_entries
from studylens.study.exchange.keeping.cursor import LAST, Cursor, read_cursor
from studylens.study.exchange.keeping.parts import (
    ANSWERS_A_PART,
    HEAD,
    TAIL,
    log_name,
    part_of,
    squeezed_entries,
)
from studylens.study.exchange.keeping.standing import Standing, standing_of
from studylens.study.keeping.arrivals import is_arriving
from studylens.study.keeping.marks import MEDALS, PACK, PICTURES, QUIZ, SETTINGS

STEP_BYTES = 256 * 1024
"""A step ends with the part that reaches so much: what a slow phone loads in a few seconds."""
STEP_CPU_SECONDS = 0.1
"""Or with the part after which it has used so much of a processor: a second on the smallest instance."""
_AT_ONCE = 100
"""Names looked up together."""
_MOST_RETRIES = 3


@dataclass(frozen=True)
class Step:
    """What a browser is sent: parts by name (an empty one is gone), and what it says next time."""

    name: str
    since: str
    parts: dict[str, bytes] = field(default_factory=dict)
    is_more: bool = False
    is_anew: bool = False
    """Whatever it has and is not sent from now on is of no use any more."""
    is_lost: bool = False
    """It has what this database never had, or has lost: it may bring that."""


def has_news(session: Session, guest_id: int, known: str, since: str) -> bool | None:
    """Say, by one look at two rows, whether a browser lacks anything; None: nobody keeps the account."""
    standing = standing_of(session, guest_id)
    return None if standing is None else not standing.is_all(known, read_cursor(since))


def gather(session: Session, guest_id: int, known: str, since: str) -> Step | None:
    """Return the next step for a browser that knows the account by `known` and is at `since`; None: not kept.

    Raises BeingJoined while packs are half in one and half in another, a file comes in, or another guest.
    """
    standing = standing_of(session, guest_id)
    if standing is None:
        return None
    cursor = read_cursor(since) if known == standing.name else None
    if standing.is_all(known, cursor):
        return Step(standing.name, since)
    if cursor is not None and standing.is_behind(session, guest_id, cursor):
        return Step(standing.name, since, is_lost=True)
    _check_whole(session, guest_id)
    is_anew = cursor is None or cursor.began != standing.began
    if cursor is None or is_anew:
        cursor = standing.first(session, guest_id)
    cursor = replace(cursor, is_whole=False)
    return _Gathering(session, guest_id, standing, cursor).step(is_anew=is_anew)


def _check_whole(session: Session, guest_id: int) -> None:
    halfway = select(Pack.id).where(Pack.guest_id == guest_id, Pack.joining_at.is_not(None)).limit(1)
    arriving = select(Import.id).where(Import.guest_id == guest_id, Import.state.in_(ON_ITS_WAY)).limit(1)
    is_halfway = session.scalar(halfway) is not None or session.scalar(arriving) is not None
    if is_halfway or is_arriving(session, guest_id):
        raise BeingJoined


class _Gathering:
    """One step: parts that changed, then packs that were answered from, then the log."""

    def __init__(self, session: Session, guest_id: int, standing: Standing, cursor: Cursor) -> None:
        self._session, self._guest_id, self._standing = session, guest_id, standing
        self._cursor = cursor
        self._parts: dict[str, bytes] = {}
        self._bytes = 0
        self._until = time.thread_time() + STEP_CPU_SECONDS

    def step(self, *, is_anew: bool) -> Step:
        """Gather until the step is full."""
        is_over = self._by_name() and self._by_answers() and self._log()
        if is_over and not self._adds_up():
            retries = self._cursor.retries + 1
            self._cursor = self._standing.first(self._session, self._guest_id, retries=retries)
            return Step(self._standing.name, str(self._cursor), is_more=True, is_anew=True)
        if is_over:
            self._cursor = replace(self._cursor, is_whole=True, sums=self._standing.sums, retries=0)
        return Step(self._standing.name, str(self._cursor), self._parts, not is_over, is_anew)

    @property
    def _is_full(self) -> bool:
        return bool(self._parts) and (self._bytes >= STEP_BYTES or time.thread_time() >= self._until)

    def _add(self, name: str, part: bytes) -> None:
        self._parts[name] = part
        self._bytes += len(part)

    def _by_name(self) -> bool:
        """Add all parts on the first way through, else those that changed; say whether none are left."""
        if self._cursor.is_first:
            for name in self._names():
                if self._is_full:
                    return False
                if part := part_of(self._session, self._guest_id, name):
                    self._add(name, part)
                if name == HEAD:  # With it what was sent so far is a whole file at any moment.
                    self._add(TAIL, part_of(self._session, self._guest_id, TAIL))
                self._cursor = replace(self._cursor, part=name)
            self._cursor = replace(self._cursor, is_first=False, part=LAST)
        return self._changed()

    def _changed(self) -> bool:
        mark, part = KeptMark.mark, KeptMark.part
        while True:
            behind = tuple_(mark, part) > tuple_(self._cursor.mark, self._cursor.part)
            wanted = select(mark, part).where(KeptMark.guest_id == self._guest_id, behind)
            found = self._session.execute(wanted.order_by(mark, part).limit(_AT_ONCE)).all()
            for at, name in found:
                if self._is_full:
                    return False
                self._add(name, part_of(self._session, self._guest_id, name))
                self._cursor = replace(self._cursor, mark=at, part=name)
            if len(found) < _AT_ONCE:
                return True

    def _names(self) -> Iterator[str]:
        after = self._cursor.part
        yield from (name for name in (HEAD, SETTINGS) if name > after)
        for pack_id in self._ids(Pack, PACK):
            yield from (name for name in (f"{PACK}{pack_id}", f"{PACK}{pack_id}{PICTURES}") if name > after)
        yield from (name for quiz_id in self._ids(QuizAttempt, QUIZ) if (name := f"{QUIZ}{quiz_id}") > after)
        if after < MEDALS:
            yield MEDALS

    def _ids(self, model: type[Pack | QuizAttempt], kind: str) -> Iterator[str]:
        """Yield the ids of what has a name from the cursor's on, in their order."""
        at = self._cursor.part
        if at[:1] > kind:
            return
        behind = model.id >= (at[1:33] if at[:1] == kind else "")
        while True:
            mine = select(model.id).where(model.guest_id == self._guest_id, behind)
            found = self._session.scalars(mine.order_by(model.id).limit(_AT_ONCE)).all()
            yield from found
            if len(found) < _AT_ONCE:
                return
            behind = model.id > found[-1]

    def _by_answers(self) -> bool:
        """Add packs whose schedules answers have moved, by the latest answer of each."""
        latest = func.max(ReviewLog.id)
        wanted = select(ReviewLog.pack_id, latest).where(
            ReviewLog.guest_id == self._guest_id, ReviewLog.id > self._cursor.seen
        )
        for pack_id, at in self._session.execute(wanted.group_by(ReviewLog.pack_id).order_by(latest)).all():
            name = f"{PACK}{pack_id}"
            if pack_id is not None and name not in self._parts:
                if self._is_full:
                    return False
                self._add(name, part_of(self._session, self._guest_id, name))
            self._cursor = replace(self._cursor, seen=at)
        return True

    def _log(self) -> bool:
        """Add the log behind the last whole segment; nothing when it has not grown."""
        grown = select(ReviewLog.id).where(ReviewLog.guest_id == self._guest_id)
        while self._session.scalar(grown.where(ReviewLog.id > self._cursor.last).limit(1)) is not None:
            if self._is_full:
                return False
            self._segment()
        return True

    def _segment(self) -> None:
        at = self._cursor
        found = list(review_entries(self._session, self._guest_id, after=at.start, most=ANSWERS_A_PART))
        self._add(log_name(at.start), squeezed_entries(found))
        last, held = found[-1][1]["n"], at.closed + len(found)
        is_whole = len(found) == ANSWERS_A_PART
        start, closed = (last, held) if is_whole else (at.start, at.closed)
        self._cursor = replace(at, start=start, closed=closed, last=last, held=held)

    def _adds_up(self) -> bool:
        """Say whether the log has as many rows as were sent: one may have come in under an earlier number."""
        if self._cursor.retries >= _MOST_RETRIES:
            return True
        rows = select(func.count()).where(ReviewLog.guest_id == self._guest_id)
        return self._session.scalar(rows) == self._cursor.held
