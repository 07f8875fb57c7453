"""`flask token`: a token with which a program acts as a guest."""

import click
from flask import Blueprint

from studylens.models import Guest
from studylens.web.door.guests import local_guest, make_token
from studylens.web.door.wiring import wiring

blueprint = Blueprint("token", __name__, cli_group=None)


@blueprint.cli.command("token")
@click.option("--name", default="flask token", help="How it is listed on the page of devices.")
@click.option("--guest", type=int, help="Number of the guest; without it the guest whom programs here share.")
def make(name: str, guest: int | None) -> None:
    """Print a new token, this once: a program shows it as `Authorization: Bearer TOKEN`."""
    database = wiring().database
    database.ensure_compatible()
    with database.writing() as session:
        found = local_guest(session) if guest is None else guest
        if session.get(Guest, found) is None:
            raise click.ClickException(f"There is no guest {found}.")
        token = make_token(session, found, name[:60])
    click.echo(token)
