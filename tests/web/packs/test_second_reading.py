"""A page read on this server while Gemini was away, and again by Gemini: offered, proposed, taken or not."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from studylens.models import (
    DONE,
    FAILED,
    READ_AGAIN,
    Flashcard,
    Job,
    Pack,
    PackPage,
    PackProposal,
    TranscriptLine,
    now,
)
from studylens.study.packs import proposals
from studylens.study.packs.proposals import places
from studylens.study.packs.store import find_pack, pack_json
from tests import pages
from tests.analysis.gemini.server import GeminiServer
from tests.analysis.llm.answers import PAGE as TEXT
from tests.jobs.test_faults import with_gemini
from tests.jobs.test_runner import wait_for, wired
from tests.web.world import PAGE, become_guest, read_page

MakeApp = Callable[..., Flask]
ENGINES = ("gemini", "ocr")
OFFER = "Read again with Gemini"


@pytest.fixture(scope="module")
def picture() -> bytes:
    return pages.png(pages.column_page(TEXT, size=(1400, 700)))


class Student:
    """Sent a photo while Gemini was away, so that this server read it; `keep=1` keeps a copy here."""

    def __init__(self, app: Flask, gemini: GeminiServer, picture: bytes, **wishes: str) -> None:
        self.app, self.client, self.wiring, self.picture = app, app.test_client(), wired(app), picture
        self.guest_id, self.gemini = become_guest(self.wiring, self.client), gemini
        with self.wiring.database.reading() as session:
            first = session.scalars(select(Job.id)).one()
        wait_for(self.wiring, first, DONE, FAILED)
        gemini.requests.clear()
        gemini.script.extend(["error_503"] * 4)
        data = {"image": (io.BytesIO(picture), "page.png"), **wishes}
        told = self.client.post("/analyze?wait=0", data=data, headers={"Accept": "application/json"}).json
        self.job_id: str = told["jobs"][0]["id"]
        wait_for(self.wiring, self.job_id, DONE, FAILED)
        gemini.script.clear()
        with self.wiring.database.reading() as session:
            self.pack_id = session.scalars(select(Pack.id).where(Pack.job_id == self.job_id)).one()

    def page(self, rest: str = "") -> str:
        return read_page(self.client.get(f"/packs/{self.pack_id}{rest}", headers=PAGE))

    def read_again(self, *, photo: bool = True, page: str = "1") -> int:
        """Ask for it, from the photo or from the kept copy; return the HTTP status."""
        data: dict[str, Any] = {"page": page}
        if photo:
            data["image"] = (io.BytesIO(self.picture), "page.jpg")
        return self.client.post(f"/packs/{self.pack_id}/read-again", data=data, headers=PAGE).status_code

    def ended(self) -> Job:
        with self.wiring.database.reading() as session:
            job_id = session.scalars(select(Job.id).where(Job.kind == READ_AGAIN)).one()
        return wait_for(self.wiring, job_id, DONE, FAILED)

    def pack(self) -> dict[str, Any]:
        with self.wiring.database.reading() as session:
            return pack_json(session.get_one(Pack, self.pack_id))


@pytest.fixture
def student(running_app: MakeApp, gemini: GeminiServer, picture: bytes) -> Student:
    return Student(running_app(engines=ENGINES, **with_gemini(gemini)), gemini, picture)


def test_what_gemini_makes_is_shown_before_anything_changes(student: Student) -> None:
    before = student.pack()
    assert before["engines"]["text"].startswith("ocr:")
    assert OFFER in student.page()
    assert student.read_again() == 303
    assert student.ended().state == DONE
    shown = student.page("/rebuild")
    for words in ("The page, read again", "Explanation", "Use the new cards"):
        assert words in shown
    unchanged = ("title", "summary", "explanation", "cards", "quiz", "transcript", "key_terms")
    assert [student.pack()[name] for name in unchanged] == [before[name] for name in unchanged]
    assert student.gemini.requests[-1].has_image
    assert student.pack()["receipt"]["sent_to"][-1].endswith(": its photo, to be read again")


def test_what_is_taken_rests_on_the_lines_of_the_pack(student: Student) -> None:
    lines = {line["n"]: line["text"] for line in student.pack()["transcript"]}
    assert student.read_again() == 303
    assert student.ended().state == DONE
    assert student.client.post(f"/packs/{student.pack_id}/rebuild/take").status_code == 303
    found = student.pack()
    assert {line["n"]: line["text"] for line in found["transcript"]} == lines
    assert found["explanation"]
    assert {card["origin"] for card in found["cards"]} == {"gemini:gemini-3.5-flash-lite"}
    sourced = [card for card in found["cards"] if card["source_line"]]
    assert len(sourced) >= len(found["cards"]) - 1
    assert all(places([TEXT[n - 1]], lines.items()) == {1: n} for n in range(1, len(TEXT) + 1) if n in lines)
    assert "the server answered 503" not in student.page()


def test_a_kept_copy_is_enough(running_app: MakeApp, gemini: GeminiServer, picture: bytes) -> None:
    student = Student(running_app(engines=ENGINES, **with_gemini(gemini)), gemini, picture, keep="1")
    assert student.read_again(photo=False) == 303
    assert student.ended().state == DONE
    assert "Use the new cards" in student.page("/rebuild")


def test_what_cannot_be_read_again_is_named(student: Student) -> None:
    assert [student.read_again(page=page) for page in ("0", "2", "-1", "x", "1" * 400, "")] == [404] * 6
    assert student.read_again(photo=False) == 400
    assert 'id="read-again" class="box stack" data-again hidden' in student.page()
    student.client.delete_cookie("studylens_guest")
    assert student.read_again() in {403, 404}


def test_a_model_that_is_still_away_changes_nothing(student: Student) -> None:
    student.gemini.script.extend(["error_503"] * 4)
    before = student.pack()
    assert student.read_again() == 303
    job = student.ended()
    assert (job.state, job.error_code) == (FAILED, "nothing_found")
    assert "No model could read it now" in student.page("/rebuild")
    assert "Your pack is as it was" in (job.error_message or "")
    after = student.pack()
    assert {**after, "receipt": None} == {**before, "receipt": None}
    assert not list(student.wiring.folder.path(job.id).parent.glob(f"{job.id}*"))


def test_a_private_pack_is_never_offered_nor_sent(
    running_app: MakeApp, gemini: GeminiServer, picture: bytes
) -> None:
    student = Student(running_app(engines=ENGINES, **with_gemini(gemini)), gemini, picture, private="1")
    assert OFFER not in student.page()
    assert student.read_again() == 404
    assert gemini.requests == []


def test_nothing_is_offered_without_a_key_or_for_a_pack_of_gemini(
    running_app: MakeApp, gemini: GeminiServer, picture: bytes
) -> None:
    keyless = Student(running_app(engines=ENGINES), gemini, picture)
    assert OFFER not in keyless.page()
    assert keyless.read_again() == 404


@pytest.mark.own_sql
def test_of_several_pages_only_the_page_that_was_read_changes(student: Student) -> None:
    with student.wiring.database.writing() as session:
        pack = find_pack(session, student.guest_id, student.pack_id)
        last = max(line.n for line in pack.transcript)
        pack.transcript.append(TranscriptLine(n=last + 1, text="Another page.", page=2))
        pack.cards.append(
            Flashcard(front="other", back="page", kind="cloze", source_line=last + 1, origin="server")
        )
        engine, sha = pack.text_engine, pack.receipt["sha256"]
        for n in (1, 2):
            session.add(PackPage(pack_id=pack.id, n=n, sha256=sha, text_engine=engine, receipt={}))
    assert student.read_again() == 303
    assert student.ended().state == DONE
    with student.wiring.database.reading() as session:
        pack = find_pack(session, student.guest_id, student.pack_id)
        found = proposals.change(pack, session.get_one(PackProposal, pack.id))
        assert found.new_cards
        assert "other" not in {card.front for card in found.leaving_cards}
        pack.cards[0].accepted_at = now()
    student.client.post(f"/packs/{student.pack_id}/rebuild/take")
    assert "other" in {card["front"] for card in student.pack()["cards"]}


def test_lines_are_known_again_by_their_words() -> None:
    there = [
        (3, "Photosynthesis tums light into sugar"),
        (5, "The Calvin cycle fixes CO2"),
        (9, "光合作用发生在叶绿体中"),
    ]
    read = [
        "Photosynthesis turns light into sugar.",
        "A new line",
        "The Calvin cycle",
        "光合作用发生在叶绿体",
        "",
    ]
    assert places(read, there) == {1: 3, 3: 5, 4: 9}
    assert places([], there) == places(read, []) == {}
