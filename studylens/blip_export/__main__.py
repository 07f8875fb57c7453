"""`python -m studylens.blip_export prepare|verify|fetch`: started by `flask blip` as a process of its own."""

import logging
import resource
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from PIL import Image

from studylens.analysis.blip.manifest import Manifest, check_files, read_manifest
from studylens.blip_export.fetch import fetch
from studylens.blip_export.page import PAGE
from studylens.blip_export.pictures import bundled
from studylens.errors import EngineFailed, OutOfMemory

_FOLDER = click.option("--folder", type=click.Path(path_type=Path, file_okay=False), required=True)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def main() -> None:
    """Prepare a BLIP model for the service, fetch a prepared one, or compare it with torch."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")


@main.command("prepare")
@click.argument("source")
@_FOLDER
@click.option("--precision", type=click.Choice(["int8", "weights"]))
@click.option("--bits", type=click.Choice(["7", "8"]))
def prepare_model(source: str, folder: Path, precision: Any, bits: str | None) -> None:
    """Export SOURCE (a folder in transformers' format, owner/name or owner/name@revision) into --folder."""
    from studylens.blip_export.prepare import STEPS, Wish, prepare  # noqa: PLC0415 - torch: 3 s and 350 MB.

    wish = Wish(source, folder, precision, int(bits) if bits else None)
    with click.progressbar(length=STEPS, item_show_func=_shown, show_eta=False) as bar:
        try:
            manifest = prepare(wish, bundled(), lambda step: bar.update(1, step))
        except (EngineFailed, OutOfMemory) as failure:
            raise click.ClickException(f"nothing was prepared: {_reason(failure)}") from failure
    _print_report(manifest)
    if (folder / PAGE).is_file():
        click.echo(f"Captions beside those of transformers, to look at or to send to us: {folder / PAGE}")
    _ready(folder)
    click.echo(f"Peak memory of the preparation: {_peak_mb():.0f} MB")


@main.command("verify")
@_FOLDER
@click.option("--model", default="")
@click.argument("pictures", nargs=-1, type=_FILE)
def verify_model(folder: Path, model: str, pictures: tuple[Path, ...]) -> None:
    """Compare the model in --folder with torch on PICTURES, or on the bundled ones."""
    # Imported late, torch: 3 s and 350 MB.
    from studylens.blip_export.source import find_source, source_of  # noqa: PLC0415
    from studylens.blip_export.verify import verify  # noqa: PLC0415

    try:
        manifest = read_manifest(folder)
        check_files(folder, manifest, thoroughly=True)
        shown = [Image.open(path).convert("RGB") for path in pictures] or bundled()
        source = find_source(model) if model else source_of(manifest)
        found = verify(folder, manifest, source, shown)
    except (EngineFailed, OutOfMemory, OSError) as failure:
        raise click.ClickException(f"cannot verify: {_reason(failure)}") from failure
    for n, (ours, theirs) in enumerate(found.captions):
        name = pictures[n].name if pictures else f"picture {n + 1}"
        click.echo(f"{name}: {ours!r}" + ("" if ours == theirs else f", torch: {theirs!r}"))
    click.echo(f"Now ({manifest.precision}): {_words(asdict(found.comparison))}")
    _print_report(manifest)


@main.command("fetch")
@click.argument("url")
@click.option("--sha256", "checksum", required=True)
@_FOLDER
def fetch_model(url: str, checksum: str, folder: Path) -> None:
    """Install a model prepared elsewhere: a .tar or .tar.gz of its folder at URL (https, http or file)."""
    with click.progressbar(length=0, label="Fetching the model") as bar:

        def tell(piece: int, size: int) -> None:
            bar.length = size
            bar.update(piece)

        try:
            fetch(url, checksum, folder, tell)
        except EngineFailed as failure:
            raise click.ClickException(f"nothing was installed: {failure}") from failure
    _ready(folder)


def _ready(folder: Path) -> None:
    """Say so in the words that whoever watches a build looks for."""
    click.echo(f"Models pre-downloaded successfully\nThe model is ready in {folder}")


def _shown(step: str | None) -> str:
    return step or ""


def _reason(failure: Exception) -> str:
    """Add the first line of what the vendor said: whoever builds can do something about it."""
    cause = str(failure.__cause__ or "").strip().partition("\n")[0]
    return f"{failure} ({cause})" if cause else str(failure)


def _print_report(manifest: Manifest) -> None:
    report = dict(manifest.report)
    click.echo(f"{manifest.model} ({manifest.licence}), {manifest.precision}, {manifest.bits}-bit weights")
    for name in ("float", "int8", "weights"):
        if name in report:
            click.echo(f"  {name:8} {_words(report[name])}")
    if clipping := report.get("clipping"):
        click.echo("  without VNNI: " + ", ".join(f"{key} {value:.2g}" for key, value in clipping.items()))
    if memory := report.get("memory"):
        click.echo("  one caption:  " + ", ".join(f"{key} {value:.4g}" for key, value in memory.items()))


def _words(comparison: dict[str, Any]) -> str:
    return (
        f"captions equal {comparison['captions']:.0%}, next words equal {comparison['tokens']:.1%}, "
        f"largest difference of a score {comparison['difference']:.2g}"
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
