"""Packs: what is kept, what the page shows and hides, the quiz, the list, and the end."""

import dataclasses
import json
import re
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect, select, text

from studylens.analysis.protocol import result
from studylens.models import Job, Pack, QuizQuestion, now
from studylens.study.packs.library import PACKS_A_PAGE
from studylens.study.packs.store import pack_json
from studylens.web.door.wiring import Wiring
from tests.web.world import PAGE, add_pack, analysis, become_guest, read_page

TABS = ("", "/cards", "/page", "/more")
"""The addresses of a pack: what it is about, its cards, its page, and more."""


@pytest.fixture
def guest_id(wiring: Wiring, client: FlaskClient) -> int:
    return become_guest(wiring, client)


@pytest.fixture
def pack_id(wiring: Wiring, guest_id: int) -> str:
    return add_pack(wiring, guest_id)


@pytest.fixture
def read(client: FlaskClient) -> Callable[[str], str]:
    return lambda path: read_page(client.get(path, headers=PAGE))


def test_the_json_of_a_pack_has_the_promised_shape(wiring: Wiring, pack_id: str) -> None:
    with wiring.database.reading() as session:
        found = pack_json(session.get_one(Pack, pack_id))
    assert set(found) == {
        "title", "summary", "explanation", "caption", "transcript", "key_terms", "cards", "quiz", "engines",
        "receipt", "tables", "turned", "trust", "judged", "notes", "pages",
    }  # fmt: skip
    assert set(found["transcript"][0]) == {"n", "text", "score", "box", "unreadable", "unsure"}
    judged = {"origin", "rule", "marks", "level"}
    assert set(found["cards"][0]) == {"front", "back", "kind", "source_line", "answer_box"} | judged
    fields = {"question", "options", "answer_index", "explanation", "source_line"}
    assert set(found["quiz"][0]) == fields | judged
    assert set(found["engines"]) == {"text", "caption", "reports"}
    sizes = {"uploaded_bytes", "width", "height", "sha256"}
    assert set(found["receipt"]) == sizes | {"sent_to", "bytes_kept", "tokens"}
    assert found == json.loads(json.dumps(found))
    assert [line["text"] for line in found["transcript"]] == [line.text for line in analysis().transcript]


@pytest.mark.own_sql
def test_options_are_shuffled_and_the_answer_moves_along(wiring: Wiring, guest_id: int) -> None:
    places = set()
    for _ in range(25):
        add_pack(wiring, guest_id)
    with wiring.database.reading() as session:
        for question in session.scalars(select(QuizQuestion)):
            places.add(question.answer_index)
            assert question.options[question.answer_index] in {"in the stroma", "ATP"}
    assert places == {0, 1, 2, 3}


def test_what_a_vendor_says_can_always_be_kept(wiring: Wiring, guest_id: int) -> None:
    material = result.Material(
        title="a\x00b", cards=(result.Card("f\ud800", "b", "cloze", origin="o" * 500),)
    )
    lines = (result.Line(1, "x\x00\udfff"),)
    pack_id = add_pack(wiring, guest_id, analysis(material=material, transcript=lines, notes=("\x00",)))
    with wiring.database.reading() as session:
        pack = session.get_one(Pack, pack_id)
        assert (pack.title, pack.cards[0].front, pack.transcript[0].text) == ("ab", "f", "x")
        assert (len(pack.cards[0].origin), pack.notes) == (100, [""])


def test_the_page_shows_every_part_with_its_origin_and_source(
    read: Callable[[str], str], pack_id: str
) -> None:
    page = "".join(read(f"/packs/{pack_id}{tab}") for tab in TABS)
    for expected in (
        "Photosynthesis", "Plants turn light", "<math", "a diagram of a leaf", "Chlorophyll", "Jan Ingen",
        "Gemini gemini-3.5-flash-lite", "Read on this server", "not on the page", "check this",
        f'href="/packs/{pack_id}/page?line=3#line-3"', 'id="line-3"', "Take it again", "Google Gemini",
        "472 kB", "1080 × 1920",
    ):  # fmt: skip
        assert expected in page, expected
    assert page.count("check this") == 1


def test_a_line_that_a_model_doubts_is_to_be_checked(
    wiring: Wiring, guest_id: int, read: Callable[[str], str]
) -> None:
    lines = (result.Line(1, "Sure"), result.Line(2, "Unsure", unsure=True), result.Line(3, "Sure, too"))
    pack_id = add_pack(wiring, guest_id, analysis(transcript=lines))
    page = read(f"/packs/{pack_id}/page")
    assert page.count("check this") == 1
    with wiring.database.reading() as session:
        found = pack_json(session.get_one(Pack, pack_id))
    assert [line["unsure"] for line in found["transcript"]] == [False, True, False]


def test_a_client_can_tell_why_an_engine_gave_nothing(wiring: Wiring, guest_id: int) -> None:
    reports = (result.EngineReport("gemini", "skipped", "no key"), result.EngineReport("ocr", "used"))
    pack_id = add_pack(wiring, guest_id, analysis(engines=reports, notes=("Something is missing.",)))
    with wiring.database.reading() as session:
        found = pack_json(session.get_one(Pack, pack_id))
    assert found["engines"]["reports"][0] == {"engine": "gemini", "outcome": "skipped", "reason": "no key"}
    assert found["notes"] == ["Something is missing."]


def test_no_answer_stands_in_the_page_before(read: Callable[[str], str], pack_id: str) -> None:
    page = "".join(read(f"/packs/{pack_id}{tab}") for tab in TABS)
    assert "The page says that it takes place" not in page
    assert "in the nucleus" not in page
    assert "answer_index" not in page
    assert "data-answer" not in page
    assert 'type="radio"' not in page


def test_the_list_is_newest_first_and_in_pages(
    wiring: Wiring, read: Callable[[str], str], guest_id: int
) -> None:
    ids = [add_pack(wiring, guest_id) for _ in range(PACKS_A_PAGE + 1)]
    with wiring.database.writing() as session:
        for age, pack_id in enumerate(ids):
            session.get_one(Pack, pack_id).created_at = now() - timedelta(hours=age)
    shown = re.findall(r'href="/packs/([0-9a-f]{32})"', read("/packs"))
    assert shown == ids[:PACKS_A_PAGE]
    for page in ("2", "99", "9" * 300):
        assert re.findall(r'href="/packs/([0-9a-f]{32})"', read(f"/packs?page={page}")) == ids[-1:]
    for page in ("0", "-1", "x", "²"):
        assert ids[0] in read(f"/packs?page={page}")


def test_an_empty_list_shows_the_way(read: Callable[[str], str]) -> None:
    assert "No packs yet" in read("/packs")


@pytest.mark.own_sql
def test_deleting_asks_first_and_then_leaves_nothing(
    wiring: Wiring, client: FlaskClient, pack_id: str, read: Callable[[str], str]
) -> None:
    with wiring.database.writing() as session:
        job = session.get_one(Pack, pack_id).job
        assert job is not None
        job.text, job.question = "private notes", "private question"
    assert "Delete this pack?" in read(f"/packs/{pack_id}/delete")
    answer = client.post(f"/packs/{pack_id}/delete", data={"for_good": "1"}, headers=PAGE)
    assert answer.headers["Location"] == "/packs"
    assert client.get(f"/packs/{pack_id}", headers=PAGE).status_code == HTTPStatus.NOT_FOUND
    with wiring.database.reading() as session:
        tables = inspect(session.connection()).get_table_names()
        parts = [
            name
            for name in tables
            if name in {"packs", "cards", "questions", "key_terms", "transcript_lines"}
        ]
        assert len(parts) == 5
        for name in parts:
            assert session.scalar(text(f"select count(*) from {name}")) == 0  # noqa: S608 - our own names.
        words = session.execute(select(Job.text, Job.question, Job.name).where(Job.state == "done")).all()
        assert [tuple(row) for row in words] == [("", "", "")]


def test_the_page_of_a_job_whose_pack_was_deleted_says_so(
    wiring: Wiring, client: FlaskClient, pack_id: str, read: Callable[[str], str]
) -> None:
    with wiring.database.reading() as session:
        job_id = session.scalars(select(Pack.job_id)).one()
    client.post(f"/packs/{pack_id}/delete")
    assert "You deleted this pack." in read(f"/jobs/{job_id}")


def test_a_pack_of_a_poor_page_stays_honest(
    wiring: Wiring, guest_id: int, read: Callable[[str], str]
) -> None:
    poor = analysis(
        material=result.Material(),
        transcript=(),
        quality=None,
        caption="",
        caption_engine="",
        text_engine="ocr:rapidocr",
        receipt=dataclasses.replace(analysis().receipt, width=None, height=None, sent_to=()),
        engines=(result.EngineReport("gemini", "skipped", "no key"),),
        notes=("An explanation needs Gemini.",),
    )
    pack_id = add_pack(wiring, guest_id, poor)
    page = "".join(read(f"/packs/{pack_id}{tab}") for tab in TABS)
    assert "Untitled page" in page
    assert "An explanation needs Gemini." in page
    assert "not used: no key" in page
    assert "nobody" in page
    for absent in ("<h2>In short", "Explanation <svg", "<h2>Quiz", 'class="kard', "<h2>Text of the page"):
        assert absent not in page


def test_markup_in_a_page_is_text_everywhere(
    wiring: Wiring, guest_id: int, read: Callable[[str], str]
) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    for origin in (result.SERVER, "gemini:x"):
        material = result.Material(
            title=evil, summary=evil, explanation=evil,
            key_terms=(result.KeyTerm(evil, evil, 1, origin),),
            cards=(result.Card(evil, evil, "cloze", 1, origin),),
            quiz=(result.Question(evil, (evil, "b"), 0, evil, 1, origin),),
        )  # fmt: skip
        hostile = analysis(
            material=material,
            transcript=(result.Line(1, evil, 0.1),),
            caption=evil,
            notes=(evil,),
            text_engine=evil[:90],
            engines=(result.EngineReport(evil, evil, evil),),
            quality=result.Quality(1.0, 1.0, None, (evil,)),
        )
        pack_id = add_pack(wiring, guest_id, hostile)
        page = "".join(read(f"/packs/{pack_id}{tab}") for tab in TABS) + read("/packs")
        assert "<script>alert" not in page
        assert "<img src=x" not in page
