"""`flask mcp`: packs for assistants, over the Model Context Protocol."""

import os
import sys
from pathlib import Path

from flask import Blueprint

from studylens.web.commands.remote import assistant
from studylens.web.commands.remote.asking import asks_a_service, place

blueprint = Blueprint("mcp", __name__, cli_group=None)
_HOME = Path(__file__).resolve().parents[4]


@blueprint.cli.command("mcp")
@asks_a_service
def serve(url: str, token: str) -> None:
    """Serve a student's packs to an assistant on standard input and output.

    Desktop assistants start it. It asks the service at --url, with the token in STUDYLENS_TOKEN: docs/api.md.
    """
    place(url, token)
    assistant.check_installed()
    # The same process goes on without Flask and tables, which takes 40 MB off it. `-E`: PYTHONOPTIMIZE would
    # take the descriptions of tools away.
    os.chdir(_HOME)
    command = [sys.executable, "-E", "-m", assistant.__name__, "--url", url]
    os.execv(sys.executable, command)  # noqa: S606 - this Python, our own module, and an address that was checked.
