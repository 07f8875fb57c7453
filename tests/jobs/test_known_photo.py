"""The same photo of the same guest is not asked for twice; another guest's, or a private one, never known."""

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask

from studylens.analysis import remembered
from studylens.analysis.journal import Journal
from studylens.analysis.protocol import wire
from studylens.analysis.protocol.result import ModelReply
from studylens.config import Config
from studylens.models import DONE, Job, Pack, now
from studylens.study.packs import replies, trash
from studylens.uploads.upload import accept
from studylens.web.door.wiring import Wiring
from tests.analysis.gemini.server import GeminiServer
from tests.jobs.test_faults import engines, with_gemini
from tests.jobs.test_queue import send
from tests.jobs.test_runner import guest, wait_for, wired
from tests.study.exchange.world import add_guest
from tests.web.world import add_job, add_pack

SHA = "ab" * 32
SAID = ModelReply("gemini", "gemini-3.5-flash-lite", "", '{"transcript": [{"n": 1, "text": "Osmosis"}]}')


def read_twice(app: Flask, photo: bytes) -> tuple[Pack, Pack]:
    wiring, found = wired(app), []
    someone = guest(wiring)
    for _ in range(2):
        upload = accept(photo, "page.png", max_bytes=10**7)
        (job_id,) = send(wiring.database, wiring.folder, someone, uploads=(upload,))
        wiring.runner.wake()
        assert wait_for(wiring, job_id, DONE).state == DONE
        with wiring.database.reading() as session:
            pack = session.query(Pack).filter(Pack.job_id == job_id).one()
            _ = pack.transcript, pack.cards
            found.append(pack)
    return found[0], found[1]


def test_a_photo_sent_again_costs_no_second_call(
    running_app: Callable[..., Flask], photo: bytes, gemini: GeminiServer
) -> None:
    first, second = read_twice(running_app(**with_gemini(gemini)), photo)
    assert len(gemini.requests) == 1
    assert [card.front for card in second.cards] == [card.front for card in first.cards]
    assert second.text_engine == first.text_engine
    assert (second.receipt["sent_to"], second.receipt["tokens"]) == ([], [])
    assert engines(second)["gemini"] == ("used", remembered.REASON)
    assert remembered.NOTE in second.notes


def known(wiring: Wiring, guest_id: int, **about: object) -> tuple[ModelReply, ...]:
    job_id = add_job(wiring, guest_id, **{"sha256": SHA, **about})
    with wiring.database.reading() as session:
        return replies.known(session, job_id)


def keep(wiring: Wiring, guest_id: int, **about: object) -> str:
    """Add a pack with a kept reply; return the pack's id."""
    pack_id = add_pack(wiring, guest_id)
    job_id = add_job(wiring, guest_id, **{"sha256": SHA, **about})
    with wiring.database.writing() as session:
        replies.keep(session, session.get_one(Job, job_id), session.get_one(Pack, pack_id), SAID)
    return pack_id


@pytest.mark.own_sql
def test_only_the_same_photo_page_question_and_guest_are_known(wiring: Wiring) -> None:
    mine, theirs = add_guest(wiring), add_guest(wiring)
    keep(wiring, mine)
    assert known(wiring, mine) == (SAID,)
    assert known(wiring, theirs) == ()
    for other in (
        {"sha256": "cd" * 32},
        {"question": "Why?"},
        {"page": 2},
        {"private": True},
        {"sha256": ""},
    ):
        assert known(wiring, mine, **other) == (), other


@pytest.mark.own_sql
@pytest.mark.parametrize("about", [{"private": True}, {"sha256": ""}])
def test_what_is_private_or_no_photo_is_not_kept(wiring: Wiring, about: dict[str, object]) -> None:
    someone = add_guest(wiring)
    keep(wiring, someone, **about)
    assert known(wiring, someone) == ()


@pytest.mark.own_sql
def test_a_reply_goes_with_its_pack(wiring: Wiring) -> None:
    someone = add_guest(wiring)
    pack_id = keep(wiring, someone)
    with wiring.database.writing() as session:
        session.get_one(Pack, pack_id).deleted_at = now()
    assert known(wiring, someone) == ()
    with wiring.database.writing() as session:
        trash.delete_for_good(session, session.get_one(Pack, pack_id))
    with wiring.database.reading() as session:
        assert session.query(replies.ModelReply).count() == 0


def recall(config: Config, reply: ModelReply, **wishes: object) -> object:
    request = wire.Request("0" * 32, path="page.png", known=[reply], wishes=wire.Wishes(**wishes))  # type: ignore[arg-type]
    return remembered.recall(request, config, Journal(config, 0, lambda _: None))


def test_a_reply_counts_only_for_todays_models_and_words() -> None:
    keyed = Config(gemini_api_key="AQ.test")
    today = dataclasses.replace(SAID, version=remembered.version())
    assert recall(keyed, today) is not None
    assert recall(Config(), today) is None
    assert recall(keyed, SAID) is None
    assert recall(keyed, dataclasses.replace(today, model="gone")) is None
    assert recall(keyed, dataclasses.replace(today, text="no JSON")) is None
    assert recall(keyed, today, private=True) is None


def test_who_asks_for_another_reading_gets_one() -> None:
    keyed = Config(gemini_api_key="AQ.test")
    today = dataclasses.replace(SAID, version=remembered.version())
    request = wire.Request("0" * 32, path="page.png", known=[today], again=True)
    assert remembered.recall(request, keyed, Journal(keyed, 0, lambda _: None)) is None
