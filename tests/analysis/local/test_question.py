"""Follow-up questions to the operator's own model: answered from the page, also about private packs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from studylens.analysis import own_model
from studylens.analysis.journal import Journal
from studylens.analysis.llm.question import Asked, QuestionAnswer
from studylens.analysis.local import ask as local
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.result import Line
from studylens.config import Config
from studylens.errors import EngineFailed, EngineSkipped
from studylens.models import DONE, FollowUp, Job, Pack
from tests.analysis.gemini.server import GeminiServer
from tests.analysis.llm.answers import INJECTED, PAGE
from tests.analysis.local.asking import MODEL, Notes, Time, configured
from tests.analysis.local.server import ChatServer
from tests.jobs.test_faults import with_gemini
from tests.jobs.test_runner import wait_for, wired
from tests.web.world import add_pack, become_guest

LINES = tuple(Line(n, text) for n, text in enumerate((*PAGE, INJECTED), start=1))


def ask(config: Config, *, hint_only: bool = False) -> QuestionAnswer:
    asked = Asked("What does photosynthesis do?", LINES, hint_only=hint_only)
    return local.ask_about(asked, local.Allowance(config, ()), Notes(), Time().outside())


def test_an_answer_names_the_lines_that_prove_it(config: Config, server: ChatServer) -> None:
    found = ask(config)
    assert (found.text, found.on_page, found.sources) == (f"The page says: {PAGE[1]}", True, (2,))
    assert found.model == MODEL
    assert f"2: {PAGE[1]}" in server.requests[0].text
    assert INJECTED not in server.requests[0].standing


def test_a_hint_is_asked_for_as_a_hint(config: Config, server: ChatServer) -> None:
    assert ask(config, hint_only=True).text == "Read the line about **Photosynthesis** again."


@pytest.mark.parametrize("behaviour", ["off_page", "made_up_sources"])
def test_what_the_page_does_not_say_is_marked(config: Config, server: ChatServer, behaviour: str) -> None:
    server.script.append(behaviour)
    found = ask(config)
    assert (found.on_page, found.sources) == (False, ())


@pytest.mark.parametrize("behaviour", ["prose", "bad_key", "error_503"])
def test_a_call_fails_as_it_does_for_a_photo(config: Config, server: ChatServer, behaviour: str) -> None:
    server.always = behaviour
    with pytest.raises(EngineFailed):
        ask(config)


def test_a_model_that_only_reads_is_asked_no_question(server: ChatServer) -> None:
    with pytest.raises(EngineSkipped, match="only reads"):
        ask(configured(server.url, local_ai_task="read"))
    assert server.requests == []


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with ChatServer() as running:
        yield running


def test_a_question_about_a_private_pack_goes_to_the_operators_own_machine_alone(
    running_app: Callable[..., Flask], chat: ChatServer, gemini: GeminiServer
) -> None:
    settings: dict[str, Any] = {"local_ai_url": chat.url, "local_ai_model": MODEL, "local_ai_private": True}
    app = running_app(**settings, **with_gemini(gemini))
    client = app.test_client()
    pack_id = add_pack(wired(app), become_guest(wired(app), client))
    with wired(app).database.writing() as session:
        session.get_one(Pack, pack_id).private = True
    client.post(f"/packs/{pack_id}/questions", data={"question": "What does chlorophyll do?"})
    with wired(app).database.reading() as session:
        job_id = session.scalars(select(FollowUp.job_id)).one()
        assert job_id is not None
        assert session.get_one(Job, job_id).private
    wait_for(wired(app), job_id, DONE)
    with wired(app).database.reading() as session:
        assert session.scalars(select(FollowUp.engine)).one() == f"local:{MODEL}"
    assert len(chat.requests) == 1
    assert [sent for sent in gemini.requests if sent.is_follow_up] == []
    page = client.get(f"/packs/{pack_id}/questions", headers={"Accept": "text/html"}).text
    assert f"go to the model {MODEL} at {chat.host}." in page


def test_new_cards_by_this_server_alone_ask_no_model(server: ChatServer) -> None:
    config = configured(server.url, local_ai_private=True)
    request = wire.Request("0" * 32, text="Osmosis.", alone=True, wishes=wire.Wishes(private=True))
    with pytest.raises(EngineSkipped, match="private"):
        own_model.ask(request, config, Journal(config, 0, lambda _: None), None)
    assert server.requests == []
