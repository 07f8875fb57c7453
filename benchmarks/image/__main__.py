"""Build the Dockerfile's own stages and prove the image: `python -m benchmarks.image`.

    .venv/bin/python -m benchmarks.image [--keep FOLDER] [--only NAME ...] [--part]

Needs root, podman, runc and debootstrap, npm, and the registries of pip, npm and Debian's packages; none of
images. The base images are stand-ins (bases.py), the model has random weights of full size. Ends with 1 when
anything falls short.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import document, machine
from benchmarks.cgroups import CgroupError
from benchmarks.cgroups import require as require_groups
from benchmarks.image import bases, building, proof, settings, weights
from benchmarks.image.podman import CannotBuild, Podman
from benchmarks.image.podman import require as require_tools
from benchmarks.report import Figure, Section

COMMAND = "python -m benchmarks.image"
PART = "image"
PARTS = ("whole", "tenth", "prepare")


def main() -> None:
    """Do what was asked for; print it and, with --part, keep it in RESULTS.md."""
    options = _options()
    try:
        require_groups()
        require_tools()
        began = time.monotonic()
        with _workplace(options.keep) as folder:
            found = _sections(folder, options.only)
    except (CannotBuild, CgroupError) as error:
        sys.exit(f"benchmarks.image: {error}")
    text = document.part(COMMAND, (time.monotonic() - began) / 60, machine.facts(), found)
    if options.part:
        document.keep(text, PART)
    print(text)
    sys.exit(any(figure.is_short for section in found for figure in section.figures))


def _sections(folder: Path, only: list[str]) -> list[Section]:
    podman = Podman(folder / "podman")
    _say("base images")
    bases.make(podman, folder)
    mounts = settings.volumes(folder)
    _say("weights")
    found = []
    with weights.served(folder / "blip") as model:
        _say("build")
        built = building.build(podman, folder, model, mounts)
        found.append(Section("The image's build", COMMAND, built.figures))
    if "whole" in only:
        _say("a photo in 512 MB")
        found.append(proof.whole(podman, folder, COMMAND))
    if "tenth" in only:
        _say("a photo in 512 MB at 0.1 CPU")
        found.append(proof.tenth(podman, folder, COMMAND))
    if "prepare" in only:
        _say("the model's stage with torch")
        seconds = building.prepare(podman, folder, weights.full(folder / "blip"), mounts)
        figures = (Figure("the model's stage: torch installed, model prepared", seconds, "s", 1),)
        found.append(Section("The model prepared in the build", f"{COMMAND} --only prepare", figures))
    return found


@contextmanager
def _workplace(keep: str | None) -> Iterator[Path]:
    """Give a folder for all that is made; it is gone at the end unless it was named."""
    if keep:
        Path(keep).mkdir(parents=True, exist_ok=True)
        yield Path(keep).absolute()
        return
    with tempfile.TemporaryDirectory(prefix="studylens-image-") as name:
        try:
            yield Path(name)
        finally:
            Podman(Path(name) / "podman").remove()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", help="a folder for images, caches and weights, used again by the next run")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS[:2]), help="after the build")
    parser.add_argument("--part", action="store_true", help="keep the figures in RESULTS.md")
    return parser.parse_args()


def _say(line: str) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
