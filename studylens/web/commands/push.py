"""`flask push-key`: a key with which this service reminds browsers."""

import click
from flask import Blueprint

from studylens.push.asking import ask

blueprint = Blueprint("push", __name__, cli_group=None)


@blueprint.cli.command("push-key")
def make() -> None:
    """Print a new key as variables; whoever has a subscription to the old one must begin again."""
    made = ask({"ask": "new"})
    click.echo(f"VAPID_PRIVATE_KEY={made['key']}")
    click.echo("VAPID_SUBJECT=mailto:you@example.org")
    click.echo(f"# Keep the first one secret. Browsers are told the public key: {made['public']}")
