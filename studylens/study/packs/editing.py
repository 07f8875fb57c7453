"""Changing a pack by hand: nothing is lost when two tabs do it, and what was deleted can come back."""

import secrets

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studylens.errors import BadText, PackFull, Stale
from studylens.language import _
from studylens.models import LABEL, PICTURED, Flashcard, Pack, QuizQuestion, TranscriptLine, now
from studylens.study.achievements.award import award
from studylens.study.budgets import sums
from studylens.study.packs.marks import mark
from studylens.study.packs.pages import summary_field
from studylens.study.packs.parts import (
    CARDS,
    FIELDS,
    LINES,
    PACK_ITEMS,
    PARTS,
    STUDENT,
    Part,
    check_texts,
    fields_of,
    split_options,
)
from studylens.study.packs.search import index_pack
from studylens.study.packs.subjects import set_subject, set_tags


def edit_heading(session: Session, pack: Pack, texts: dict[str, str], *, version: int) -> None:
    """Change title, summaries, subject and tags. Raises BadText, or Stale when the form showed others."""
    session.refresh(pack, with_for_update=True)
    if pack.version != version:
        raise Stale
    set_subject(pack, texts["subject"])
    set_tags(session, pack, texts["tags"])
    pack.title, pack.summary = texts["title"], texts["summary"]
    for page in pack.pages:
        page.summary = texts.get(summary_field(page), page.summary)
    pack.version += 1
    index_pack(session, pack)


def edit_part(session: Session, kind: str, part: Part, texts: dict[str, str], *, version: int) -> None:
    """Change a line, card or question. Raises BadText, or Stale when it is not what the form showed."""
    check_texts(fields_of(kind, part), texts)
    session.refresh(part, with_for_update=True)
    if part.version != version:
        raise Stale
    _write(part, texts)
    part.version += 1
    part.edited_at = now()
    sums.touch(session, part.pack_id)
    pack = session.get_one(Pack, part.pack_id)
    if not isinstance(part, TranscriptLine):
        mark(pack, part)
    session.flush()
    award(session, pack.guest_id, part.edited_at)
    if isinstance(part, TranscriptLine):
        index_pack(session, pack)


def add_part(session: Session, pack: Pack, kind: str, texts: dict[str, str]) -> Part:
    """Add the student's own card or question, which needs no acceptance. Raises BadText, PackFull."""
    check_texts(FIELDS[kind], texts)
    _check_room(session, pack, kind)
    part = _blank(kind, pack)
    _write(part, texts)
    if not isinstance(part, TranscriptLine):
        mark(pack, part)
    session.add(part)
    session.flush()
    sums.touch(session, pack.id)
    return part


def add_card(session: Session, pack: Pack, card: Flashcard) -> Flashcard:
    """Add a card that the student chose, marked by the judge. Raises PackFull."""
    _check_room(session, pack, CARDS)
    card.pack_id = pack.id
    mark(pack, card)
    session.add(card)
    session.flush()
    sums.touch(session, pack.id)
    return card


def delete_part(part: Part) -> None:
    """Put a part away; its reviews and its place stay, so that it can come back as it was."""
    if part.deleted_at is None:
        part.deleted_at = now()
        part.version += 1


def restore_part(part: Part) -> None:
    """Bring a deleted part back."""
    if part.deleted_at is not None:
        part.deleted_at = None
        part.version += 1


def _check_room(session: Session, pack: Pack, kind: str) -> None:
    model = PARTS[kind]
    total = session.scalar(select(func.count()).select_from(model).where(model.pack_id == pack.id)) or 0
    if total >= PACK_ITEMS:
        raise PackFull(_("A pack holds at most %(most)s. Start another one for more.", most=PACK_ITEMS))


def _blank(kind: str, pack: Pack) -> Part:
    made = {"pack_id": pack.id, "source_line": None, "origin": STUDENT, "edited_at": now(), "version": 1}
    if kind == CARDS:
        return Flashcard(kind="short_answer", **made)
    if kind == LINES:
        raise BadText(_("Lines come from the page; correct one instead."))
    return QuizQuestion(**made)


def _write(part: Part, texts: dict[str, str]) -> None:
    if isinstance(part, TranscriptLine):
        part.text, part.score = texts["text"], None
    elif isinstance(part, Flashcard):
        if part.back != texts["back"]:
            part.answer_box = None  # What was read is right now: the photo need not be shown in its place.
        part.front, part.back = texts["front"], texts["back"]
        part.kind = _kind_of(part)
    else:
        _write_question(part, texts)


def _kind_of(card: Flashcard) -> str:
    """Return what a card is that has other words now: with a picture alone on a side a kind of its own."""
    if card.kind == LABEL:
        return LABEL
    if not (card.front and card.back):
        return PICTURED
    return "short_answer" if card.kind == PICTURED else card.kind


def _write_question(part: QuizQuestion, texts: dict[str, str]) -> None:
    options = split_options(texts["answer"], texts["others"])
    secrets.SystemRandom().shuffle(options)
    part.question, part.explanation = texts["question"], texts["explanation"]
    part.options, part.answer_index = options, options.index(texts["answer"])
