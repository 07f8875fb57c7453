"""Five persons, and an owner who has one thing of every kind: what the matrix asks about."""

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studylens.analysis.protocol.cutting import CutWish
from studylens.models import (
    BROUGHT_IN,
    CUTOUT,
    DONE,
    QUEUED,
    SHEETS,
    Base,
    CardPicture,
    CardSchedule,
    Cutout,
    Document,
    DocumentPage,
    Flashcard,
    FollowUp,
    GuestDevice,
    Import,
    Job,
    Pack,
    PackProposal,
    QuizAttempt,
    QuizItem,
    QuizQuestion,
    SetClass,
    SetPhoto,
    SheetBatch,
    SheetPage,
    SheetTemplate,
    StoryPanel,
    TranscriptLine,
    new_id,
    now,
)
from studylens.study.packs.merging import merge
from studylens.study.schedule.settings import settings_to_change
from studylens.web.door.cookies import GUEST_COOKIE, OPERATOR_COOKIE
from studylens.web.door.operator import make_key
from studylens.web.door.wiring import Wiring
from tests.study.packs.test_erasing import filled, word
from tests.web.accounts.world import sign_up
from tests.web.teaching.world import add_taught
from tests.web.world import add_job, add_pack, analysis, become_guest, picture

_MADE_UP = {
    "word": "w" * 43, "code": "ABCDEF",
    "name": "days", "filename": "icon.svg", "version": "1", "path": "icon.svg",
    "page": 1, "documents": 1, "packs": 1, "facts": 0,
}  # fmt: skip
"""What stands in addresses besides ids: words, and numbers that count within a document or pack."""
OWNERS_WORD, TRASH_WORD, OTHERS_WORD = (word(n) for n in range(3))
Things = dict[str, Any]
"""Numbers and ids, by the names that place-holders and forms use."""


@dataclass(frozen=True)
class World:
    """Who asks, with which cookie, and what they have."""

    cookies: Mapping[str, str]
    """Of `guest` (who has nothing), `other` and `owner` (who have accounts), and `admin` (the operator)."""
    owner: int
    mine: Things
    trash: Things
    """The owner's as well, but of the pack that lies in the trash."""
    others: Things


def build(app: Flask, wiring: Wiring) -> World:
    """Fill the database."""
    guests, cookies = {}, {"nobody": ""}
    for name in ("guest", "other", "owner"):
        client = app.test_client()
        guests[name] = become_guest(wiring, client)
        if name != "guest":
            assert sign_up(client, name)
        shown = client.get_cookie(GUEST_COOKIE)
        assert shown is not None
        cookies[name] = f"{GUEST_COOKIE}={shown.value}"
    owners = _things(wiring, guests["owner"], "owner", OWNERS_WORD)
    mine, trash = (owners | _pack(wiring, guests["owner"], n) for n in (0, 1))
    others = _things(wiring, guests["other"], "other", OTHERS_WORD) | _pack(wiring, guests["other"], 2)
    with wiring.database.writing() as session:
        session.get_one(Pack, trash["pack_id"]).deleted_at = now()
        cookies["admin"] = f"{OPERATOR_COOKIE}={make_key(session, 'Ada')}"
    return World(cookies, guests["owner"], _MADE_UP | mine, _MADE_UP | trash, _MADE_UP | others)


def _things(wiring: Wiring, guest_id: int, name: str, said: str) -> Things:
    """Add what belongs to no pack, and a pack that was joined."""
    set_id = add_taught(wiring, guest_id, words=(f"{said}'s set", f"{said}'s class"))
    job_id = add_job(wiring, guest_id, name=f"{said}.jpg", question=said, state=QUEUED)
    joined = [add_pack(wiring, guest_id) for _ in range(2)]
    template, document, device = new_id(), new_id(), new_id() * 2
    corners = [[0, 0], [1, 0], [1, 1], [0, 1]]
    wiring.folder.write(document, b"%PDF-1.4")
    with wiring.database.writing() as session:
        merge(session, [session.get_one(Pack, pack_id) for pack_id in joined])
        of_guest: Things = {"guest_id": guest_id, "name": f"{said}'s"}
        sheet = {"background": "plain", "corners": corners, "width": 80, "height": 60, "content": "page"}
        session.add(SheetTemplate(id=template, **of_guest, **sheet))
        session.add(Document(id=document, **of_guest, folder_id=wiring.folder.folder_id))
        # One that waits would be carried by whoever sends the next file.
        coming = Import(id=new_id(), **of_guest, state=BROUGHT_IN)
        session.add(coming)
        session.add(GuestDevice(token_hash=device, **of_guest))
        session.flush()
        small = picture(kind="JPEG")
        session.add(DocumentPage(document_id=document, n=1, width=60, height=80, thumbnail=small))
        token = f"calendar-of-{name}".ljust(43, "0")
        settings = settings_to_change(session, guest_id)
        settings.calendar_token_hash = hashlib.sha256(token.encode()).hexdigest()
        classes = session.scalars(select(SetClass.id).where(SetClass.set_id == set_id)).all()
        photo = session.scalars(select(SetPhoto).where(SetPhoto.class_id == classes[0])).first()
        assert photo is not None
        return {
            "set_id": set_id, "class_id": classes[0], "photo_id": photo.id, "train": classes[0],
            "job_id": job_id, "batch_id": session.get_one(Job, job_id).batch_id, "token": token,
            "template_id": template, "document_id": document, "import_id": coming.id,
            "device": device, "joined": joined[0],
        }  # fmt: skip


def _pack(wiring: Wiring, guest_id: int, n: int) -> Things:
    """Add a pack with one row of every kind; return the ids of those rows."""
    pack_id = filled(wiring, guest_id, n, in_json=False)
    with wiring.database.writing() as session:
        things = _rows(session, pack_id)
        material = dataclasses.asdict(analysis().material)
        pack = session.get_one(Pack, pack_id)
        pack.judged = {
            "facts": [{"first": 3, "last": 3, "text": "Chlorophyll is green."}],
            "suggestions": material["cards"],
        }
        session.get_one(PackProposal, pack_id).material = material
        session.get_one(Cutout, things["cutout_id"]).wish = CutWish().to_text()
        pack.text_engine = "rapidocr"  # So that its photo can be read again.
        session.get_one(TranscriptLine, things["lines"]).text = f"{word(n)} is green."
        for model in (Flashcard, QuizQuestion):  # A code of ours: the operator sees which rules work well.
            session.execute(
                update(model).where(model.pack_id == pack_id).values(rule="label", origin="server")
            )
        card = session.get_one(Flashcard, things["card_id"])
        card.deleted_at = None
        session.get_one(CardPicture, things["card-pictures"]).card_uid = card.uid or ""
    for kind, name in ((CUTOUT, "cutout_id"), (SHEETS, "sheets")):
        add_job(wiring, guest_id, id=things[name], kind=kind, state=DONE)
    return things


def _rows(session: Session, pack_id: str) -> Things:
    def first(model: type[Base], **which: Any) -> Any:
        return session.scalars(select(model).filter_by(**which or {"pack_id": pack_id})).first()

    card_id, attempt, sheets = first(CardSchedule).card_id, first(QuizAttempt).id, first(SheetBatch).id
    question = first(QuizQuestion, pack_id=pack_id, deleted_at=None)
    return {
        "pack_id": pack_id, "lines": first(TranscriptLine, pack_id=pack_id, n=3).id,
        "cards": card_id, "card_id": card_id, "questions": question.id,
        "card-pictures": first(CardPicture).id, "question_id": first(FollowUp).id,
        "panel_id": first(StoryPanel).id, "cutout_id": first(Cutout).id,
        "attempt_id": attempt, "position": first(QuizItem, attempt_id=attempt).position,
        "sheets": sheets, "page_id": first(SheetPage, batch_id=sheets).id,
        "sha256": session.get_one(Pack, pack_id).photo_sha256,
    }  # fmt: skip
