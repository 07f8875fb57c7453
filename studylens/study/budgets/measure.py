"""What packs and guests hold, counted from their rows: texts by characters, pictures by bytes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    LargeBinary,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from studylens.budget_limits import ROW_BYTES
from studylens.models import (
    CardLabel,
    CardPicture,
    Cutout,
    Document,
    DocumentPage,
    Flashcard,
    FollowUp,
    LiveResult,
    ModelReply,
    Pack,
    PackPage,
    PackPicture,
    PackProposal,
    PackTerm,
    PhotoSet,
    QuizQuestion,
    SetClass,
    SetPhoto,
    SheetBatch,
    SheetPage,
    SheetTemplate,
    StoryPanel,
    TranscriptLine,
)

Columns = tuple[InstrumentedAttribute[Any], ...]
AT_ONCE = 200
"""Packs in one statement."""
_IDS = "ids"
OF_PACKS: tuple[tuple[type[Any], Columns], ...] = (
    (Flashcard, (Flashcard.front, Flashcard.back)),
    (QuizQuestion, (QuizQuestion.question, QuizQuestion.options, QuizQuestion.explanation)),
    (TranscriptLine, (TranscriptLine.text, TranscriptLine.cells)),
    (PackTerm, (PackTerm.term, PackTerm.definition)),
    (PackPage, (PackPage.summary, PackPage.explanation)),
    (PackPicture, (PackPicture.jpeg,)),
    (CardPicture, (CardPicture.picture,)),
    (CardLabel, (CardLabel.set_uid,)),
    (PackProposal, (PackProposal.material,)),
    (StoryPanel, (StoryPanel.caption, StoryPanel.scene, StoryPanel.look, StoryPanel.jpeg)),
    (ModelReply, (ModelReply.text,)),
    (FollowUp, (FollowUp.question, FollowUp.answer, FollowUp.lines)),
    (LiveResult, (LiveResult.spread,)),
)
"""Tables of what belongs to a pack, and the columns of theirs that can be long."""
_OWN = (Pack.summary, Pack.explanation, Pack.caption, Pack.judged, Pack.receipt)


@dataclass(frozen=True)
class Held:
    """What a pack holds; cards that were deleted and can come back count."""

    guest_id: int
    cards: int = 0
    bytes: int = 0


def packs_of(session: Session, guest_id: int) -> list[str]:
    """Return the ids of all packs of a guest, also of those in the trash."""
    return list(session.scalars(select(Pack.id).where(Pack.guest_id == guest_id).order_by(Pack.id)))


def measure(session: Session, pack_ids: Iterable[str]) -> dict[str, Held]:
    """Return what each of these packs holds, by its id; a pack that is gone is not among them."""
    ids = sorted(pack_ids)
    found: dict[str, Held] = {}
    for start in range(0, len(ids), AT_ONCE):
        found.update(_measure(session, ids[start : start + AT_ONCE]))
    return found


def rest_bytes(session: Session, guest_id: int) -> int:
    """Return the bytes of what a guest keeps outside packs: cut-outs, sheets, templates, sets, thumbnails."""
    return sum(session.scalar(query) or 0 for query in _rest(guest_id))


def _measure(session: Session, ids: list[str]) -> dict[str, Held]:
    owners, counted = _counting()
    rows = session.execute(owners, {_IDS: ids}).all()
    cards: dict[str, int] = defaultdict(int)
    size: dict[str, int] = defaultdict(int)
    for table, pack_id, count, length in session.execute(counted, {_IDS: ids}):
        size[pack_id] += count * ROW_BYTES + int(length or 0)
        cards[pack_id] = count if OF_PACKS[table][0] is Flashcard else cards[pack_id]
    return {
        pack_id: Held(guest_id, cards[pack_id], size[pack_id] + ROW_BYTES + int(own))
        for pack_id, guest_id, own in rows
    }


@cache
def _counting() -> tuple[Select[str, int, int], CompoundSelect[int, str, int, int]]:
    """Return what asks for packs, and for what their tables hold; built once, which took most of a count."""
    ids: BindParameter[Any] = bindparam(_IDS, expanding=True)
    owners = select(Pack.id, Pack.guest_id, _length(*_OWN)).where(Pack.id.in_(ids))
    counted = [
        select(literal_column(str(table)), model.pack_id, func.count(), func.sum(_length(*columns)))
        .where(model.pack_id.in_(ids))
        .group_by(model.pack_id)
        for table, (model, columns) in enumerate(OF_PACKS)
    ]
    return owners, union_all(*counted)


def _rest(guest_id: int) -> tuple[Select[int], ...]:
    photos = select(_sum(SetPhoto.jpeg, SetPhoto.features)).join(SetClass, SetClass.id == SetPhoto.class_id)
    pages = select(_sum(SheetPage.picture)).join(SheetBatch, SheetBatch.id == SheetPage.batch_id)
    thumbnails = select(_sum(DocumentPage.thumbnail)).join(Document, Document.id == DocumentPage.document_id)
    return (
        photos.join(PhotoSet, PhotoSet.id == SetClass.set_id).where(PhotoSet.guest_id == guest_id),
        pages.where(SheetBatch.guest_id == guest_id),
        thumbnails.where(Document.guest_id == guest_id),
        select(_sum(PhotoSet.head)).where(PhotoSet.guest_id == guest_id),
        select(_sum(SheetTemplate.picture)).where(SheetTemplate.guest_id == guest_id),
        select(_sum(Cutout.picture)).where(Cutout.guest_id == guest_id),
    )


def _sum(*columns: InstrumentedAttribute[Any]) -> Any:
    return func.sum(_length(*columns) + ROW_BYTES)


def _length(*columns: InstrumentedAttribute[Any]) -> Any:
    """Return the length of all these columns of a row together; JSON as it is written."""
    plain = (c if isinstance(c.type, Text | LargeBinary) else cast(c, Text) for c in columns)
    first, *others = (func.coalesce(func.length(column), 0) for column in plain)
    return sum(others, first)
