"""`flask db check` and `flask db repair`: what the tables lack, and adding it by hand."""

from collections.abc import Callable
from typing import TypeVar

import click
from flask import Blueprint

from studylens.errors import DatabaseDown
from studylens.web.door.wiring import wiring

blueprint = Blueprint("database_commands", __name__, cli_group="db")

Found = TypeVar("Found")


@blueprint.cli.command("check")
def check() -> None:
    """Say what the tables lack, and change nothing; ends with 1 when it is something."""
    missing = _or_exit(wiring().database.missing)
    click.echo(f"missing: {missing}" if missing else "The tables fit this release.")
    raise SystemExit(1 if missing else 0)


@blueprint.cli.command("repair")
def repair() -> None:
    """Add what the tables lack; ends with 1 when something cannot be added."""
    database = wiring().database
    before = _or_exit(database.missing)
    _or_exit(database.repair)
    left = _or_exit(database.missing)
    click.echo(f"missing before: {before}")
    click.echo(f"missing now: {left}")
    raise SystemExit(1 if left else 0)


def _or_exit(step: Callable[[], Found]) -> Found:
    """Do a step; a database that refuses is one line with its reason, and exit code 1."""
    try:
        return step()
    except DatabaseDown as error:
        raise click.ClickException(
            f"{error} ({error.__cause__})" if error.__cause__ else str(error)
        ) from error
