"""What all writers of one step share: whose account it is, what was counted, what must be taken back."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import IO, Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from studylens.models import Flashcard, Pack, QuizAttempt
from studylens.study.exchange.arriving.journal import Journal

Row = dict[str, Any]


@dataclass
class Hand:
    """One step's writing: in `session`, for `guest_id`; new packs are hidden since `at`."""

    session: Session
    guest_id: int
    import_id: str
    at: datetime
    notes: dict[str, Any]
    pictures: IO[bytes] = field(default_factory=io.BytesIO)
    """Those that a deck's cards bring; each line says where its own lies."""
    room: int = 0
    """Bytes that the guest may still keep in them."""
    journal: Journal = field(default_factory=Journal)
    counts: Counter[str] = field(default_factory=Counter)
    fresh: set[str] = field(default_factory=set)
    """Packs that this step has begun: nothing can be in them yet."""
    _ids: dict[str, str] = field(default_factory=dict)

    def own_id(self, model: type[Pack | QuizAttempt], wanted: str) -> str:
        """Return the id under which it is ours: its own, or another when somebody else here has that one.

        The other is made from the file's and the account, so that the same file is known again.
        """
        if wanted not in self._ids:
            owner = self.session.scalar(select(model.guest_id).where(model.id == wanted))
            taken = owner is not None and owner != self.guest_id
            moved = hashlib.sha256(f"{self.guest_id}:{wanted}".encode()).hexdigest()[:32]
            self._ids[wanted] = moved if taken else wanted
        return self._ids[wanted]

    def card_ids(self, uids: Iterable[str | None]) -> dict[str, int]:
        """Return the numbers of the guest's cards by their uids."""
        wanted = select(Flashcard.uid, Flashcard.id).join(Pack, Pack.id == Flashcard.pack_id)
        mine = wanted.where(Pack.guest_id == self.guest_id, Flashcard.uid.in_({uid for uid in uids if uid}))
        return {uid: number for uid, number in self.session.execute(mine) if uid}

    def insert(self, table: Table, rows: Iterable[Row], *, is_noted: bool) -> list[Any]:
        """Insert rows that may differ in which columns they have; note their keys. Return these if noted."""
        keys: list[Any] = []
        for _, group in groupby(rows, key=lambda row: tuple(sorted(row))):
            some = list(group)
            if not is_noted:
                self.session.execute(insert(table), some)
                continue
            # Whatever its order: the keys are only needed to take the rows back.
            found = self.session.execute(insert(table).returning(*table.primary_key), some)
            keys += [key[0] if len(key) == 1 else list(key) for key in found]
        self.journal.add(table, keys)
        return keys
