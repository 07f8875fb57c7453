"""What `flask mcp` becomes: a program that knows neither Flask nor tables.

Standard output is the assistant's; everything else that is said goes to standard error.
"""

import contextlib
import importlib.util
import sys

import click

from studylens.remote.client import Client
from studylens.web.commands.remote.asking import asks_a_service, place

AGENT = "studylens-mcp"
MISSING = "The library of the protocol is not installed here. Run make mcp."
WAITING = "Waiting for an assistant on standard input. Usually an assistant starts this itself: docs/api.md."


def check_installed(library: str = "mcp") -> None:
    """Return when the SDK is here. Raises click.ClickException, with what to do."""
    if importlib.util.find_spec(library) is None:
        raise click.ClickException(MISSING)


@click.command()
@asks_a_service
def serve(url: str, token: str) -> None:
    """Serve until standard input ends."""
    from studylens.assistants.desk import Desk  # noqa: PLC0415 - by the next line.
    from studylens.assistants.server import server_of  # noqa: PLC0415 - its library is large.

    if sys.stdin.isatty():
        click.echo(WAITING, err=True)
    server = server_of(Desk(Client(place(url, token), name=AGENT)))
    with contextlib.suppress(KeyboardInterrupt):
        server.run()


if __name__ == "__main__":
    serve()
