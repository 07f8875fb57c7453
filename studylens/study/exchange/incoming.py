"""Cards from elsewhere become drafts in packs of their own; a deck that comes again adds only what is new."""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, field, replace
from itertools import islice
from typing import IO

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from studylens.errors import BadFile, TooLarge
from studylens.judging import Item
from studylens.language import _
from studylens.limits import ANSWER_ITEM_CHARS, ANSWER_TITLE_CHARS
from studylens.models import Flashcard, Pack, new_id, now
from studylens.storable import is_id, printable
from studylens.study.packs import search
from studylens.study.packs.marks import marks_of
from studylens.study.packs.parts import PACK_ITEMS

IMPORT = "import"
"""Origin of a card that another program made."""
MAX_CARDS = 20_000
"""Cards a file: the largest shared decks have 10,000-15,000; they are written in 5 s, in 20 MB."""
MAX_PACKS = 200
"""Packs a file may become: a list of ten screens."""
MAX_CPU_SECONDS = 30.0
"""Processor time to read a file: 20,000 notes take 4; more is an attack on the parser."""
AT_ONCE = 200
"""Cards in memory."""


@dataclass(frozen=True)
class Incoming:
    """A card on its way in, as plain text; `uid` is the same whenever the same deck comes again."""

    deck: str
    front: str
    back: str
    kind: str
    uid: str


@dataclass
class Kept:
    """What became of a file: new packs and cards, cards that were there, cards that could not be kept."""

    pack_ids: list[str] = field(default_factory=list)
    cards: int = 0
    known: int = 0
    skipped: int = 0
    media: int = 0


def own_uid(text: str) -> str | None:
    """Return the text when it is an id that we gave a card, else None."""
    return text if is_id(text) else None


class Staged:
    """Cards that were read and checked, on disk: the database is asked only when all of them are there.

    A file of thousands takes seconds to read, and SQLite's writers wait for each other.
    """

    def __init__(self, file: IO[bytes], cards: Iterable[Incoming]) -> None:
        """Read all cards into the empty `file`. Raises TooLarge, BadFile, and what `cards` raises."""
        self.skipped = 0
        self._file = file
        began, seen = time.thread_time(), set[str]()
        for number, card in enumerate(cards, start=1):
            if number > MAX_CARDS:
                raise TooLarge(
                    _(
                        "This deck has more than %(most)s cards. Split it, and send the parts.",
                        most=f"{MAX_CARDS:,}",
                    )
                )
            if time.thread_time() - began > MAX_CPU_SECONDS:
                raise TooLarge(_("Reading this deck takes too long. Split it, and send the parts."))
            self._add(card, seen)
        if not seen and not self.skipped:
            raise BadFile(_("There is no card in this file."))

    def __iter__(self) -> Iterator[Incoming]:
        self._file.seek(0)
        return (Incoming(*json.loads(line)) for line in self._file)

    def _add(self, card: Incoming, seen: set[str]) -> None:
        card = replace(card, front=_clean(card.front), back=_clean(card.back), deck=_clean(card.deck))
        if not all(0 < len(side) <= ANSWER_ITEM_CHARS for side in (card.front, card.back)):
            self.skipped += 1
        elif card.uid not in seen:
            seen.add(card.uid)
            self._file.write(json.dumps(astuple(card)).encode() + b"\n")


def keep_cards(session: Session, guest_id: int, cards: Staged) -> Kept:
    """Add the cards as drafts to new packs, one a deck, in the session's transaction. Raises TooLarge."""
    shelf = _Shelf(session, guest_id)
    shelf.kept.skipped = cards.skipped
    left = iter(cards)
    while chunk := list(islice(left, AT_ONCE)):
        shelf.add(chunk)
    for pack_id in shelf.kept.pack_ids:
        search.index_pack(session, session.get_one(Pack, pack_id))
    return shelf.kept


def _clean(text: str) -> str:
    return printable(text).strip()


class _Shelf:
    """The packs that a file becomes, while it is read."""

    def __init__(self, session: Session, guest_id: int) -> None:
        self.kept = Kept()
        self._session = session
        self._guest_id = guest_id
        self._open: dict[str, tuple[str, int]] = {}
        self._numbers: dict[str, int] = {}

    def add(self, cards: list[Incoming]) -> None:
        """Write those that the guest does not have yet."""
        known = self._known([card.uid for card in cards])
        fresh = [card for card in cards if card.uid not in known]
        self.kept.known += len(cards) - len(fresh)
        self.kept.cards += len(fresh)
        rows = [self._row(card) for card in fresh]
        self._session.flush()
        if rows:
            self._session.execute(insert(Flashcard), rows)

    def _known(self, uids: list[str]) -> set[str]:
        mine = (Pack.guest_id == self._guest_id, Pack.deleted_at.is_(None), Flashcard.deleted_at.is_(None))
        wanted = select(Flashcard.uid).join(Pack, Pack.id == Flashcard.pack_id)
        return {uid for uid in self._session.scalars(wanted.where(*mine, Flashcard.uid.in_(uids))) if uid}

    def _row(self, card: Incoming) -> dict[str, object]:
        return {
            "pack_id": self._pack_for(card.deck),
            "front": card.front,
            "back": card.back,
            "kind": card.kind,
            "origin": IMPORT,
            "uid": card.uid,
            "source_line": None,
            "marks": marks_of(Item(card.front, card.back, card.kind, origin=IMPORT, protected=True), None),
        }

    def _pack_for(self, deck: str) -> str:
        pack_id, filled = self._open.get(deck, ("", PACK_ITEMS))
        if filled >= PACK_ITEMS:
            pack_id, filled = self._new_pack(deck), 0
        self._open[deck] = (pack_id, filled + 1)
        return pack_id

    def _new_pack(self, deck: str) -> str:
        if len(self.kept.pack_ids) >= MAX_PACKS:
            raise TooLarge(
                _(
                    "This file would become more than %(most)s packs. Send fewer decks at once.",
                    most=MAX_PACKS,
                )
            )
        part = f" ({number})" if (number := self._parts(deck)) > 1 else ""
        title = " ".join(deck.split())[: ANSWER_TITLE_CHARS - 10] or _("Imported cards")
        pack = Pack(id=new_id(), guest_id=self._guest_id, title=title + part, created_at=now())
        self._session.add(pack)
        self.kept.pack_ids.append(pack.id)
        return pack.id

    def _parts(self, deck: str) -> int:
        """Count up and return the number of packs that this deck became so far."""
        self._numbers[deck] = self._numbers.get(deck, 0) + 1
        return self._numbers[deck]
