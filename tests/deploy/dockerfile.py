"""The Dockerfile as tests see it: stages with their instructions. No daemon is needed to read it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.service import HOME


@dataclass
class Stage:
    """One FROM and what follows it, instruction by instruction."""

    base: str
    name: str = ""
    instructions: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [text for word, text in self.instructions if word == instruction]

    @property
    def environment(self) -> dict[str, str]:
        return dict(pair.split("=", 1) for line in self.all("ENV") for pair in line.split())

    @property
    def arguments(self) -> dict[str, str]:
        return {name: value for name, _, value in (line.partition("=") for line in self.all("ARG"))}

    @property
    def copied(self) -> list[str]:
        """Sources that come from the build context, not from another stage."""
        lines = [line.split() for line in self.all("COPY") if not line.startswith("--from=")]
        return [source for line in lines for source in line[:-1]]

    @property
    def taken(self) -> dict[str, str]:
        """What comes from other stages: path there -> path here."""
        lines = [line.split() for line in self.all("COPY") if line.startswith("--from=")]
        return {f"{line[0].removeprefix('--from=')}:{line[1]}": line[2] for line in lines}


def read_stages(path: Path = HOME / "Dockerfile") -> list[Stage]:
    """Return the stages in order; the last is the image."""
    lines = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    stages: list[Stage] = []
    for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines():
        word, _, text = line.partition(" ")
        if word == "FROM":
            base, _, name = text.partition(" AS ")
            stages.append(Stage(base, name))
        elif word:
            stages[-1].instructions.append((word, text))
    return stages
