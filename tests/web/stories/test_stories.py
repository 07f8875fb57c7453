"""A story from script to last panel: paid for once, gone on with after a kill, nothing without a yes."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from studylens.analysis.protocol.drawing import Drawn, PanelWish
from studylens.jobs.asking import stories
from studylens.jobs.leases import Claim, claim, finish
from studylens.models import LIVE_STATES, STORY, Job, Pack, StoryDay, StoryPanel, now
from studylens.models.stories import PANEL_ASKED, PANEL_DRAWN, PANEL_FAILED, PANEL_LOST, PANEL_WAITS
from studylens.story_limits import MAX_PANELS, PAUSE_SECONDS
from studylens.web.door.wiring import Wiring
from tests.analysis.gemini import pictures
from tests.analysis.gemini.server import GeminiServer
from tests.jobs.test_runner import wired
from tests.waiting import until
from tests.web.world import PAGE, add_pack, become_guest, read_page

KEY = {"gemini_api_key": "AQ.a-key", "story_panels_per_day": 20}
JSON = {"Accept": "application/json"}


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    """The app's usual settings, with a key: no test of this file calls anybody but a server of its own."""
    return {**settings, **KEY}


@pytest.fixture
def pack(wiring: Wiring, client: FlaskClient) -> str:
    return add_pack(wiring, become_guest(wiring, client))


def script(count: int = 3, **changes: Any) -> dict[str, Any]:
    """Return what a program sends."""
    panels = [{"caption": f"Caption {n}.", "scene": f"Scene {n}.", "line": 2} for n in range(1, count + 1)]
    return {"panels": panels, "look": "a leaf", "agreed": True, **changes}


def full_form() -> dict[str, str]:
    """Return what a browser sends for all panels."""
    places = range(1, MAX_PANELS + 1)
    words = {f"{name}{n}": f"{name} {n}" for n in places for name in ("caption", "scene")}
    return words | {f"draw{n}": "1" for n in places} | {"agreed": "1", "look": "a leaf"}


def begin(client: FlaskClient, pack: str, count: int = 3) -> None:
    answer = client.post(f"/packs/{pack}/story", json=script(count), headers=JSON)
    assert answer.status_code == 202, answer.text


def panels(wiring: Wiring, pack: str) -> list[StoryPanel]:
    with wiring.database.reading() as session:
        wanted = select(StoryPanel).where(StoryPanel.pack_id == pack).order_by(StoryPanel.id)
        return list(session.scalars(wanted))


def states(wiring: Wiring, pack: str) -> list[str]:
    return [panel.state for panel in panels(wiring, pack)]


def jobs(wiring: Wiring, *also: Any) -> list[Job]:
    with wiring.database.reading() as session:
        return list(session.scalars(select(Job).where(Job.kind == STORY, *also).order_by(Job.number)))


def hurry(wiring: Wiring) -> None:
    """Let the pause be over."""
    with wiring.database.writing() as session:
        session.execute(update(Job).where(Job.kind == STORY).values(not_before=None))


def turn(wiring: Wiring) -> Claim | None:
    """Take the next panel's job as a runner does, when its time has come."""
    hurry(wiring)
    while found := claim(wiring.database, wiring.folder.folder_id, "runner"):
        if found.kind == STORY:
            return found
    return None


def end_turn(wiring: Wiring, mine: Claim, drawn: Drawn) -> None:
    assert isinstance(stories.prepare(wiring.database, wiring.config, mine.text), PanelWish)
    assert finish(wiring.database, mine, drawn)


def played(wiring: Wiring, *outcomes: Drawn) -> Iterator[Claim]:
    """Carry turns to these ends."""
    for drawn in outcomes:
        mine = turn(wiring)
        assert mine is not None
        end_turn(wiring, mine, drawn)
        yield mine


PICTURE = Drawn("/9j/4AAQ", 1024, 768, "gemini-3.1-flash-image", sent_to="Google")


def asked_today(wiring: Wiring) -> int:
    with wiring.database.reading() as session:
        return sum(session.scalars(select(StoryDay.panels)))


@pytest.mark.process
def test_a_student_gets_eight_panels_though_the_process_is_killed_at_the_fifth(
    running_app: Callable[..., Flask], tmp_path: Path
) -> None:
    died = tmp_path / "died"
    killed = (sys.executable, "-m", "tests.jobs.killing_analysis", "after_panel", str(died), "5")
    with GeminiServer(*[pictures.answer] * (MAX_PANELS + 2)) as server:
        app = running_app(ANALYSIS_COMMAND=killed, gemini_base_url=server.url)
        wiring, client = wired(app), app.test_client()
        pack = add_pack(wiring, become_guest(wiring, client))
        client.post(f"/packs/{pack}/story", data=full_form(), headers=PAGE)

        def is_over() -> bool:
            hurry(wiring)
            wiring.runner.wake()
            return not jobs(wiring, Job.state.in_(LIVE_STATES))

        until(is_over, "the story", seconds=90)
        sent = [request for request in server.requests if pictures.wants_picture(request)]
    assert died.exists()
    scenes = [request.text.rpartition("shows: ")[2] for request in sent]
    assert scenes == [f"scene {n}" for n in range(1, MAX_PANELS + 1)]  # Each once, the fifth too.
    assert states(wiring, pack) == [PANEL_DRAWN] * 4 + [PANEL_LOST] + [PANEL_DRAWN] * 3
    assert [request.has_image for request in sent] == [False] + [True] * (MAX_PANELS - 1)
    page = read_page(client.get(f"/packs/{pack}/story", headers=PAGE))
    assert page.count("Made by a model (gemini-3.1-flash-image), may be wrong.") == MAX_PANELS - 1
    assert "It may have been paid for" in page
    first = panels(wiring, pack)[0]
    shown = client.get(f"/packs/{pack}/story/{first.id}/picture")
    assert (shown.mimetype, shown.data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert asked_today(wiring) == MAX_PANELS


@pytest.mark.own_sql
def test_between_two_panels_is_a_pause_in_which_others_go_first(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    begin(client, pack)
    [_] = played(wiring, PICTURE)
    [waiting] = jobs(wiring, Job.state.in_(LIVE_STATES))
    assert waiting.not_before is not None
    assert 0 < (waiting.not_before - now()).total_seconds() <= PAUSE_SECONDS
    while claim(wiring.database, wiring.folder.folder_id, "runner"):  # What made the guest.
        pass
    client.post("/analyze?wait=0", data={"text": "Somebody else's page."})
    other = claim(wiring.database, wiring.folder.folder_id, "runner")
    assert other is not None
    assert other.kind != STORY


@pytest.mark.own_sql
def test_a_runner_that_died_never_buys_the_same_panel_again(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    begin(client, pack)
    mine = turn(wiring)
    assert mine is not None
    stories.prepare(wiring.database, wiring.config, mine.text)  # And then the runner dies.
    again = stories.prepare(wiring.database, wiring.config, mine.text)
    assert isinstance(again, Drawn)
    assert finish(wiring.database, mine, again)
    assert states(wiring, pack) == [PANEL_LOST, PANEL_WAITS, PANEL_WAITS]
    [following] = jobs(wiring, Job.state.in_(LIVE_STATES))
    assert following.text == str(panels(wiring, pack)[1].id)
    assert asked_today(wiring) == 1


def test_a_process_that_died_before_it_asked_tries_the_same_panel_again(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    begin(client, pack)
    mine = turn(wiring)
    assert mine is not None
    stories.prepare(wiring.database, wiring.config, mine.text)
    assert stories.settle(wiring.database, mine.text)
    assert isinstance(stories.prepare(wiring.database, wiring.config, mine.text), PanelWish)
    assert asked_today(wiring) == 1


@pytest.mark.own_sql
def test_a_panel_without_a_picture_keeps_its_caption_and_the_next_one_follows(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    begin(client, pack)
    blocked = Drawn(reason="its safety filter stopped it: IMAGE_SAFETY", sent_to="Google")
    assert len(list(played(wiring, PICTURE, blocked, PICTURE))) == 3
    assert states(wiring, pack) == [PANEL_DRAWN, PANEL_FAILED, PANEL_DRAWN]
    page = read_page(client.get(f"/packs/{pack}/story", headers=PAGE))
    assert "Caption 2." in page
    assert "its safety filter stopped it: IMAGE_SAFETY" in page
    assert jobs(wiring, Job.state.in_(LIVE_STATES)) == []


def test_a_rate_limit_waits_and_is_no_call_of_the_day(wiring: Wiring, client: FlaskClient, pack: str) -> None:
    begin(client, pack, 1)
    limited = Drawn(reason="it is asked too often just now", retry_after=34.0, sent_to="Google")
    list(played(wiring, limited))
    [waiting] = jobs(wiring, Job.state.in_(LIVE_STATES))
    assert waiting.not_before is not None
    assert 30 < (waiting.not_before - now()).total_seconds() <= 34
    assert asked_today(wiring) == 0
    list(played(wiring, limited, limited))
    assert states(wiring, pack) == [PANEL_FAILED]
    assert jobs(wiring, Job.state.in_(LIVE_STATES)) == []


@pytest.mark.own_sql
def test_the_day_s_panels_end_and_the_story_goes_on_by_hand(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    with wiring.database.writing() as session:
        session.add(StoryDay(day=f"{now():%Y-%m-%d}", panels=19))
    begin(client, pack)
    list(played(wiring, PICTURE))
    mine = turn(wiring)
    assert mine is not None
    full = stories.prepare(wiring.database, wiring.config, mine.text)
    assert isinstance(full, Drawn)
    assert finish(wiring.database, mine, full)
    assert states(wiring, pack) == [PANEL_DRAWN, PANEL_WAITS, PANEL_WAITS]
    assert jobs(wiring, Job.state.in_(LIVE_STATES)) == []
    page = read_page(client.get(f"/packs/{pack}/story", headers=PAGE))
    assert "pictures of this server are used up. Go on tomorrow" in page
    client.post(f"/packs/{pack}/story/go-on", headers=PAGE)
    [following] = jobs(wiring, Job.state.in_(LIVE_STATES))
    assert following.text == str(panels(wiring, pack)[1].id)


def test_a_stop_keeps_the_picture_that_is_paid_for_and_draws_no_other(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    begin(client, pack)
    mine = turn(wiring)
    assert mine is not None
    client.post(f"/jobs/{mine.job_id}/cancel", headers=PAGE)
    end_turn(wiring, mine, PICTURE)
    assert states(wiring, pack) == [PANEL_DRAWN, PANEL_WAITS, PANEL_WAITS]
    assert jobs(wiring, Job.state.in_(LIVE_STATES)) == []


@pytest.mark.parametrize(
    "sent_as",
    [lambda words: {"data": words, "headers": PAGE}, lambda words: {"json": words, "headers": JSON}],
    ids=["form", "json"],
)
def test_one_panel_is_drawn_again_with_new_words_and_no_other_follows(
    wiring: Wiring, client: FlaskClient, pack: str, sent_as: Callable[[dict[str, str]], dict[str, Any]]
) -> None:
    begin(client, pack, 2)
    list(played(wiring, PICTURE, PICTURE))
    second = panels(wiring, pack)[1]
    again, words = (
        f"/packs/{pack}/story/{second.id}/again",
        {"caption": "New words.", "scene": "A new scene."},
    )
    assert client.post(again, json={"scene": " "}, headers=JSON).status_code == 400
    client.post(again, **sent_as(words))
    assert panels(wiring, pack)[1].width  # The old picture stays until there is a new one.
    mine = turn(wiring)
    assert mine is not None
    wish = stories.prepare(wiring.database, wiring.config, mine.text)
    assert isinstance(wish, PanelWish)
    assert (wish.place, wish.of, wish.scene, bool(wish.first_base64)) == (2, 2, "A new scene.", True)
    assert finish(wiring.database, mine, PICTURE)
    assert panels(wiring, pack)[1].caption == "New words."
    assert jobs(wiring, Job.state.in_(LIVE_STATES)) == []


def test_nothing_is_drawn_without_a_yes_and_what_was_typed_stays(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    form = {"caption1": "My own words.", "scene1": "A scene of mine.", "draw1": "1", "look": "an owl"}
    answer = client.post(f"/packs/{pack}/story", data=form, headers=PAGE)
    assert answer.status_code == 400
    assert "you are of age" in answer.text
    assert all(words in answer.text for words in ("My own words.", "A scene of mine.", "an owl"))
    assert panels(wiring, pack) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"panels": []},
        {"panels": "x"},
        {"panels": [3]},
        {"panels": [{"caption": ""}]},
        {"panels": [{"caption": "x" * 301}]},
        {"panels": [{"caption": "x", "scene": 7}]},
        {"panels": [{"caption": "x"}] * 9},
        {"look": ["x"]},
        {"look": "a\x00b"},
        {"panels": [{"caption": "\ud800"}]},
        {"more": {"inside": ["\udfff"]}},
        {"agreed": "yes"},
    ],
    ids=str,
)
def test_a_script_that_is_none_is_refused_in_words(
    wiring: Wiring, client: FlaskClient, pack: str, changes: dict[str, Any]
) -> None:
    answer = client.post(f"/packs/{pack}/story", json=script(**changes), headers=JSON)
    assert answer.status_code == 400
    assert answer.json["error"]["message"]
    assert panels(wiring, pack) == []


def test_a_private_pack_stays_here(wiring: Wiring, client: FlaskClient, pack: str) -> None:
    with wiring.database.writing() as session:
        session.get_one(Pack, pack).private = True
    assert client.post(f"/packs/{pack}/story", json=script(), headers=JSON).status_code == 400
    page = read_page(client.get(f"/packs/{pack}/story", headers=PAGE))
    assert "none of its words leave this server" in page
    assert "Draw these panels" not in page


def test_the_price_the_terms_and_the_receiver_are_said_before(client: FlaskClient, pack: str) -> None:
    page = read_page(client.get(f"/packs/{pack}/story", headers=PAGE))
    for said in (
        "$0.067 each at the list price of 2026-11",
        "18 or older",
        "gemini-3.1-flash-image",
        "20 more today",
    ):
        assert said in page


def test_a_deleted_story_is_gone_and_so_is_its_turn(wiring: Wiring, client: FlaskClient, pack: str) -> None:
    begin(client, pack)
    asks = read_page(client.get(f"/packs/{pack}/story/delete", headers=PAGE))
    assert "3 panels" in asks
    assert panels(wiring, pack) != []
    client.post(f"/packs/{pack}/story/delete", headers=PAGE)
    assert panels(wiring, pack) == []
    assert turn(wiring) is None


def test_while_it_is_drawn_it_cannot_be_begun_again(wiring: Wiring, client: FlaskClient, pack: str) -> None:
    begin(client, pack)
    assert client.post(f"/packs/{pack}/story", json=script(), headers=JSON).status_code == 503
    mine = turn(wiring)
    assert mine is not None
    stories.prepare(wiring.database, wiring.config, mine.text)
    assert states(wiring, pack)[0] == PANEL_ASKED
    assert "being drawn" in read_page(client.get(f"/packs/{pack}/story", headers=PAGE))


class TestWithoutAKey:
    """The page says what it would need, and imitates nothing."""

    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {**settings, "gemini_api_key": ""}

    def test_the_page_says_what_it_would_need(self, client: FlaskClient, pack: str) -> None:
        page = read_page(client.get(f"/packs/{pack}/story", headers=PAGE))
        assert "GEMINI_API_KEY" in page
        assert "Draw these panels" not in page
        refused = client.post(f"/packs/{pack}/story", json=script(), headers=JSON)
        assert refused.json["error"]["message"] == "No image model is set up on this server."
