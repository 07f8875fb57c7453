"""A panel's mark is taken back by nobody but the attempt that made it: else it would be bought twice."""

import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from studylens.analysis.protocol import wire
from studylens.analysis.protocol.drawing import Drawn
from studylens.errors import DatabaseDown, OutOfMemory
from studylens.jobs import leases
from studylens.jobs.asking import stories
from studylens.jobs.attempt import Attempt
from studylens.jobs.leases import Claim
from studylens.jobs.process import AnalysisProcess
from studylens.models import StoryDay, StoryPanel, now
from studylens.models.stories import PANEL_ASKED, PANEL_DRAWN, PANEL_LOST, PANEL_WAITS
from studylens.study.stories import panels as story
from studylens.web.door.wiring import Wiring
from tests.waiting import until
from tests.web.stories.test_stories import PICTURE, asked_today, begin, end_turn, panels, states, turn
from tests.web.world import PAGE, add_pack, become_guest, read_page


@pytest.fixture
def settings(settings: dict[str, object]) -> dict[str, object]:
    return {**settings, "gemini_api_key": "AQ.a-key", "story_panels_per_day": 20}


@pytest.fixture
def pack(wiring: Wiring, client: FlaskClient) -> str:
    return add_pack(wiring, become_guest(wiring, client))


def attempt(
    wiring: Wiring,
    mine: Claim,
    command: Sequence[str] = ("/bin/false",),
    stopping: threading.Event | None = None,
) -> None:
    """Carry a claim as the runner does; its process would not even start, unless a command is given."""
    process = AnalysisProcess(wiring.config, command)
    work = Attempt(mine, wiring.config, wiring.database, wiring.folder)
    work.run(process, 0, stopping=stopping or threading.Event(), service_pid=0)


def saying(*told: wire.Event) -> tuple[str, ...]:
    """Return the command of a process that says all this at once, and then draws for a long time."""
    words = b"".join(map(wire.encode, told))
    return sys.executable, "-S", "-c", f"import os, time\nos.write(1, {words!r})\ntime.sleep(300)"


def test_a_database_that_is_away_does_not_take_back_what_an_attempt_before_has_asked(
    wiring: Wiring, client: FlaskClient, pack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client, pack, 1)
    mine = turn(wiring)
    assert mine is not None
    stories.prepare(wiring.database, wiring.config, mine.text)  # A model draws, and the runner dies.
    prepare, failures = stories.prepare, iter([DatabaseDown()])

    def prepare_later(*given: object) -> object:
        for failure in failures:
            raise failure
        return prepare(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(stories, "prepare", prepare_later)
    attempt(wiring, mine)
    assert states(wiring, pack) == [PANEL_ASKED]
    again = turn(wiring)
    assert again is not None
    attempt(wiring, again)
    assert (states(wiring, pack), asked_today(wiring)) == ([PANEL_LOST], 1)


@pytest.mark.process
@pytest.mark.own_sql
def test_an_attempt_that_asked_nobody_takes_its_mark_back_and_says_why(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    begin(client, pack, 1)
    for _ in range(3):
        mine = turn(wiring)
        assert mine is not None
        attempt(wiring, mine)
    assert (states(wiring, pack), asked_today(wiring)) == ([PANEL_WAITS], 0)
    assert turn(wiring) is None
    assert panels(wiring, pack)[0].reason
    stories.prepare(wiring.database, wiring.config, mine.text)
    stories.settle(wiring.database, mine.text, OutOfMemory().sentence)
    assert OutOfMemory().sentence in read_page(client.get(f"/packs/{pack}/story", headers=PAGE))


@pytest.mark.process
@pytest.mark.parametrize(("calls", "state"), [([wire.GeminiCall("m")], PANEL_ASKED), ([], PANEL_WAITS)])
def test_a_service_that_stops_hears_of_a_call_before_it_takes_the_mark_back(
    wiring: Wiring,
    client: FlaskClient,
    pack: str,
    monkeypatch: pytest.MonkeyPatch,
    calls: list[wire.Event],
    state: str,
) -> None:
    begin(client, pack, 1)
    mine = turn(wiring)
    assert mine is not None
    stopping, record = threading.Event(), leases.record_stage

    def record_and_stop(database: Any, claimed: Claim, stage: Any) -> None:
        if stage.stage == "before_panel":
            stopping.set()
        record(database, claimed, stage)

    monkeypatch.setattr(leases, "record_stage", record_and_stop)
    told = [wire.Stage("before_panel", 1.0, 1.0), wire.Stage("another", 1.0, 1.0), *calls]
    attempt(wiring, mine, saying(*told), stopping)
    assert (states(wiring, pack), asked_today(wiring)) == ([state], len(calls))


@pytest.mark.own_sql
def test_a_panel_that_has_its_picture_is_not_bought_by_a_second_job(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    begin(client, pack, 2)
    mine = turn(wiring)
    assert mine is not None
    end_turn(wiring, mine, PICTURE)
    second = stories.prepare(wiring.database, wiring.config, mine.text)
    assert second == Drawn(stops=True)
    assert (states(wiring, pack), asked_today(wiring)) == ([PANEL_DRAWN, PANEL_WAITS], 1)


@pytest.mark.own_sql
def test_the_job_of_a_deleted_story_finds_no_panel_of_another_one(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    begin(client, pack, 2)
    before = {panel.id for panel in panels(wiring, pack)}
    client.post(f"/packs/{pack}/story/delete", headers=PAGE)
    begin(client, pack, 2)
    assert not before & {panel.id for panel in panels(wiring, pack)}


@pytest.mark.postgresql
def test_two_machines_do_not_share_the_day_s_last_panel(
    wiring: Wiring, client: FlaskClient, pack: str
) -> None:
    begin(client, pack, 2)
    with wiring.database.writing() as session:
        session.add(StoryDay(day=f"{now():%Y-%m-%d}", panels=wiring.config.story_panels_per_day - 1))
    mine, theirs = panels(wiring, pack)
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    def other_waits() -> object:
        with wiring.database.reading() as looking:
            return looking.scalar(waits)

    with ThreadPoolExecutor(1) as machine, wiring.database.writing() as session:
        story.note_asked(session, session.get_one(StoryPanel, mine.id), wiring.config.story_panels_per_day)
        other = machine.submit(stories.prepare, wiring.database, wiring.config, str(theirs.id))
        until(other_waits, "the other machine's wait")
    assert other.result() == Drawn(reason=story.DAY_OVER, stops=True)
    assert (states(wiring, pack), asked_today(wiring)) == ([PANEL_ASKED, PANEL_WAITS], 20)
