"""An account file comes home: what is missing is added, what is there stays, the same file twice is nothing.

Rows are known again by ids that mean the same everywhere. When two versions of a text differ, the one that
was edited more often wins; of two schedules of a card, the one that was reviewed last.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from studylens.models import (
    CardPicture,
    Guest,
    Pack,
    PackPicture,
    QuizAttempt,
    QuizItem,
    ReviewLog,
    StudySettings,
    UserAchievement,
)
from studylens.study.achievements.award import award
from studylens.study.budgets import sums
from studylens.study.exchange.account import entries
from studylens.study.exchange.account.file import read_account
from studylens.study.exchange.account.restore_log import LogWriter
from studylens.study.exchange.account.restore_pack import PackWriter, insert_rows
from studylens.study.exchange.account.writing import table_of
from studylens.study.record.tallies import recount


@dataclass
class Restored:
    """What was new in the file."""

    packs: int = 0
    cards: int = 0
    reviews: int = 0
    quizzes: int = 0
    achievements: int = 0


def check(file: IO[bytes]) -> frozenset[int]:
    """Read the whole file without a database; return the numbers of answers that it takes back.

    Raises BadFile or TooLarge.
    """
    undone = set()
    for kind, plain in read_account(file):
        entry = entries.parse(kind, plain)
        if isinstance(entry, entries.ReviewEntry) and entry.undoes is not None:
            undone.add(entry.undoes)
    return frozenset(undone)


def restore(
    session: Session, guest_id: int, file: IO[bytes], *, undone: frozenset[int], at: datetime
) -> Restored:
    """Add what the account lacks, in the caller's transaction; `undone` comes from check."""
    session.execute(select(Guest.id).where(Guest.id == guest_id).with_for_update())  # One at a time.
    home = _Home(session, guest_id, undone)
    for kind, plain in read_account(file):
        home.take(entries.parse(kind, plain))
    home.log.flush()
    recount(session, guest_id)
    award(session, guest_id, at)
    home.done.packs, home.done.cards, home.done.reviews = home.packs.new, home.packs.new_cards, home.log.new
    return home.done


class _Home:
    """The account that a file is restored into."""

    def __init__(self, session: Session, guest_id: int, undone: frozenset[int]) -> None:
        self.done = Restored()
        self.packs = PackWriter(session, guest_id)
        self.log = LogWriter(session, guest_id, undone)
        self._session = session
        self._guest_id = guest_id
        self._ids: dict[str, str] = {}
        self._was_empty = self._is_empty()

    def take(self, entry: entries.Entry | None) -> None:
        """Add one entry, unless it is there."""
        match entry:
            case entries.PackEntry():
                self.packs.write(self._own_id(Pack, entry.id), entry)
            case entries.PictureEntry() | entries.CardPictureEntry():
                self._picture(entry)
            case entries.ReviewEntry():
                known = self.packs.card_ids.get(entry.card or entry.row.get("card_uid") or "")
                self.log.take(entry, card_id=known, pack_id=self._ids.get(entry.pack_id or "", entry.pack_id))
            case entries.QuizEntry():
                self._quiz(entry)
            case entries.AchievementEntry():
                self._achievement(entry)
            case entries.SettingsEntry():
                self._settings(entry)
            case None:
                pass

    def _is_empty(self) -> bool:
        packs = select(func.count()).select_from(Pack).where(Pack.guest_id == self._guest_id)
        answers = select(func.count()).select_from(ReviewLog).where(ReviewLog.guest_id == self._guest_id)
        return not self._session.scalar(packs) and not self._session.scalar(answers)

    def _own_id(self, model: type[Pack | QuizAttempt], wanted: str) -> str:
        """Return the id under which it is ours: its own, or another when somebody else here has that one."""
        if wanted not in self._ids:
            owner = self._session.scalar(select(model.guest_id).where(model.id == wanted))
            taken = owner is not None and owner != self._guest_id
            moved = hashlib.sha256(f"{self._guest_id}:{wanted}".encode()).hexdigest()[:32]
            self._ids[wanted] = moved if taken else wanted
        return self._ids[wanted]

    def _picture(self, entry: entries.PictureEntry | entries.CardPictureEntry) -> None:
        pack_id = self._ids.get(entry.pack_id)
        sums.touch(self._session, pack_id or "")
        if isinstance(entry, entries.CardPictureEntry):
            self._card_picture(entry, pack_id)
            return
        place = {"pack_id": pack_id, "page": entry.row["page"]}
        if pack_id and self._session.get(PackPicture, tuple(place.values())) is None:
            self._session.execute(insert(PackPicture).values(**entry.row, pack_id=pack_id))

    def _card_picture(self, entry: entries.CardPictureEntry, pack_id: str | None) -> None:
        mine = CardPicture.pack_id == pack_id, CardPicture.card_uid == entry.row["card_uid"]
        if pack_id and self._session.scalar(select(CardPicture.id).where(*mine)) is None:
            self._session.execute(insert(CardPicture).values(**entry.row, pack_id=pack_id))

    def _quiz(self, entry: entries.QuizEntry) -> None:
        attempt_id = self._own_id(QuizAttempt, entry.id)
        if self._session.get(QuizAttempt, attempt_id) is not None:
            return
        pack_id = self._ids.get(entry.pack_id or "")
        own = {"id": attempt_id, "guest_id": self._guest_id, "pack_id": pack_id}
        self._session.execute(insert(QuizAttempt).values(**entry.row, **own))
        items = [{**row, **self._links(links), "attempt_id": attempt_id} for row, links in entry.items]
        insert_rows(self._session, table_of(QuizItem), items)
        self.done.quizzes += 1

    def _links(self, links: dict[str, str | None]) -> dict[str, Any]:
        return {
            "pack_id": self._ids.get(links["pack"] or "", links["pack"]),
            "card_id": self.packs.card_ids.get(links["card"] or ""),
            "question_id": self.packs.question_ids.get(links["asked"] or ""),
        }

    def _achievement(self, entry: entries.AchievementEntry) -> None:
        earned = UserAchievement
        mine = (earned.guest_id == self._guest_id, earned.tier == entry.row.get("tier", 1))
        same = select(earned.id).where(*mine, earned.achievement_name == entry.row.get("achievement_name"))
        if self._session.scalar(same) is None:
            evidence = {**(entry.row.get("evidence") or {}), "log_id": None}  # Another database's number.
            row = {**entry.row, "evidence": evidence, "guest_id": self._guest_id}
            self._session.execute(insert(earned).values(row))
            self.done.achievements += 1

    def _settings(self, entry: entries.SettingsEntry) -> None:
        """Who has begun to study here keeps the settings; a newcomer's are only what the browser said."""
        if self._was_empty:
            self._session.merge(StudySettings(**entry.row, guest_id=self._guest_id))
            self._session.flush()
