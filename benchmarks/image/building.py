"""The build of the Dockerfile: how long, how large, and what a change of code builds anew."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.image import bases
from benchmarks.image.podman import CannotBuild, Podman
from benchmarks.image.weights import Served
from benchmarks.report import Figure
from studylens.places import HOME

TAG = "studylens"
CHANGED = "studylens/web/__init__.py"
"""A file whose change must not prepare or fetch the model again."""
BYTES = 2**20


@dataclass(frozen=True)
class Built:
    """The image and what its build took; sizes in MB, times in seconds."""

    seconds: float
    again_seconds: float
    fetches: int
    megabytes: float
    own_megabytes: float
    layers: int

    @property
    def figures(self) -> tuple[Figure, ...]:
        """What the build took, with what a change of code may take."""
        return (
            Figure("build of every layer", self.seconds, "s", 1, how="base images there"),
            Figure("build after a change of code", self.again_seconds, "s", 1),
            Figure("times the model was fetched in both builds", self.fetches, "", 2, 1, least=1),
            Figure("image", self.megabytes, "MB", 1, how="not compressed"),
            Figure("image without its base", self.own_megabytes, "MB", 1, how="not compressed"),
            Figure("layers without its base", self.layers, "", 1),
        )


def build(podman: Podman, folder: Path, model: Served, mounts: Sequence[str]) -> Built:
    """Build twice, with a change of code between; raises CannotBuild."""
    podman.forget(TAG)
    context = context_in(folder)
    words = (f"--tag={TAG}", *mounts, *model.arguments)
    _, seconds = podman.build(context, *words)
    changed = context / CHANGED
    changed.write_text(changed.read_text() + "\n# A change of code.\n")
    _, again = podman.build(context, *words)
    (size, layers), (base_size, base_layers) = _measured(podman, TAG), _measured(podman, bases.PYTHON)
    return Built(seconds, again, len(model.fetched), size, size - base_size, layers - base_layers)


def prepare(podman: Podman, folder: Path, weights: Path, mounts: Sequence[str]) -> float:
    """Build the model's stage from weights in transformers' format, with torch; return its seconds."""
    words = ("--target=model", f"--volume={weights}:/weights:ro", "--build-arg=MODEL=/weights", *mounts)
    said, seconds = podman.build(context_in(folder), *words)
    if "The model is ready" not in said:
        raise CannotBuild(f"no model was prepared:\n{said[-3000:]}")
    return seconds


def context_in(folder: Path) -> Path:
    """Return a copy of what .dockerignore lets through, without what it keeps out."""
    context = folder / "context"
    shutil.rmtree(context, ignore_errors=True)
    context.mkdir(parents=True)
    allowed = [line[1:] for line in (HOME / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for name in ("Dockerfile", ".dockerignore", *allowed):
        (context / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (HOME / name).is_dir() else shutil.copy2
        copy(HOME / name, context / name)
    return context


def _measured(podman: Podman, name: str) -> tuple[float, int]:
    """Return an image's size in MB and its number of layers."""
    size, layers = podman.value("image", name, "{{.Size}} {{len .RootFS.Layers}}").split()
    return int(size) / BYTES, int(layers)
