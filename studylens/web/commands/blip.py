"""`flask blip prepare`, `verify`, `fetch` and `require`: where the captioning model comes from.

The first two need torch, which never enters this process; all but the last run as a process of their own
(`python -m studylens.blip_export`), which a build can run without the rest of the code.
"""

import subprocess
import sys
from pathlib import Path

import click
from flask import Blueprint

from studylens.analysis.blip.manifest import check_files, read_manifest
from studylens.errors import EngineSkipped
from studylens.places import HOME
from studylens.web.door.wiring import wiring

blueprint = Blueprint("blip", __name__, cli_group="blip")

_PICTURES = click.argument("pictures", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
_ENVIRONMENT = ("/usr/bin/env", "ORT_DISABLE_TELEMETRY=1", "HF_HUB_DISABLE_TELEMETRY=1")
"""Neither onnxruntime nor the hub's client reports to its maker what is prepared here."""
_NEEDED = (
    "no captioning model can be used in {folder}: {reason}.\nPrepare one (flask blip prepare MODEL), "
    "fetch one (flask blip fetch URL --sha256 SUM), or leave it out: ENGINES=gemini,ocr"
)

BLIP_MODEL = "Salesforce/blip-image-captioning-base"
"""What `flask blip prepare` takes from the hub when no model is named."""


@blueprint.cli.command("prepare")
@click.argument("model", default=BLIP_MODEL)
@click.option("--precision", type=click.Choice(["int8", "weights"]), help="Default: int8 if it agrees.")
@click.option("--bits", type=click.Choice(["7", "8"]), help="Default: decided from a measurement.")
def prepare(model: str, precision: str | None, bits: str | None) -> None:
    """Turn MODEL (a hub id, optionally with @revision, or a folder) into files for this service."""
    chosen = [f"--{name}={value}" for name, value in (("precision", precision), ("bits", bits)) if value]
    _export("prepare", _absolute(model), *chosen)


@blueprint.cli.command("verify")
@click.option("--model", default="", help="Compare with this one; default: the one it was prepared from.")
@_PICTURES
def verify(model: str, pictures: tuple[Path, ...]) -> None:
    """Run torch and the prepared model side by side, on PICTURES or on the bundled ones."""
    chosen = [f"--model={_absolute(model)}"] if model else []
    _export("verify", *chosen, *(str(picture.absolute()) for picture in pictures))


@blueprint.cli.command("fetch")
@click.argument("url")
@click.option("--sha256", "checksum", required=True, help="Checksum of the archive, as hexadecimal digits.")
def fetch(url: str, checksum: str) -> None:
    """Install a model prepared elsewhere: a .tar or .tar.gz of its folder at URL (https, http or file)."""
    _export("fetch", url, f"--sha256={checksum}")


@blueprint.cli.command("require")
def require() -> None:
    """Fail unless a whole model is there, or ENGINES leaves blip out: the last step of a production build."""
    # Imported late: it brings Pillow, which the web process must not have.
    from studylens.analysis.blip.captioner import require_model  # noqa: PLC0415

    config = wiring().config
    if "blip" not in config.engines:
        click.echo("ENGINES leaves blip out: no captioning model is needed")
        return
    try:
        require_model(config)
        if config.blip_backend == "onnx":
            check_files(config.blip_path, read_manifest(config.blip_path), thoroughly=True)
    except EngineSkipped as skip:
        raise click.ClickException(_NEEDED.format(folder=config.blip_path, reason=skip.reason)) from skip
    click.echo(f"The model in {config.blip_path} is whole")


def _export(command: str, *arguments: str) -> None:
    folder = wiring().config.blip_path.absolute()
    export = [sys.executable, "-m", "studylens.blip_export", command, f"--folder={folder}", *arguments]
    line = [*_ENVIRONMENT, *export]
    done = subprocess.run(line, cwd=HOME, check=False)  # noqa: S603 - our own module, no shell.
    if done.returncode:
        raise SystemExit(done.returncode)


def _absolute(model: str) -> str:
    """Return a folder's absolute path, since the export runs elsewhere; anything else is left as it is."""
    return str(Path(model).absolute()) if Path(model).is_dir() else model
