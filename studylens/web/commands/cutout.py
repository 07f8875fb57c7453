"""`flask cutout PHOTO`, and `flask cutout-model`: cutting out in a terminal, and the networks for it."""

import base64
import json
import shutil
import tempfile
import urllib.request
from http.client import HTTPException
from pathlib import Path

import click
from flask import Blueprint

from studylens.analysis.cutting import shelf
from studylens.analysis.protocol.cutting import MODELS, MODES, PAGE, WEBP, Cut
from studylens.errors import StudylensError
from studylens.jobs.lock import MachineLock
from studylens.jobs.process import AnalysisProcess
from studylens.web.commands.analyze import outcome_of, request_for
from studylens.web.cutouts.form import parse_wish
from studylens.web.door.wiring import wiring

blueprint = Blueprint("cutout", __name__, cli_group=None)
DONE_LINE = "Models pre-downloaded successfully"
_SILENCE_SECONDS = 60.0
"""A download that brings nothing for so long is given up."""
_PIECE_BYTES = 1024 * 1024
_PHOTO = click.Path(exists=True, dir_okay=False, path_type=Path)
_SCHEMES = ("https://", "http://", "file://")


@blueprint.cli.command("cutout")
@click.argument("photo", type=_PHOTO)
@click.option("--mode", type=click.Choice(MODES), default=PAGE, help="page (the default), ink, or object.")
@click.option("--box", default="", help="Around the thing: left,top,right,bottom, from 0 to 1 or in pixels.")
@click.option("--model", default="", help="A network that was fetched, or none.")
@click.option("--webp", is_flag=True, help="WebP instead of PNG.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: beside the photo.")
def cut_out(photo: Path, *, mode: str, box: str, model: str, webp: bool, out: Path | None) -> None:
    """Make PHOTO a clean page, or cut the thing in a box out of it, as the service does."""
    lock = MachineLock(wiring().config.lock_path)
    lock.wait(lambda: click.echo("Waiting: another analysis runs on this machine.", err=True))
    process = AnalysisProcess(wiring().config)
    try:
        wish = parse_wish({"mode": mode, "box": box, "model": model, "format": "webp" if webp else "png"})
        found = outcome_of(process, lock.fd, request_for(photo, cut=wish))
        if isinstance(found, Cut):
            click.echo(_kept(found, photo, out))
    except StudylensError as error:
        raise click.ClickException(f"{photo.name}: {error.sentence}") from error
    finally:
        process.kill()
        lock.release()


@blueprint.cli.command("cutout-model")
@click.argument("url")
@click.option("--sha256", "checksum", required=True, help="Of the file, as hexadecimal digits.")
@click.option("--name", type=click.Choice(MODELS), default=MODELS[0], help="Which network it is.")
def fetch_model(url: str, checksum: str, name: str) -> None:
    """Fetch a network that finds things from URL (https, http or file): an .onnx file."""
    folder = shelf.folder_of(wiring().config)
    try:
        _fetch(url, checksum.lower(), folder, name)
    except (OSError, HTTPException, ValueError, TypeError) as error:
        raise click.ClickException(f"nothing was installed: {error}") from error
    click.echo(DONE_LINE)


def _kept(found: Cut, photo: Path, out: Path | None) -> str:
    """Write the picture and return what is said of it."""
    suffix = ".webp" if found.media_type == WEBP else ".png"
    path = out or photo.with_name(f"{photo.stem}.{found.way}{suffix}")
    path.write_bytes(base64.b64decode(found.picture_base64))
    size = path.stat().st_size / 1024
    return "\n".join([f"{path}: {found.width} x {found.height}, {size:.0f} kB, by {found.way}", *found.notes])


def _fetch(url: str, checksum: str, folder: Path, name: str) -> None:
    """Put the file into place, whole or not at all. Raises OSError, HTTPException, ValueError, TypeError."""
    if not url.startswith(_SCHEMES):
        raise ValueError("give an address that starts with https://, http:// or file://")
    listed = dict(shelf.read_manifest(folder))
    folder.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        path = staged / f"{name}.onnx"
        with urllib.request.urlopen(url, timeout=_SILENCE_SECONDS) as answer, path.open("wb") as file:  # noqa: S310
            shutil.copyfileobj(answer, file, _PIECE_BYTES)
        found = shelf.sha256(path, path.stat().st_mtime_ns)
        if found != checksum:
            raise ValueError(f"the checksum differs: the file has {found}, given was {checksum!r}")
        path.replace(folder / path.name)
        listed[name] = {"file": path.name, "sha256": found}
        (staged / shelf.MANIFEST).write_text(json.dumps(listed, indent=1), encoding="utf-8")
        (staged / shelf.MANIFEST).replace(folder / shelf.MANIFEST)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
