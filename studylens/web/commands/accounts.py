"""`flask invite` and `flask account-admin`: who may make an account, and who administers."""

import click
from flask import Blueprint

from studylens.accounts.codes import INVITE_DAYS, make_invite
from studylens.accounts.people import account_named
from studylens.models import now
from studylens.web.door.wiring import wiring

blueprint = Blueprint("account_commands", __name__, cli_group=None)
MOST_INVITES = 1_000


@blueprint.cli.command("invite")
@click.option("--count", default=1, type=click.IntRange(1, MOST_INVITES), help="How many codes.")
def invite(count: int) -> None:
    """Print codes, this once: with SIGNUP=invite each lets one person make an account within 14 days."""
    database = wiring().database
    database.ensure_compatible()
    with database.writing() as session:
        made = [make_invite(session, now()) for _ in range(count)]
    for code in made:
        click.echo(code)
    if wiring().config.signup != "invite":
        click.echo(f"SIGNUP is {wiring().config.signup}: nobody is asked for a code.", err=True)
    click.echo(f"Each works once, for {INVITE_DAYS} days.", err=True)


@blueprint.cli.command("account-admin")
@click.argument("name")
@click.option("--end", is_flag=True, help="Make NAME an ordinary account again.")
def admin(name: str, end: bool) -> None:  # noqa: FBT001 - click hands options over by name.
    """Make the account NAME an administrator's: whoever is signed in to it sees the operator's pages."""
    database = wiring().database
    database.ensure_compatible()
    with database.writing() as session:
        account = account_named(session, name)
        if account is None:
            raise click.ClickException(f"There is no account {name!r}.")
        account.is_admin = not end
