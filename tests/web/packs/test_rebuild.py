"""New cards from a corrected page: proposed, shown, taken or dropped; what the student touched stays."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from studylens.models import (
    DONE,
    FAILED,
    Flashcard,
    Job,
    Pack,
    PackProposal,
    TranscriptLine,
    now,
)
from studylens.study.packs.store import find_pack
from studylens.web.door.wiring import Wiring
from tests.analysis.gemini.server import GeminiServer
from tests.jobs.test_faults import with_gemini
from tests.jobs.test_runner import COMMAND, wait_for, wired
from tests.web.world import PAGE, add_pack, become_guest, read_page

MakeApp = Callable[..., Flask]
JSON = {"Accept": "application/json"}


class World:
    """A guest with a pack on an app whose runner carries jobs."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client, self.wiring = app, app.test_client(), wired(app)
        self.guest_id = become_guest(self.wiring, self.client)
        with self.wiring.database.reading() as session:
            first = session.scalars(select(Job.id)).one()
        wait_for(self.wiring, first, DONE, FAILED)
        self.pack_id = add_pack(self.wiring, self.guest_id)
        self.path = f"/packs/{self.pack_id}/rebuild"

    def correct(self, n: int, text: str) -> None:
        with self.wiring.database.reading() as session:
            mine = (TranscriptLine.pack_id == self.pack_id, TranscriptLine.n == n)
            line = session.scalars(select(TranscriptLine).where(*mine)).one()
        data = {"text": text, "version": line.version}
        assert self.client.post(f"/packs/{self.pack_id}/lines/{line.id}/edit", data=data).status_code == 303

    def rebuild(self, **form: str) -> Job:
        assert self.client.post(self.path, data=form).status_code == HTTPStatus.SEE_OTHER
        with self.wiring.database.reading() as session:
            job_id = session.scalars(select(PackProposal.job_id)).one()
        return wait_for(self.wiring, str(job_id), DONE, FAILED)

    def page(self) -> str:
        return read_page(self.client.get(self.path, headers=PAGE))

    def fronts(self) -> list[str]:
        with self.wiring.database.reading() as session:
            return [card.front for card in find_pack(session, self.guest_id, self.pack_id).cards]


@pytest.fixture
def world(running_app: MakeApp) -> World:
    """The analysis answers every text with one card, `front`, and one question, `which?`."""
    return World(running_app(ANALYSIS_COMMAND=COMMAND))


def test_nothing_changes_before_the_student_has_seen_it(world: World) -> None:
    before = world.fronts()
    world.correct(1, "pack of leaves")
    assert "corrected 1 line" in read_page(world.client.get(f"/packs/{world.pack_id}/page", headers=PAGE))
    assert world.rebuild().state == DONE
    page = world.page()
    assert "Cards that go" in page
    assert "New cards" in page
    assert world.fronts() == before


def test_taking_replaces_only_what_the_student_has_not_touched(world: World) -> None:
    with world.wiring.database.writing() as session:
        first, second, _ = find_pack(session, world.guest_id, world.pack_id).cards
        first.edited_at = second.accepted_at = now()
        session.add(
            Flashcard(pack_id=world.pack_id, front="mine", back="b", kind="short_answer", origin="student")
        )
        kept = [first.front, second.front]
    world.correct(1, "pack of leaves")
    world.rebuild()
    assert world.client.post(f"{world.path}/take").status_code == HTTPStatus.SEE_OTHER
    assert world.fronts() == [*kept, "mine", "front"]
    with world.wiring.database.reading() as session:
        pack = find_pack(session, world.guest_id, world.pack_id)
        assert [item.question for item in pack.quiz] == ["which?"]
        assert session.get(PackProposal, world.pack_id) is None
    assert "corrected 1 line" not in read_page(world.client.get(f"/packs/{world.pack_id}/page", headers=PAGE))


def test_what_the_picture_shows_outlasts_a_corrected_line(world: World) -> None:
    with world.wiring.database.writing() as session:
        card = find_pack(session, world.guest_id, world.pack_id).cards[0]
        card.origin, shown = "blip:onnx-int8", card.front
    world.correct(1, "pack of leaves")
    world.rebuild()
    world.client.post(f"{world.path}/take")
    assert world.fronts() == [shown, "front"]


def test_sources_follow_the_lines_that_are_left(world: World) -> None:
    with world.wiring.database.writing() as session:
        find_pack(session, world.guest_id, world.pack_id).transcript[0].deleted_at = now()
    world.correct(2, "pack of leaves")
    world.rebuild()
    world.client.post(f"{world.path}/take")
    with world.wiring.database.reading() as session:
        [card] = find_pack(session, world.guest_id, world.pack_id).cards
        assert card.source_line == 2  # The first line of the text that was sent is line 2 of the page.


def test_dropping_leaves_everything(world: World) -> None:
    before = world.fronts()
    world.correct(1, "pack of leaves")
    world.rebuild()
    world.client.post(f"{world.path}/drop")
    assert world.fronts() == before
    assert world.client.post(f"{world.path}/take", headers=JSON).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("word", ["fail crashed", "die"])
def test_a_rebuild_that_fails_leaves_the_old_cards(world: World, word: str) -> None:
    before = world.fronts()
    world.correct(1, word)
    assert world.rebuild().state == FAILED
    assert "Your cards are as they were" in world.page()
    assert world.fronts() == before


def test_a_rebuild_that_is_killed_once_is_done_again(world: World) -> None:
    world.correct(1, "die once")
    job = world.rebuild()
    assert (job.state, job.attempts) == (DONE, 2)
    assert "New cards" in world.page()


@pytest.mark.own_sql
def test_the_same_result_changes_nothing(world: World) -> None:
    world.correct(1, "pack of leaves")
    world.rebuild()
    world.client.post(f"{world.path}/take")
    world.correct(1, "pack of green leaves")
    world.rebuild()
    assert "Nothing would change" in world.page()


@pytest.mark.own_sql
def test_a_pack_that_is_deleted_meanwhile_gets_no_cards(world: World) -> None:
    world.correct(1, "pack of leaves")
    world.client.post(world.path)
    world.client.post(f"/packs/{world.pack_id}/delete", data={"for_good": "1"})
    with world.wiring.database.reading() as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == "rebuild")).one()
    assert wait_for(world.wiring, job_id, DONE, FAILED).state == DONE
    with world.wiring.database.reading() as session:
        assert session.scalars(select(Pack.id).where(Pack.id == world.pack_id)).all() == []
        assert session.scalars(select(PackProposal.pack_id)).all() == []


@pytest.mark.own_sql
def test_a_pack_without_text_has_nothing_to_make_cards_from(client: FlaskClient, wiring: Wiring) -> None:
    pack_id = add_pack(wiring, become_guest(wiring, client))
    with wiring.database.writing() as session:
        for line in session.scalars(select(TranscriptLine)):
            line.deleted_at = now()
    answer = client.post(f"/packs/{pack_id}/rebuild", headers=PAGE)
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "no text" in read_page(answer)


def test_the_real_pipeline_makes_cards_from_the_corrected_page(running_app: MakeApp) -> None:
    world = World(running_app())
    world.correct(4, "Rubisco: the enzyme that fixes carbon dioxide in the stroma.")
    world.rebuild()
    world.client.post(f"{world.path}/take")
    with world.wiring.database.reading() as session:
        cards = find_pack(session, world.guest_id, world.pack_id).cards
    assert "Photosynthesis – Rubisco?" in [card.front for card in cards]
    assert all(card.origin == "server" for card in cards if card.source_line == 4)


def test_a_private_pack_is_rebuilt_on_this_server_alone(running_app: MakeApp, gemini: GeminiServer) -> None:
    world = World(running_app(**with_gemini(gemini)))
    asked = len(gemini.requests)
    with world.wiring.database.writing() as session:
        find_pack(session, world.guest_id, world.pack_id).private = True
    assert "Gemini" not in world.page()
    assert world.rebuild(engine="gemini").state == DONE
    assert len(gemini.requests) == asked


@pytest.mark.own_sql
def test_gemini_is_asked_only_when_the_student_says_so(running_app: MakeApp, gemini: GeminiServer) -> None:
    world = World(running_app(**with_gemini(gemini)))
    asked = len(gemini.requests)
    world.correct(4, "Rubisco: the enzyme that fixes carbon dioxide in the stroma.")
    world.rebuild(engine="server")
    assert len(gemini.requests) == asked
    world.rebuild(engine="gemini")
    assert len(gemini.requests) == asked + 1
    with world.wiring.database.reading() as session:
        material = session.get_one(PackProposal, world.pack_id).material or {}
    made = [item["origin"] for items in ("cards", "quiz", "key_terms") for item in material[items]]
    assert set(made) - {"server"} == {"gemini:gemini-3.5-flash-lite"}  # Ours: what it gave none of.


def test_the_receipt_says_that_the_corrected_text_was_sent(
    running_app: MakeApp, gemini: GeminiServer
) -> None:
    world = World(running_app(**with_gemini(gemini)))
    host = gemini.url.removeprefix("http://")
    sent = f"Google Gemini (gemini-3.5-flash-lite) at {host}: its corrected text, for new cards"
    for engine, told in (("server", []), ("gemini", [sent])):
        world.rebuild(engine=engine)
        with world.wiring.database.reading() as session:
            receipt = find_pack(session, world.guest_id, world.pack_id).receipt
        assert receipt["sent_to"] == ["Google Gemini", *told]
