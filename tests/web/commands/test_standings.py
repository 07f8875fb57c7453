"""What the operator reads of models that failed: in `flask doctor` and `flask report`."""

import json
from typing import Any

import pytest

from app import create_app
from studylens.analysis.protocol.wire import Standing
from studylens.jobs import gemini_state
from studylens.models import now
from studylens.web.door.wiring import EXTENSION, Wiring


@pytest.fixture
def app(settings: dict[str, Any]) -> Any:
    return create_app({**settings, "gemini_api_key": "AQ.secret"})


@pytest.fixture
def wiring(app: Any) -> Wiring:
    found: Wiring = app.extensions[EXTENSION]
    found.database.ensure_compatible()
    return found


def said(app: Any, *command: str) -> str:
    done = app.test_cli_runner().invoke(args=list(command))
    assert done.exit_code == 0, done.output
    return str(done.output)


@pytest.mark.own_sql
def test_who_rests_is_named_with_time_and_reason(app: Any, wiring: Wiring) -> None:
    until = now().timestamp() + 3_600
    refused = "Gemini refused the key (403); the operator must check GEMINI_API_KEY"
    gemini_state.stand(wiring.database, Standing("first", "away", 3, until, "it is down"))
    gemini_state.stand(wiring.database, Standing(wiring.config.gemini_key_name, "key", 2, until, refused))
    gemini_state.stand(wiring.database, Standing("second", "answer", 1, 0.0, "its answer is not JSON"))
    at = gemini_state.moment(until).strftime("%Y-%m-%d %H:%M UTC")
    for shown in (said(app, "doctor"), said(app, "report")):
        assert f"first rests until {at}: it is down (3 in a row)" in shown
        assert f"the Gemini key rests until {at}: {refused} (2 in a row)" in shown
        assert "second is asked again with the next page: its answer is not JSON (once)" in shown
        assert "AQ.secret" not in shown
    told = {one["name"]: one for one in json.loads(said(app, "report", "--json"))["models"]}
    assert (told["first"]["kind"], told["first"]["rests"], told["second"]["rests"]) == ("away", True, False)


@pytest.mark.own_sql
def test_a_model_that_is_well_again_is_forgotten(app: Any, wiring: Wiring) -> None:
    gemini_state.stand(wiring.database, Standing("first", "away", 1, 0.0, "it is down"))
    gemini_state.stand(wiring.database, Standing("first", "away", 2, 0.0, "it is still down"))
    assert [one.failures for one in gemini_state.standings(wiring.database)] == [2]
    gemini_state.stand(wiring.database, Standing("first"))
    assert gemini_state.standings(wiring.database) == ()
    assert json.loads(said(app, "report", "--json"))["models"] == []
