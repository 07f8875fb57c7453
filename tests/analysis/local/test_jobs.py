"""The operator's own model seen from a job: who is asked, what the pack tells, who waits meanwhile."""

import base64
import io
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from studylens.analysis.protocol.wire import Wishes
from studylens.jobs import spending
from studylens.models import DONE, RUNNING, Job, JobStage, Pack
from studylens.uploads.upload import accept
from tests.analysis.gemini.server import GeminiServer
from tests.analysis.local import behaviours
from tests.analysis.local.server import ChatServer
from tests.analysis.local.test_reading import QWEN
from tests.jobs.test_faults import engines, give_photo, pack_of, with_gemini
from tests.jobs.test_queue import send
from tests.jobs.test_runner import guest, wait_for, wired

MakeApp = Callable[..., Flask]


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with ChatServer() as running:
        yield running


def with_local(server: ChatServer, **others: Any) -> dict[str, Any]:
    return {"local_ai_url": server.url, "local_ai_model": "qwen3-vl", "local_ai_seconds": 60.0, **others}


def done(app: Flask, job_id: str) -> Pack:
    assert wait_for(wired(app), job_id, DONE).state == DONE
    return pack_of(app, job_id)


def give_privately(app: Flask, photo: bytes) -> str:
    wiring = wired(app)
    upload = accept(photo, "page.png", max_bytes=10**7)
    private = Wishes(private=True)
    (job_id,) = send(wiring.database, wiring.folder, guest(wiring), uploads=(upload,), wishes=private)
    wiring.runner.wake()
    return job_id


@pytest.mark.own_sql
def test_a_photo_becomes_a_pack_by_the_operators_own_model(
    running_app: MakeApp, photo: bytes, chat: ChatServer
) -> None:
    app = running_app(**with_local(chat, local_ai_px=300))
    pack = done(app, give_photo(app, photo))
    assert (pack.text_engine, len(pack.cards), pack.explanation != "") == ("local:qwen3-vl", 6, True)
    with Image.open(io.BytesIO(base64.b64decode(chat.requests[0].picture.partition(",")[2]))) as sent:
        assert (sent.format, max(sent.size), dict(sent.getexif())) == ("JPEG", 300, {})
    assert engines(pack)["local"] == ("used", "")
    assert pack.receipt["sent_to"] == [f"Local AI (qwen3-vl at {chat.host})"]
    tokens = {"engine": "local", "model": "qwen3-vl", "prompt": 1200, "answer": 800}
    assert pack.receipt["tokens"] == [tokens]
    (spent,) = spending.today(wired(app).database)
    assert (spent.engine, spent.prompt_tokens, spent.answer_tokens) == ("local", 1200, 800)
    assert [note for note in pack.notes if "Gemini" in note] == []


def test_the_operators_order_counts(
    running_app: MakeApp, photo: bytes, chat: ChatServer, gemini: GeminiServer
) -> None:
    app = running_app(engines=("local", "gemini", "ocr"), **with_local(chat), **with_gemini(gemini))
    assert done(app, give_photo(app, photo)).text_engine == "local:qwen3-vl"
    assert (len(gemini.requests), len(chat.requests)) == (0, 1)


def test_the_next_engine_helps_when_one_fails(
    running_app: MakeApp, photo: bytes, chat: ChatServer, gemini: GeminiServer
) -> None:
    gemini.script.extend(["bad_key"] * 4)
    app = running_app(**with_local(chat), **with_gemini(gemini))
    pack = done(app, give_photo(app, photo))
    assert pack.text_engine == "local:qwen3-vl"
    assert engines(pack)["gemini"][0] == "failed"
    assert engines(pack)["local"] == ("used", "")


def test_a_page_that_gemini_blocks_is_shown_to_no_other_model(
    running_app: MakeApp, photo: bytes, chat: ChatServer, gemini: GeminiServer
) -> None:
    gemini.script.append("safety")
    app = running_app(**with_local(chat), **with_gemini(gemini))
    assert wait_for(wired(app), give_photo(app, photo), "failed").error_code == "nothing_found"
    assert chat.requests == []


def test_a_local_model_that_gives_nothing_leaves_the_page_to_our_reader(
    running_app: MakeApp, photo: bytes, chat: ChatServer
) -> None:
    chat.always = "no_model"
    app = running_app(**with_local(chat))
    pack = done(app, give_photo(app, photo))
    assert pack.text_engine.startswith("ocr:")
    outcome, reason = engines(pack)["local"]
    assert outcome == "failed"
    assert "the operator must check LOCAL_AI_MODEL" in reason
    assert any("Nothing from this server's own model" in note for note in pack.notes)


@pytest.mark.parametrize("allowed", [False, True])
def test_a_private_page_goes_there_only_when_it_is_the_operators_own_machine(
    running_app: MakeApp, photo: bytes, chat: ChatServer, gemini: GeminiServer, allowed: bool
) -> None:
    app = running_app(**with_local(chat, local_ai_private=allowed), **with_gemini(gemini))
    pack = done(app, give_privately(app, photo))
    assert gemini.requests == []
    assert len(chat.requests) == allowed
    assert pack.text_engine.partition(":")[0] == ("local" if allowed else "ocr")
    assert pack.private
    if not allowed:
        assert engines(pack)["local"] == ("skipped", "private")
        assert pack.receipt["sent_to"] == []


def test_a_reading_model_gives_the_text_and_our_rules_the_cards(
    running_app: MakeApp, photo: bytes, chat: ChatServer
) -> None:
    chat.always = lambda _: behaviours.said(QWEN)
    app = running_app(**with_local(chat, local_ai_task="read", local_ai_prompt="Read it."))
    pack = done(app, give_photo(app, photo))
    assert [line.text for line in pack.transcript] == ["Osmosis", "Water moves through", "a membrane."]
    assert pack.transcript[0].box == [0.1, 0.05, 0.9, 0.1]
    assert (pack.text_engine, engines(pack)["local"]) == ("local:qwen3-vl", ("used", ""))
    assert {card.origin for card in pack.cards} <= {"server"}


def test_a_pack_of_a_page_that_was_not_read_to_its_end_says_so(
    running_app: MakeApp, photo: bytes, chat: ChatServer
) -> None:
    chat.always = lambda _: behaviours.said(QWEN, "length")
    app = running_app(**with_local(chat, local_ai_task="read"))
    pack = done(app, give_photo(app, photo))
    assert any("broke off at line 3 of the page" in note for note in pack.notes)


def test_while_the_model_thinks_nothing_is_held_but_the_slot(
    running_app: MakeApp, photo: bytes, chat: ChatServer
) -> None:
    chat.holding = threading.Event()
    app = running_app(**with_local(chat))
    job_id = give_photo(app, photo)
    assert chat.arrived.wait(30)
    with wired(app).database.writing() as session:  # No lock of the thinking job's stops a writer.
        session.add(JobStage(job_id=job_id, stage="noted meanwhile", rss_mb=1, service_mb=1))
        assert session.get_one(Job, job_id).state == RUNNING
    assert app.test_client().get("/health").status_code == 200
    chat.holding.set()
    assert done(app, job_id).text_engine == "local:qwen3-vl"


def test_a_server_that_goes_away_in_the_middle_costs_no_page(
    running_app: MakeApp, photo: bytes, chat: ChatServer
) -> None:
    app = running_app(**with_local(chat))
    first = give_photo(app, photo)
    assert wait_for(wired(app), first, DONE).state == DONE
    chat.always = "reset"
    second = give_photo(app, photo)
    assert wait_for(wired(app), second, DONE).state == DONE
    with wired(app).database.reading() as session:
        found = {pack.job_id: pack.text_engine for pack in session.query(Pack)}
    assert found[first] == "local:qwen3-vl"
    assert found[second].startswith("ocr:")
