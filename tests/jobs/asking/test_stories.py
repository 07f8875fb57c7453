"""A panel's mark is taken back by nobody but the attempt that made it: else it would be bought twice."""

import threading

import pytest
from flask.testing import FlaskClient

from studylens.errors import DatabaseDown, OutOfMemory
from studylens.jobs.asking import stories
from studylens.jobs.attempt import Attempt
from studylens.jobs.leases import Claim
from studylens.jobs.process import AnalysisProcess
from studylens.models.stories import PANEL_ASKED, PANEL_LOST, PANEL_WAITS
from studylens.web.door.wiring import Wiring
from tests.web.stories.test_stories import asked_today, begin, panels, states, turn
from tests.web.world import PAGE, add_pack, become_guest, read_page


@pytest.fixture
def settings(settings: dict[str, object]) -> dict[str, object]:
    return {**settings, "gemini_api_key": "AQ.a-key", "story_panels_per_day": 20}


@pytest.fixture
def pack(wiring: Wiring, client: FlaskClient) -> str:
    return add_pack(wiring, become_guest(wiring, client))


def attempt(wiring: Wiring, mine: Claim) -> None:
    """Carry a claim as the runner does; its process would not even start."""
    process = AnalysisProcess(wiring.config, ("/bin/false",))
    work = Attempt(mine, wiring.config, wiring.database, wiring.folder)
    work.run(process, 0, stopping=threading.Event(), service_pid=0)


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
