"""The full-size model with random weights, and processes that caption with it, alone or in a hard limit."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

from benchmarks.blip_inputs import render
from studylens.places import HOME
from studylens.variables import ANALYSIS_ENVIRONMENT

COLD_RUNS = 2


@dataclass(frozen=True)
class Place:
    """A folder with the model in transformers' format, the prepared one, and different photos."""

    model: Path
    prepared: Path
    photos: tuple[Path, ...]

    @classmethod
    def make(cls, folder: Path) -> Self:
        """Build what is not there yet, each in a process of its own."""
        return replace(cls.with_weights(folder), photos=render(folder / "photos"))

    @classmethod
    def with_weights(cls, folder: Path) -> Self:
        """Build the model that is not there yet; it is prepared as int8. No photos."""
        place = cls(folder / "full", folder / "prepared", ())
        if not (place.model / "config.json").is_file():
            place.run("build")
        if not (place.prepared / "manifest.json").is_file():
            line = [sys.executable, "-m", "studylens.blip_export", "prepare", str(place.model)]
            # Random weights agree with themselves in few words; what is measured is int8.
            subprocess.run([*line, f"--folder={place.prepared}", "--precision=int8"], check=True, cwd=HOME)
        return place

    @property
    def variables(self) -> dict[str, str]:
        """What leads a service to the prepared model."""
        return {"BLIP_MODEL_DIR": str(self.prepared)}

    def run(self, way: str) -> dict[str, Any]:
        """Let one way answer (see blip_ways); raises CalledProcessError."""
        with self._process(way) as process:
            answer, _ = process.communicate()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, way)
        return dict(json.loads(answer.splitlines()[-1]))

    def cold(self, way: str) -> float:
        """Seconds from a process' start to its first caption, the quickest run's."""
        return float(min(self.run(f"cold-{way}")["cold"] for _ in range(COLD_RUNS)))

    def answers(self, way: str, prefix: Sequence[str], seconds: float) -> list[dict[str, Any]]:
        """Return what one way answered until its end, or until `seconds` were over."""
        with self._process(way, prefix) as process:
            try:
                found, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                found, _ = process.communicate()
        return [json.loads(line) for line in found.splitlines()]

    @contextmanager
    def _process(self, way: str, prefix: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
        line = [*prefix, sys.executable, "-m", "benchmarks.blip_ways", way]
        line += ["--model", str(self.model), "--prepared", str(self.prepared)]
        environment = {**os.environ, **ANALYSIS_ENVIRONMENT, "HF_HUB_OFFLINE": "1"}
        environment.pop("PYTHONOPTIMIZE")  # blip_ways checks with `assert` what it has measured.
        with subprocess.Popen(
            line, cwd=HOME, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            yield process
