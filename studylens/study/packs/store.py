"""The store of study packs: keep what an analysis found, find, list and delete it.

A pack belongs to one guest; for anybody else it does not exist.
"""

import dataclasses
import secrets
from typing import Any

from sqlalchemy.orm import Session

from studylens.analysis.protocol.result import Analysis, Card, KeyTerm, Question
from studylens.errors import BeingJoined, NotFound
from studylens.models import Flashcard, Job, Pack, PackTerm, QuizQuestion, TranscriptLine
from studylens.storable import is_id, printable
from studylens.study.keeping.arrivals import check_all_here
from studylens.study.packs import replies
from studylens.study.packs.pages import told_of
from studylens.study.packs.pictures import keep_copy
from studylens.study.packs.search import index_pack
from studylens.study.packs.tables import cells_by_line, tables_json
from studylens.study.record.rules import best_first

_CARD = ("front", "back", "kind", "source_line", "origin", "rule", "marks", "level")
_QUESTION = ("question", "explanation", "source_line", "origin", "rule", "marks", "level")
"""What cards and questions are stored and shown with, beside what each has alone."""
ENGINE_CHARS = 100
"""Room of the columns that name an engine or an origin."""


def keep(session: Session, job: Job, analysis: Analysis) -> Pack:
    """Add the pack of `job` to the session, which the caller commits together with the job's end."""
    material = analysis.material
    pack = Pack(guest_id=job.guest_id, job_id=job.id, question=job.question, private=job.private)
    pack.title, pack.summary = printable(material.title), printable(material.summary)
    pack.explanation, pack.caption = printable(material.explanation), printable(analysis.caption)
    pack.text_engine = printable(analysis.text_engine)[:ENGINE_CHARS]
    pack.caption_engine = printable(analysis.caption_engine)[:ENGINE_CHARS]
    pack.engines = [plain(report) for report in analysis.engines]
    pack.quality = _quality(analysis)
    pack.notes = [printable(note) for note in analysis.notes]
    pack.receipt = plain(analysis.receipt) | _about_the_page(job, analysis)
    pack.judged = plain(material.judged)
    _keep_parts(session, pack, analysis)
    session.add(pack)
    index_pack(session, pack)
    if analysis.copy:
        keep_copy(session, pack, analysis.copy)
    replies.keep(session, job, pack, analysis.reply)
    return pack


def find_pack(session: Session, guest_id: int | None, pack_id: str, *, in_trash: bool = False) -> Pack:
    """Return the guest's pack, in the trash or not. Raises NotFound, also when it is somebody else's.

    Raises BeingJoined while it is joined with others, StillMoving while it may come from another device.
    """
    pack = session.get(Pack, pack_id) if is_id(pack_id) else None
    if pack is None or guest_id is None or pack.guest_id != guest_id:
        check_all_here(session, guest_id)
        raise NotFound
    if (pack.deleted_at is not None) != in_trash or pack.erasing_at is not None:
        raise NotFound
    if pack.joining_at is not None:
        raise BeingJoined
    return pack


def pack_json(pack: Pack) -> dict[str, Any]:
    """Return the pack as plain JSON types, in the shape of docs/api.md."""
    return {
        "title": pack.title,
        "summary": pack.summary,
        "explanation": pack.explanation,
        "pages": [plain(told) for told in told_of(pack) if told.page],
        "caption": pack.caption,
        "transcript": [
            _fields(line, "n", "text", "score", "box", "unreadable", "unsure") for line in pack.transcript
        ],
        "tables": tables_json(pack),
        "turned": pack.receipt.get("turned", 0),
        "trust": (pack.quality or {}).get("trust"),
        "key_terms": [
            _fields(term, "term", "definition", "source_line", "origin") for term in pack.key_terms
        ],
        "cards": [_fields(card, *_CARD, "answer_box") for card in pack.cards],
        "quiz": [_fields(item, *_QUESTION, "options", "answer_index") for item in pack.quiz],
        "judged": _judged_json(pack),
        "engines": {"text": pack.text_engine, "caption": pack.caption_engine, "reports": pack.engines},
        "notes": pack.notes,
        "receipt": pack.receipt,
    }


def _judged_json(pack: Pack) -> dict[str, Any] | None:
    """Return what the judge did, with a sentence for each reason."""
    from studylens.judging import REASONS  # noqa: PLC0415 - who keeps a pack does not need the judge.

    if pack.judged is None:
        return None
    counted = [count for name in ("dropped", "mended", "marked") for count in pack.judged.get(name, [])]
    known = {count["reason"] for count in counted} & set(REASONS)
    return {**pack.judged, "sentences": {reason: REASONS[reason].sentence for reason in sorted(known)}}


def _keep_parts(session: Session, pack: Pack, analysis: Analysis) -> None:
    material, cells = analysis.material, cells_by_line(analysis)
    for line in analysis.transcript:
        row = _cleaned(line, "n", "text", "score", "unsure")
        row["table_n"], row["cells"] = cells.get(line.n, (None, None))
        pack.transcript.append(TranscriptLine(**row, box=list(line.box) if line.box else None))
    pack.key_terms = [PackTerm(**term_row(term)) for term in material.key_terms]
    pack.cards = [Flashcard(**card_row(card)) for card in best_first(session, material.cards, "card")]
    questions = best_first(session, material.quiz, "question")
    pack.quiz = [QuizQuestion(**question_row(question)) for question in questions]


def _about_the_page(job: Job, analysis: Analysis) -> dict[str, int]:
    """Return how the picture was turned to be read, and which page of a document it is, where it is one."""
    told = {"turned": analysis.turned, "document_page": job.page or 0}
    return {name: value for name, value in told.items() if value}


def _quality(analysis: Analysis) -> dict[str, Any] | None:
    """Return how good the photo is and how far its text can be trusted, in one JSON column."""
    kept = plain(analysis.quality) if analysis.quality else {}
    if analysis.trust is not None:
        kept = {"advice": [], **kept, "trust": plain(analysis.trust)}
    return kept or None


def term_row(term: KeyTerm) -> dict[str, Any]:
    """Return the columns of a key term."""
    return _cleaned(term, "term", "definition", "source_line", "origin")


def card_row(card: Card) -> dict[str, Any]:
    """Return the columns of a card."""
    row = _cleaned(card, *_CARD)
    return {**row, "answer_box": list(card.answer_box) if card.answer_box else None}


def question_row(question: Question) -> dict[str, Any]:
    """Return the columns of a question; options are shuffled: models put the right answer first too often."""
    order = list(range(len(question.options)))
    secrets.SystemRandom().shuffle(order)
    row = _cleaned(question, *_QUESTION)
    options = [printable(question.options[place]) for place in order]
    return {**row, "options": options, "answer_index": order.index(question.answer_index)}


def _cleaned(part: Any, *names: str) -> dict[str, Any]:
    row = plain(_fields(part, *names))
    return {**row, "origin": row["origin"][:ENGINE_CHARS]} if "origin" in row else row


def _fields(part: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(part, name) for name in names}


def plain(value: Any) -> Any:
    """Return dataclasses, tuples and texts as plain JSON types that every database can keep."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return plain(dataclasses.asdict(value)) if dataclasses.is_dataclass(value) else value  # type: ignore[arg-type]
