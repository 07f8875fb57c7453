"""`flask db check`, `repair` and `recount`: what the tables lack, adding it, and sums of what is kept."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import click
from flask import Blueprint
from sqlalchemy import select

from database_config import Database
from studylens.errors import DatabaseDown
from studylens.jobs.distributed import tables
from studylens.models import Guest
from studylens.study.budgets import sums
from studylens.web.commands import mistakes
from studylens.web.door.wiring import wiring

blueprint = Blueprint("database_commands", __name__, cli_group="db")

Found = TypeVar("Found")


@blueprint.cli.command("check")
def check() -> None:
    """Say what the tables lack, and change nothing; ends with 1 when it is something."""
    missing = _or_exit(wiring().database.missing)
    click.echo(f"missing: {missing}" if missing else "The tables fit this release.")
    is_behind = _has_queue() and _or_exit(lambda: tables.is_behind(wiring().database))
    if is_behind:
        click.echo("The queue's tables do not fit it: flask --app app db repair")
    raise SystemExit(1 if missing or is_behind else 0)


@blueprint.cli.command("repair")
def repair() -> None:
    """Add what the tables lack; ends with 1 when something cannot be added."""
    database = wiring().database
    before = _or_exit(database.missing)
    _or_exit(database.repair)
    _or_exit(database.build_indexes)
    left = _or_exit(database.missing)
    click.echo(f"missing before: {before}")
    click.echo(f"missing now: {left}")
    if _has_queue():
        done = _or_exit(lambda: tables.bring(database))
        click.echo(f"the queue's tables: {', '.join(done) or 'fit'}")
    raise SystemExit(1 if left else 0)


@blueprint.cli.command("recount")
@click.option("--write", is_flag=True, help="Put wrong sums right.")
def recount(write: bool) -> None:  # noqa: FBT001 - a switch of the command line.
    """Count what each guest keeps, and compare it with the sums; ends with 1 when one was wrong."""
    database = wiring().database
    with database.reading() as session:
        ids = list(session.scalars(select(Guest.id).order_by(Guest.id)))
    wrong = [guest_id for guest_id in ids if not _or_exit(partial(_is_right, database, guest_id))]
    for guest_id in wrong if write else ():
        with database.writing() as session:
            sums.recount(session, guest_id)
    click.echo(f"guests: {len(ids)}, wrong sums: {len(wrong)}{', put right' if write and wrong else ''}")
    raise SystemExit(1 if wrong else 0)


def _has_queue() -> bool:
    """Say whether workers carry jobs; ends with a sentence where their tables cannot be looked after."""
    if wiring().config.queue != "postgresql":
        return False
    for lack in mistakes.of_worker(wiring().config, wiring().database):
        raise click.ClickException(lack)
    return True


def _is_right(database: Database, guest_id: int) -> bool:
    with database.reading() as session:
        return sums.is_right(session, guest_id)


def _or_exit(step: Callable[[], Found]) -> Found:
    """Do a step; a database that refuses is one line with its reason, and exit code 1."""
    try:
        return step()
    except DatabaseDown as error:
        raise click.ClickException(
            f"{error} ({error.__cause__})" if error.__cause__ else str(error)
        ) from error
