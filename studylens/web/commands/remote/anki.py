"""`flask anki-door`: a door like AnkiConnect's for dictionaries and note-takers on this machine."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from flask import Blueprint

from studylens.anki_door.actions import Actions
from studylens.anki_door.decks import Decks
from studylens.anki_door.entrance import is_origin
from studylens.anki_door.faults import DoorFault
from studylens.anki_door.media import Media
from studylens.anki_door.protocol import Protocol
from studylens.anki_door.server import ADDRESS, PORT, Server
from studylens.anki_door.service import Service
from studylens.remote.client import Client
from studylens.remote.faults import Refused, RemoteFault, StrangeAnswer
from studylens.web.commands.remote.asking import asks_a_service, never_shown, place

blueprint = Blueprint("anki_door", __name__, cli_group=None)
KEY_VARIABLE = "ANKI_DOOR_KEY"


@dataclass(frozen=True)
class _Choices:
    """What stands in the command beside the service."""

    origins: tuple[str, ...]
    decks: tuple[str, ...]
    folder: Path | None
    port: int
    key: str


def _checked(_context: click.Context, _option: click.Parameter, origins: tuple[str, ...]) -> tuple[str, ...]:
    for origin in origins:
        if not is_origin(origin):
            raise click.BadParameter(f"{origin} is no origin such as chrome-extension://abcdef")
    return origins


@blueprint.cli.command("anki-door")
@asks_a_service
@click.option(
    "--origin", "origins", multiple=True, callback=_checked,
    help="A page or extension of a browser that may ask, such as chrome-extension://...; once for each.",
)  # fmt: skip
@click.option("--deck", "decks", multiple=True, help="A deck to begin if there is none: Subject::Title.")
@click.option(
    "--files", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder whose pictures programs may name by their paths, such as that of your notes.",
)  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True)
@click.option("--key", envvar=KEY_VARIABLE, default="", hidden=True, callback=never_shown(KEY_VARIABLE))
def open_door(*, url: str, token: str, **chosen: Any) -> None:
    """Let programs that add words to Anki add them to Studylens: AnkiConnect's protocol, version 6.

    The service's token stands in STUDYLENS_TOKEN; a key that programs must show, in ANKI_DOOR_KEY.
    """
    logging.basicConfig(format="%(message)s")
    choices = _Choices(**chosen)
    service = Service(Client(place(url, token), name="studylens-anki-door"))
    _greet(service, url, choices.decks)
    server = _server(service, choices)
    click.echo(f"Open on http://{ADDRESS}:{server.server_port} for {url}. Ctrl+C closes it.")
    if not choices.origins:
        click.echo("No page or extension of a browser may ask: name each with --origin.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("Closed.")
    finally:
        server.server_close()


def _server(service: Service, choices: _Choices) -> Server:
    actions = Actions(service, Media(service, folder=choices.folder))
    protocol, origins = Protocol(actions, choices.key), frozenset(choices.origins)
    try:
        return Server(protocol, port=choices.port, origins=origins)
    except OSError as error:
        taken = f"Port {choices.port} of {ADDRESS} is taken, perhaps by Anki itself: {error.strerror}."
        raise click.ClickException(taken) from error


def _greet(service: Service, url: str, decks: tuple[str, ...]) -> None:
    """Ask the service once, so that a wrong token is told now; one that is away may come later."""
    known = Decks(service)
    try:
        for name in decks:
            known.create(name)
        there = len(known.all())
    except (Refused, StrangeAnswer, DoorFault) as fault:
        raise click.ClickException(f"{url}: {fault}") from fault
    except RemoteFault as fault:
        click.echo(f"{fault} The door opens all the same.", err=True)
    else:
        click.echo(f"{url} knows the token and has {there} decks. --deck NAME begins one.")
