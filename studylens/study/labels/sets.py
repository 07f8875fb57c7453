"""The labels of a page: proposed from its lines, kept as cards that hide them, changed and put away.

Nothing becomes a card that the student has not chosen. What was a card and is chosen no more is put away like
any deleted card; chosen again, it comes back with its schedule.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from studylens.errors import BadText, NotFound
from studylens.language import _, mark, said
from studylens.limits import ANSWER_ITEM_CHARS
from studylens.models import LABEL, CardLabel, Flashcard, Pack, TranscriptLine, new_id, now
from studylens.study.budgets import sums
from studylens.study.labels.boxes import Box, is_near, kept, of_line
from studylens.study.packs.editing import add_card, delete_part, restore_part
from studylens.study.packs.parts import STUDENT

MOST_LABELS = 40
"""Labels that are hidden on one page: twice the parts of a crowded figure; each of them is a card."""
ASKS = mark("What is hidden here?")
"""The front of every such card."""


@dataclass(frozen=True)
class Choice:
    """A label as its form shows it: a card already (`card_id`), or a line that could become one."""

    key: str
    word: str
    box: Box
    card_id: int = 0
    line: int | None = None


@dataclass(frozen=True)
class Chosen:
    """A label that the student wants hidden. `box` None: where it stands already, as card or as line."""

    word: str
    box: Box | None = None
    card_id: int = 0
    line: int | None = None


@dataclass(frozen=True)
class Wish:
    """What a student wants of a page: which labels are hidden, and how.

    `known`: the cards that the form showed. Only they are put away when they are not chosen: another tab may
    have made more.
    """

    page: int
    labels: tuple[Chosen, ...]
    hides_all: bool = False
    known: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Saved:
    """How many cards a change has made and changed, and which it has put away."""

    made: int = 0
    changed: int = 0
    away: tuple[int, ...] = ()


@dataclass(frozen=True)
class _Kept:
    """A label's row and its card, deleted ones too."""

    row: CardLabel
    card: Flashcard

    @property
    def box(self) -> Box:
        return kept(self.row.x0, self.row.y0, self.row.x1, self.row.y1)


def choices_of(session: Session, pack: Pack, page: int) -> tuple[list[Choice], bool]:
    """Return what can be hidden on a page, cards first, and whether all of it is hidden at once."""
    there = [one for one in _there(session, pack.id, page) if one.card.deleted_at is None]
    found = [Choice(f"c{one.card.id}", one.card.back, one.box, card_id=one.card.id) for one in there]
    taken = {one.card.source_line for one in there}
    for line in pack.transcript:
        box = of_line(line.box)
        if line.page == page and box and line.text.strip() and line.n not in taken:
            word = " ".join(line.text.split())[:ANSWER_ITEM_CHARS]
            found.append(Choice(f"l{line.n}", word, box, line=line.n))
    return found, any(one.row.hides_all for one in there)


def save(session: Session, pack: Pack, wish: Wish) -> Saved:
    """Hide exactly these labels of the page; the same twice adds nothing. Raises BadText, NotFound."""
    found = _Writer(session, pack, wish.page, _locked(session, pack.id, wish.page))
    before = _hidden(found.there)
    for label in wish.labels:
        found.take(label)
    found.put_away(wish.known)
    _check_room(found.there, before)
    if found.end(hides_all=wish.hides_all):
        sums.touch(session, pack.id)
    session.flush()
    return Saved(found.made, found.changed, tuple(found.away))


def bring_back(session: Session, pack: Pack, page: int, card_ids: Sequence[int]) -> int:
    """Bring back those of these labels that were put away; return how many. Raises BadText."""
    there, wanted = _locked(session, pack.id, page), set(card_ids)
    back = [one.card for one in there if one.card.deleted_at is not None and one.card.id in wanted]
    for card in back:
        restore_part(card)
    _check_room(there, 0)
    sums.touch(session, pack.id)
    return len(back)


def uid_of(set_uid: str, n: int) -> str:
    """Return the id of a label's card: a deck of Anki has the picture's id and the label's number alone."""
    return hashlib.sha256(f"label:{set_uid}:{n}".encode()).hexdigest()[:32]


def too_many() -> BadText:
    """Return the error for more labels than a page has room for."""
    return BadText(_("At most %(num)s labels of a page can be hidden.", num=MOST_LABELS))


class _Writer:
    """Writes the labels of one page, each once."""

    def __init__(self, session: Session, pack: Pack, page: int, there: Sequence[_Kept]) -> None:
        self.made = self.changed = 0
        self.away: list[int] = []
        self.rows = [one.row for one in there]
        self._session, self._pack, self._page = session, pack, page
        self.there = list(there)
        """The page's labels, with those that were made."""
        self._wanted: set[int] = set()
        self._set_uid = there[0].row.set_uid if there else new_id()
        self._lines = {line.n: line for line in pack.transcript if line.page == page}

    def take(self, label: Chosen) -> None:
        """Add the label, or change the one that it is."""
        mine = self._known(label)
        if mine is None:
            self._add(label)
        elif mine.card.id not in self._wanted:
            self._wanted.add(mine.card.id)
            self.changed += self._change(mine, label)

    def put_away(self, known: frozenset[int]) -> None:
        """Delete the cards that the form showed and the student does not want."""
        for one in self.there:
            if one.card.id in known - self._wanted and one.card.deleted_at is None:
                delete_part(one.card)
                self.away.append(one.card.id)

    def end(self, *, hides_all: bool) -> bool:
        """Write how the labels are hidden; say whether anything has changed.

        Then all their cards are others: each shows what of the picture is covered beside it.
        """
        other = [row for row in self.rows if row.hides_all != hides_all]
        for row in other:
            row.hides_all, row.version = hides_all, (row.version or 0) + 1
        if not (other or self.made or self.changed or self.away):
            return False
        for one in self.there:
            one.card.version += 1
        return True

    def _known(self, label: Chosen) -> _Kept | None:
        """Return what is there of the label. Raises NotFound for a card or line that is not this page's."""
        if label.card_id:
            found = next((one for one in self.there if one.card.id == label.card_id), None)
            if found is None:
                raise NotFound
            return found
        if label.line is not None:
            if label.line not in self._lines:
                raise NotFound
            return next((one for one in self.there if one.card.source_line == label.line), None)
        return next((one for one in self.there if label.box and is_near(one.box, label.box)), None)

    def _add(self, label: Chosen) -> None:
        box = label.box or _line_box(self._lines.get(label.line or 0))
        n = 1 + max((row.n for row in self.rows), default=0)
        made = {"kind": LABEL, "origin": STUDENT, "edited_at": now(), "source_line": label.line}
        made |= {"front": said(ASKS), "back": label.word, "uid": uid_of(self._set_uid, n)}
        card = add_card(self._session, self._pack, Flashcard(**made))
        row = CardLabel(pack_id=self._pack.id, card_uid=card.uid, page=self._page, set_uid=self._set_uid)
        row.n = n
        _put(row, box)
        row.version = 1
        self._session.add(row)
        self.rows.append(row)
        self.there.append(_Kept(row, card))
        self._wanted.add(card.id)
        self.made += 1

    def _change(self, mine: _Kept, label: Chosen) -> bool:
        """Write what is new of a label; say whether anything was."""
        card, changed = mine.card, mine.card.deleted_at is not None
        restore_part(card)
        if label.box and label.box != mine.box:
            _put(mine.row, label.box)
            mine.row.version, changed = mine.row.version + 1, True
        if label.word != card.back:
            card.back, card.edited_at, changed = label.word, now(), True
        return changed


def _locked(session: Session, pack_id: str, page: int) -> list[_Kept]:
    """Return the page's labels, which nobody else changes before the transaction ends."""
    session.execute(select(Pack.id).where(Pack.id == pack_id).with_for_update())
    return _there(session, pack_id, page)


def _check_room(there: Sequence[_Kept], before: int) -> None:
    """Count what is hidden now, another tab's labels, too; a deck may have brought more. Raises BadText."""
    if _hidden(there) > max(MOST_LABELS, before):
        raise too_many()


def _hidden(there: Sequence[_Kept]) -> int:
    return sum(one.card.deleted_at is None for one in there)


def _there(session: Session, pack_id: str, page: int) -> list[_Kept]:
    same = (Flashcard.uid == CardLabel.card_uid) & (Flashcard.pack_id == CardLabel.pack_id)
    rows = select(CardLabel, Flashcard).join(Flashcard, same).where(CardLabel.pack_id == pack_id)
    found = session.execute(rows.where(CardLabel.page == page).order_by(CardLabel.n, CardLabel.id))
    return [_Kept(row, card) for row, card in found]


def _line_box(line: TranscriptLine | None) -> Box:
    """Return where a line stands. Raises NotFound for one without a place."""
    found = of_line(line.box) if line is not None else None
    if found is None:
        raise NotFound
    return found


def _put(row: CardLabel, box: Box) -> None:
    row.x0, row.y0, row.x1, row.y1 = box.left, box.top, box.right, box.bottom
