"""`flask sheets PACK`: pages made of a pack, in a terminal, with the memory after each."""

import base64
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
from flask import Blueprint

from studylens.analysis.protocol import wire
from studylens.analysis.protocol.sheets import SheetMade, SheetsMade
from studylens.errors import NotFound, StudylensError
from studylens.jobs.asking import sheets
from studylens.jobs.lock import MachineLock
from studylens.jobs.process import AnalysisProcess, FailedStart, ProcessDied
from studylens.models import Pack, new_id
from studylens.storable import is_id
from studylens.study.sheets import own
from studylens.study.sheets.templates import shipped
from studylens.web.door.wiring import wiring

blueprint = Blueprint("sheet_commands", __name__, cli_group=None)


@blueprint.cli.command("sheets")
@click.argument("pack")
@click.option("--template", "names", multiple=True, help="One by one; all that are shipped by default.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: sheets-PACK.zip.")
def make_sheets(pack: str, *, names: tuple[str, ...], out: Path | None) -> None:
    """Make the sheets of a pack, by its id, and write them into a ZIP file."""
    path = out or Path(f"sheets-{pack}.zip")
    job_id = new_id()
    lock = MachineLock(wiring().config.lock_path)
    lock.wait(lambda: click.echo("Waiting: another analysis runs on this machine.", err=True))
    process = AnalysisProcess(wiring().config)
    try:
        request = _request(job_id, pack, list(names or shipped()))
        _write(path, _filled(process, lock.fd, request))
    except StudylensError as error:
        raise click.ClickException(error.sentence) from error
    except OSError as error:
        raise click.ClickException(f"{path} could not be written: {error}") from error
    finally:
        process.kill()
        sheets.clean_up(wiring().folder, job_id)
        lock.release()


def _request(job_id: str, pack_id: str, names: list[str]) -> wire.Request:
    """Return what the analysis is asked. Raises BadText, NotFound, DiskFull."""
    database = wiring().database
    database.ensure_compatible()
    with database.reading() as session:
        pack = session.get(Pack, pack_id) if is_id(pack_id) else None
        if pack is None or pack.deleted_at is not None:
            raise NotFound(f"There is no pack {pack_id}. Its id stands in the address of its page.")
        wanted = sheets.Wanted(job_id, own.chosen(session, pack.guest_id, names))
        wish = sheets.wish_of_pack(session, wiring().folder, pack, wanted)
        return wire.Request(job_id, sheets=wish)


def _filled(process: AnalysisProcess, lock_fd: int, request: wire.Request) -> Iterator[SheetMade]:
    try:
        for event in process.run(request, lock_fd):
            if isinstance(event, wire.LogLine):
                click.echo(event.line, err=True)
            if isinstance(event, wire.Failed):
                raise StudylensError(event.sentence)
            if isinstance(event, SheetMade):
                yield event
            if isinstance(event, SheetsMade):
                return
    except (FailedStart, ProcessDied) as death:
        raise StudylensError(f"Making these sheets failed: {death}.") from death


def _write(path: Path, filled: Iterator[SheetMade]) -> None:
    """Write one page after another; a file without any is not left behind."""
    count = 0
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for sheet in filled:
                for note in sheet.notes:
                    click.echo(note, err=True)
                for page in sheet.pages:
                    name = f"{sheet.n:02}-{sheet.template_id}-{page.name}"
                    archive.writestr(name, base64.b64decode(page.picture_base64))
                    count += 1
    finally:
        if not count:
            path.unlink(missing_ok=True)
    if not count:
        raise click.ClickException("No page could be made of this pack.")
    click.echo(f"{path}: {count} page{'s' if count > 1 else ''}")
