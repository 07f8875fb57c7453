"""`flask teach` and `flask token`: the same sets in a terminal."""

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskCliRunner

from app import create_app
from tests import kinds

pytestmark = pytest.mark.process


@pytest.mark.own_sql
def test_a_set_is_taught_trained_and_asked_in_a_terminal(settings: dict[str, Any], tmp_path: Path) -> None:
    terminal: FlaskCliRunner = create_app(settings).test_cli_runner()
    names = {}
    for kind in (kinds.KINDS[0], kinds.KINDS[3]):
        for number in range(3):
            path = tmp_path / f"{kind.name}-{number}.jpg"
            kinds.photo(kind, number).save(path, quality=90)
            names.setdefault(kind.name, []).append(str(path))
    missing = terminal.invoke(args=["teach", "train", "Leaves"])
    assert (missing.exit_code, "There is no set 'Leaves'" in missing.stderr) == (1, True)
    for name, paths in names.items():
        added = terminal.invoke(args=["teach", "add", "Leaves", name, *paths[:2]])
        assert added.output.splitlines()[-1] == f"{name}-1.jpg: photo 2 of {name}"
    twice = terminal.invoke(args=["teach", "add", "leaves", "maple", names["beech"][0]])
    assert (twice.exit_code, "is in “beech” already" in twice.stderr) == (1, True)
    assert "4 of 4 photos told right" in terminal.invoke(args=["teach", "train", "Leaves"]).output
    told = terminal.invoke(args=["teach", "identify", "Leaves", names["maple"][2]])
    assert told.output.startswith("maple-2.jpg: This is “maple”. (closeness 0.")


def test_a_token_is_printed_for_the_guest_of_this_machine(settings: dict[str, Any]) -> None:
    app = create_app(settings)
    token = app.test_cli_runner().invoke(args=["token", "--name", "cron"]).output.strip()
    answer = app.test_client().get("/sets", headers={"Authorization": f"Bearer {token}"})
    assert answer.get_json() == {"sets": []}
    nobody = app.test_cli_runner().invoke(args=["token", "--guest", "99"])
    assert (nobody.exit_code, "no guest 99" in nobody.output) == (1, True)
