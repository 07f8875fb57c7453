"""Commands are brought when one is asked for; the service itself never loads them."""

import subprocess
import sys

import pytest
from flask import Flask

from studylens.web.commands.later import MODULES

NAMES = {
    "analyze", "backup", "blip", "cutout", "cutout-model", "db", "doctor", "report", "restore", "sheets",
    "teach", "token",
}  # fmt: skip


def test_every_command_is_found_by_its_name(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["--help"]).output
    assert {line.split()[0] for line in told.partition("Commands:")[2].splitlines() if line.strip()} >= NAMES


@pytest.mark.parametrize("group", ["blip", "db", "teach"])
def test_a_group_keeps_its_own_commands(app: Flask, group: str) -> None:
    told = app.test_cli_runner().invoke(args=[group, "--help"])
    assert told.exit_code == 0
    assert f"{group} [OPTIONS] COMMAND" in told.output


@pytest.mark.process
def test_the_service_loads_no_command() -> None:
    program = (
        "import sys, app; app.create_app(); print(*(name for name in sys.modules if '.commands.' in name))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert set(loaded.split()).isdisjoint({f"studylens.web.commands.{name}" for name in MODULES})
    assert "studylens.web.commands.doctor" in loaded
