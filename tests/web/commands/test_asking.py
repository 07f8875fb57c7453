"""A command that asks a service: its token never stands among the words of a command."""

import click
from click.testing import CliRunner

from studylens.web.commands.remote.asking import asks_a_service, place


@click.command()
@asks_a_service
def _ask(url: str, token: str) -> None:
    click.echo(place(url, token).url)


def _run(*words: str, token: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(_ask, words, env={"STUDYLENS_TOKEN": token, "STUDYLENS_URL": ""})
    return done.exit_code, done.output


def test_the_token_comes_from_the_environment() -> None:
    assert _run(token="a-token-of-tests") == (0, "http://127.0.0.1:10000\n")
    assert _run("--url", "https://s.example/", token="a-token-of-tests") == (0, "https://s.example\n")


def test_a_token_in_the_command_is_refused_and_a_missing_one_is_asked_for() -> None:
    code, told = _run("--token", "a-token-of-tests")
    assert code == 2
    assert "STUDYLENS_TOKEN" in told
    code, told = _run()
    assert code == 1
    assert "page of your devices" in told
