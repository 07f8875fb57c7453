"""`flask backup FILE` and `flask restore FILE`: the whole service, from and to either database."""

from pathlib import Path

import click
from flask import Blueprint

from studylens.errors import StudylensError
from studylens.models import now
from studylens.study.exchange import backup
from studylens.study.exchange.contents import freeze
from studylens.web.door.wiring import wiring

blueprint = Blueprint("backup", __name__, cli_group=None)


@blueprint.cli.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if there is one.")
def back_up(file: Path, force: bool) -> None:  # noqa: FBT001 - click hands options over by name.
    """Write all guests' data to FILE (packed JSON lines), while the service runs or not."""
    if file.exists() and not force:
        raise click.ClickException(f"{file} is there already; --force replaces it.")
    database = wiring().database
    database.ensure_compatible()
    try:
        with database.reading() as session:
            freeze(session)
            counts = backup.back_up(session, file, at=now())
    except (StudylensError, OSError) as error:
        raise click.ClickException(f"nothing was written: {error}") from error
    click.echo(f"{_told(counts)} in {file}, {file.stat().st_size:,} bytes")


@blueprint.cli.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Restore FILE, which `flask backup` wrote, into an empty database: all of it or nothing."""
    database = wiring().database
    database.ensure_compatible()
    try:
        with database.writing() as session:
            counts = backup.restore_service(session, file)
    except StudylensError as error:
        raise click.ClickException(error.sentence) from error
    click.echo(f"Restored {_told(counts)} from {file}")


def _told(counts: dict[str, int]) -> str:
    guests, packs = counts.get("guests", 0), counts.get("packs", 0)
    return f"{sum(counts.values()):,} rows ({guests:,} guests, {packs:,} packs)"
