"""The Dockerfile as tests see it: stages with their instructions. No daemon is needed to read it."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from tests.service import HOME, clean_environment

UID = 10001
"""The image's own user."""


@dataclass
class Stage:
    """One FROM and what follows it, instruction by instruction."""

    base: str
    name: str = ""
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [text for word, text in self.instructions if word == instruction]

    @property
    def commands(self) -> list[str]:
        """The shell lines, without what only the builder reads (its cache mounts)."""
        return [re.sub(r"^(--\S+ )+", "", text) for text in self.all("RUN")]

    @property
    def labels(self) -> dict[str, str]:
        pairs = (pair.partition("=") for line in self.all("LABEL") for pair in shlex.split(line))
        return {name.removeprefix("org.opencontainers.image."): text for name, _, text in pairs}

    @property
    def health(self) -> list[str]:
        """The words of the health check's command."""
        (line,) = self.all("HEALTHCHECK")
        return list(json.loads(line.partition(" CMD ")[2]))

    @property
    def environment(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for line in self.all("ENV") for pair in line.split())

    @property
    def arguments(self) -> dict[str, str]:
        return {name: value for name, _, value in (line.partition("=") for line in self.all("ARG"))}

    @property
    def copied(self) -> list[str]:
        """Sources that come from the build context, not from another stage."""
        return list(self.places)

    @property
    def places(self) -> dict[str, str]:
        """Where each source from the build context comes to lie, below the working directory."""
        lines = [line.split() for line in self.all("COPY") if not line.startswith("--from=")]
        return {
            source: str(Path(line[-1]) / Path(source).name) if line[-1].endswith("/") else line[-1]
            for line in lines
            for source in line[:-1]
        }

    @property
    def taken(self) -> dict[str, str]:
        """What comes from other stages: path there -> path here."""
        lines = [line.split() for line in self.all("COPY") if line.startswith("--from=")]
        return {f"{line[0].removeprefix('--from=')}:{line[1]}": line[2] for line in lines}


def read_stages(path: Path = HOME / "Dockerfile") -> list[Stage]:
    """Return the stages in order; the last is the image. Arguments before the first name its bases."""
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    stages, first = [], Stage("")
    for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines():
        word, _, text = line.partition(" ")
        if word == "FROM":
            base, _, name = text.partition(" AS ")
            stages.append(Stage(Template(base).substitute(first.arguments), name))
        elif word:
            (stages[-1] if stages else first).instructions.append((word, text))
    return stages


def run_line(line: str, tree: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a shell line of the Dockerfile in `tree`, with this environment's programs."""
    environment = clean_environment(tree, BLIP_MODEL_DIR="", **variables)
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    return subprocess.run(
        ["sh", "-c", line], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


def copy_sources(stage: Stage, tree: Path) -> None:
    """Put into `tree` what the stage copies from the repository, and nothing else."""
    for source, place in stage.places.items():
        (tree / place).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (HOME / source).is_dir() else shutil.copy2
        copy(HOME / source, tree / place)


def model_stage() -> Stage:
    return next(stage for stage in read_stages() if stage.name == "model")


def build_model(tree: Path, **arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the last shell line of the Dockerfile's model stage in `tree`, with these build arguments."""
    stage = model_stage()
    copy_sources(stage, tree)
    return run_line(stage.commands[-1], tree, **{**stage.arguments, **stage.environment, **arguments})
