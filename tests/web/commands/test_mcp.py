"""`flask mcp`, as a desktop assistant starts it: over standard input and output, by the SDK's own client."""

import sys
from pathlib import Path

import anyio
import click
import pytest
from flask import Flask
from mcp import Client as Assistant
from mcp import StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import CallToolResult, ListToolsResult

from studylens.web.commands.remote.assistant import check_installed
from tests.assistants.conftest import guest, token, url
from tests.service import HOME, clean_environment

__all__ = ["guest", "token", "url"]


@pytest.mark.process
def test_an_assistant_that_starts_the_command_adds_a_card(url: str, token: str, tmp_path: Path) -> None:
    given = clean_environment(tmp_path, STUDYLENS_TOKEN=token, STUDYLENS_URL=url, PYTHONOPTIMIZE="2")
    flask = [str(Path(sys.executable).with_name("flask")), "--app", str(HOME / "app.py"), "mcp"]
    started = StdioServerParameters(command=flask[0], args=flask[1:], env=given, cwd=str(tmp_path))

    async def work() -> tuple[ListToolsResult, CallToolResult]:
        async with Assistant(stdio_client(started)) as assistant:
            card = {"front": "amare", "back": "to love"}
            tools = await assistant.list_tools()
            return tools, await assistant.call_tool("add_cards", {"pack": "Latin", "cards": [card]})

    tools, added = anyio.run(work)
    assert all(tool.description for tool in tools.tools)
    assert not added.is_error
    assert (added.structured_content or {})["pack_is_new"] is True


def test_the_command_needs_a_token_from_the_environment(app: Flask) -> None:
    runner = app.test_cli_runner()
    told = runner.invoke(args=["mcp"], env={"STUDYLENS_TOKEN": ""})
    assert (told.exit_code, "STUDYLENS_TOKEN holds no token" in told.output) == (1, True)
    told = runner.invoke(args=["mcp", "--token", "a-token-of-tests"])
    assert (told.exit_code, "Set it as STUDYLENS_TOKEN" in told.output) == (2, True)
    told = runner.invoke(
        args=["mcp", "--url", "http://s.example"], env={"STUDYLENS_TOKEN": "a-token-of-tests"}
    )
    assert (told.exit_code, "Use https://" in told.output) == (1, True)


def test_who_lacks_the_library_is_told_how_to_get_it() -> None:
    with pytest.raises(click.ClickException, match="make mcp"):
        check_installed("a_library_that_nobody_has")
