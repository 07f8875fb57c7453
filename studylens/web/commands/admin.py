"""`flask admin NAME`: a key that opens the operator's page, from the shell that the operator has."""

import click
from flask import Blueprint

from studylens.web.door.operator import end_keys, make_key
from studylens.web.door.wiring import wiring

blueprint = Blueprint("admin", __name__, cli_group=None)
NAME_CHARS = 60
"""Room of the column."""


@blueprint.cli.command("admin")
@click.argument("name")
@click.option("--end", is_flag=True, help="Take the key of NAME back instead.")
def admin(name: str, end: bool) -> None:  # noqa: FBT001 - click hands options over by name.
    """Print a new key for NAME, this once: typed in at /operator, it opens the operator's page."""
    database = wiring().database
    database.ensure_compatible()
    name = name.strip()[:NAME_CHARS]
    if not name:
        raise click.ClickException("Say whose key it is: flask admin NAME.")
    with database.writing() as session:
        if not end:
            click.echo(make_key(session, name))
        elif not end_keys(session, name):
            raise click.ClickException(f"{name} has no key.")
